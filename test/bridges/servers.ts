import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server of our own on loopback, in a folder of its own. */
export type Server = {
  readonly host: string;
  readonly port: number;
  /** Ends the process and removes the folder. Never throws for a server that is gone already. */
  readonly stop: () => Promise<void>;
};

const HOST = '127.0.0.1';
const STARTS_WITHIN = 20_000;
const STOPS_WITHIN = 5000;

/** Starts ngIRCd with a configuration of its own. */
export function startNgircd(): Promise<Server> {
  return startServer({ name: 'ngircd', user: 'irc' }, ({ port }) => ({
    files: { 'ngircd.conf': ngircdConfiguration(port) },
    command: ['ngircd', '--nodaemon', '--config', 'ngircd.conf'],
  }));
}

/** The domain of the XMPP server, and of its chat rooms. */
export const XMPP_DOMAIN = 'localhost';
/** Where its chat rooms are. */
export const XMPP_ROOMS = `conference.${XMPP_DOMAIN}`;

/** Starts Prosody with accounts, by name and password, and chat rooms that keep an archive. */
export function startProsody(accounts: Readonly<Record<string, string>>): Promise<Server> {
  const register = Object.entries(accounts).map(([name, password]) => ['prosodyctl', '--config', 'prosody.cfg.lua', 'register', name, XMPP_DOMAIN, password]);
  return startServer({ name: 'prosody', user: 'prosody' }, ({ port, folder }) => ({
    files: { 'prosody.cfg.lua': prosodyConfiguration(port, folder) },
    folders: ['data', 'certs'],
    before: register,
    command: ['prosody', '-F', '--config', 'prosody.cfg.lua'],
  }));
}

function ngircdConfiguration(port: number): string {
  return `[Global]
Name = irc.test
Info = a server of its own for a test
AdminInfo1 = nobody
AdminEMail = nobody@irc.test
Listen = ${HOST}
Ports = ${port}
MotdPhrase = hello
[Limits]
MaxConnectionsIP = 0
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
SyslogFacility = user
`;
}

function prosodyConfiguration(port: number, folder: string): string {
  return `run_as_root = false
data_path = "${folder}/data"
certificates = "${folder}/certs"
log = { info = "*console" }
interfaces = { "${HOST}" }
c2s_ports = { ${port} }
c2s_direct_tls_ports = {}
legacy_ssl_ports = {}
s2s_ports = {}
http_ports = {}
https_ports = {}
component_ports = {}
modules_enabled = { "roster", "saslauth", "disco" }
modules_disabled = { "s2s", "tls", "offline" }
c2s_require_encryption = false
authentication = "internal_hashed"
storage = "internal"
VirtualHost "${XMPP_DOMAIN}"
Component "${XMPP_ROOMS}" "muc"
  modules_enabled = { "muc_mam" }
  muc_log_by_default = true
  muc_room_locking = false
`;
}

type Place = { readonly port: number; readonly folder: string };
type Recipe = {
  readonly files: Readonly<Record<string, string>>;
  readonly folders?: readonly string[];
  readonly before?: readonly (readonly string[])[];
  readonly command: readonly string[];
};
type Account = { readonly uid: number; readonly gid: number };

async function startServer({ name, user }: { readonly name: string; readonly user: string }, recipe: (place: Place) => Recipe): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), `matrix-erasure-${name}-`));
  const account = process.getuid?.() === 0 ? accountOf(user) : undefined;
  const port = await freePort();
  const { files, folders = [], before = [], command } = recipe({ port, folder });
  let child: ChildProcess | undefined;
  const remove = (): void => { rmSync(folder, { recursive: true, force: true }); };
  process.once('exit', remove);
  const stop = async (): Promise<void> => {
    if (child !== undefined) await end(child);
    process.removeListener('exit', remove);
    remove();
  };
  try {
    layOut(folder, { files, folders, account });
    for (const each of before) runToEnd(each, folder, account);
    const [program = '', ...parameters] = unprivileged(command, account);
    child = spawn(program, parameters, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    await listening(child, name, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: HOST, port, stop };
}

/** Servers do not run as root; and should the tests be killed, they go with them. */
function unprivileged(command: readonly string[], account: Account | undefined): readonly string[] {
  const as = account === undefined ? [] : [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  return ['setpriv', ...as, '--pdeathsig=KILL', ...command];
}

function accountOf(user: string): Account {
  const [, , uid, gid] = readFileSync('/etc/passwd', 'utf8').split('\n').find((line) => line.startsWith(`${user}:`))?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`there is no account "${user}" to run the server as`);
  return { uid: Number(uid), gid: Number(gid) };
}

function layOut(folder: string, { files, folders, account }: Pick<Recipe, 'files'> & { readonly folders: readonly string[]; readonly account: Account | undefined }): void {
  for (const name of folders) mkdirSync(join(folder, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  if (account === undefined) return;
  chmodSync(folder, 0o700);
  for (const path of [folder, ...folders.map((name) => join(folder, name)), ...Object.keys(files).map((name) => join(folder, name))]) {
    chownSync(path, account.uid, account.gid);
  }
}

function runToEnd(command: readonly string[], cwd: string, account: Account | undefined): void {
  const [program = '', ...parameters] = unprivileged(command, account);
  const { status, stdout, stderr } = spawnSync(program, parameters, { cwd, encoding: 'utf8', timeout: STARTS_WITHIN });
  if (status !== 0) throw new Error(`${command[0] ?? ''} ended with ${String(status)}: ${stdout}${stderr}`);
}

/** Waits until the server takes connections; what it said goes into the error if it does not. */
async function listening(child: ChildProcess, name: string, port: number): Promise<void> {
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => { said += chunk.toString(); });
  child.stderr?.on('data', (chunk: Buffer) => { said += chunk.toString(); });
  let failure: string | undefined;
  child.once('error', (error) => { failure = error.message; });
  child.once('exit', (code, signal) => { failure = `ended with ${String(code ?? signal)}`; });
  for (const until = performance.now() + STARTS_WITHIN; performance.now() < until;) {
    if (failure !== undefined) throw new Error(`${name} ${failure}: ${said}`);
    // What takes connections is this server only if it has not ended.
    if (await accepts(port) && failure === undefined) return;
    await pause(50);
  }
  throw new Error(`${name} takes no connections after ${STARTS_WITHIN} ms: ${said}`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => { resolve(false); });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => { child.once('exit', () => { resolve(); }); });
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN);
  await ended;
  clearTimeout(force);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() => { resolve(typeof address === 'object' && address !== null ? address.port : 0); });
    });
  });
}

/** Waits a little (ms). */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}

/** Waits until something is so, and fails with a name after a bounded time. */
export async function eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>, { within = 20_000 }: { readonly within?: number } = {}): Promise<T> {
  for (const until = performance.now() + within; performance.now() < until;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(20);
  }
  throw new Error(`not within ${within} ms: ${what}`);
}
