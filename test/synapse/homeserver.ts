import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const PACKAGE = 'matrix-synapse==1.163.2';
export const SERVER_NAME = 'erasure.test';
export const SHARED_SECRET = 'only on this machine';

const environment = fileURLToPath(new URL('../../out/python-synapse/', import.meta.url));
const python = `${environment}bin/python`;
const works = (command: string, parameters: readonly string[]): boolean => spawnSync(command, parameters, { timeout: 220_000 }).status === 0;

/** Whether there is a Python with Synapse, made once; there is none without Python or a package index. */
export function prepared(): boolean {
  if (existsSync(python) && works(python, ['-c', 'import synapse'])) return true;
  return works('python3', ['-m', 'venv', environment]) && works(python, ['-m', 'pip', 'install', '--quiet', PACKAGE]);
}

/** A Synapse of its own, reachable from this machine alone. */
export type Homeserver = { readonly url: string; readonly database: string; readonly stop: () => Promise<void> };

/** Starts a Synapse with an empty SQLite database on a free port of the loopback interface. */
export async function startHomeserver(): Promise<Homeserver> {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-erasure-synapse-'));
  const port = await freePort();
  const config = join(folder, 'homeserver.yaml');
  // JSON is YAML.
  await writeFile(config, JSON.stringify(configFor(folder, port)));
  if (!works(python, ['-m', 'synapse.app.homeserver', '--config-path', config, '--generate-keys'])) throw new Error('Synapse makes no signing key');
  const log = join(folder, 'log');
  const child = spawn(python, ['-m', 'synapse.app.homeserver', '--config-path', config], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = createWriteStream(log);
  child.stdout.pipe(output);
  child.stderr.pipe(output);
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    await stopProcess(child);
    process.off('exit', kill);
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await answering(url, child);
  } catch (error) {
    const said = await readFile(log, 'utf8');
    await stop();
    throw new Error(`Synapse does not start:\n${said.slice(-3000)}`, { cause: error });
  }
  return { url, database: join(folder, 'homeserver.db'), stop };
}

const often = { per_second: 10_000, burst_count: 10_000 };

function configFor(folder: string, port: number): object {
  return {
    server_name: SERVER_NAME,
    signing_key_path: join(folder, 'signing.key'),
    pid_file: join(folder, 'pid'),
    media_store_path: join(folder, 'media'),
    database: { name: 'sqlite3', args: { database: join(folder, 'homeserver.db') } },
    listeners: [{ port, bind_addresses: ['127.0.0.1'], type: 'http', tls: false, resources: [{ names: ['client'] }] }],
    registration_shared_secret: SHARED_SECRET,
    macaroon_secret_key: 'only on this machine',
    form_secret: 'only on this machine',
    enable_registration: true,
    enable_registration_without_verification: true,
    allow_guest_access: true,
    // Passwords here protect nothing, and there are many of them.
    bcrypt_rounds: 4,
    trusted_key_servers: [],
    federation_domain_whitelist: [],
    report_stats: false,
    presence: { enabled: false },
    rc_message: often, rc_room_creation: often, rc_registration: often, rc_admin_redaction: often, rc_joins_per_room: often,
    rc_login: { address: often, account: often, failed_attempts: often },
    rc_joins: { local: often, remote: often },
    rc_invites: { per_room: often, per_user: often, per_issuer: often },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended');
    const response = await fetch(`${url}/_matrix/client/versions`).catch(() => undefined);
    if (response?.ok === true) return;
    await pause(200);
  }
  throw new Error('it does not answer');
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const killing = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await closed;
  clearTimeout(killing);
}
