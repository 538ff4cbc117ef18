import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { openDeliveryLedger, type LedgerEntry } from '../../../src/cli/notices/delivery-ledger.ts';
import { createNetwork } from '../../../src/cli/notices/network.ts';
import { formatSigningKey, generateSigningKey } from '../../../src/crypto/signing-key.ts';
import type { ErasureNotice } from '../../../src/notices/build-notices.ts';
import { beginDelivery } from '../../../src/notices/delivery/delivery.ts';
import { noticePaths } from '../../../src/notices/endpoints.ts';
import { signRequest } from '../../../src/notices/x-matrix.ts';
import { createAuthority } from '../../cli/notices/certificate.ts';
import type { ServerConfig } from './server.ts';

const program = fileURLToPath(new URL('server.ts', import.meta.url));
const cli = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const CONDITION = '--conditions=matrix-erasure-source';

/** What came of a run. `lost`: acknowledged here, not taken in there; `duplicated`: taken in more than once. */
export type Outcome = {
  readonly sent: number; readonly acknowledged: number; readonly lost: number; readonly duplicated: number; readonly unasked: number;
  readonly forged: number; readonly forgedAccepted: number; readonly tries: number; readonly killedSenders: number; readonly killedServers: number;
};

/** How much of it, and how bad a day. */
export type WorldOptions = { readonly folder: string; readonly erasures: number; readonly faults: boolean; readonly kills: number };

type Place = { readonly config: ServerConfig; readonly ledger: string; process: ChildProcess };

/** Three servers tell each other of erasures, while servers and senders are killed and others forge; then ledgers and stores are compared. */
export async function runWorld({ folder, erasures, faults, kills }: WorldOptions): Promise<Outcome> {
  const authority = createAuthority();
  writeFileSync(join(folder, 'ca'), authority.cert);
  const places: Place[] = [];
  for (const seed of [1, 2, 3]) {
    const port = await freePort();
    const config = { name: `127.0.0.1:${port}`, port, seed, store: join(folder, `store-${seed}`), ca: authority.cert, faults, ...authority.issue('127.0.0.1') };
    writeFileSync(join(folder, `key-${seed}`), formatSigningKey(generateSigningKey(new Uint8Array(32).fill(seed), '1')));
    places.push({ config, ledger: join(folder, `ledger-${seed}`), process: await start(config) });
  }
  const names = places.map(({ config }) => config.name);
  for (const place of places) fill(place, names, erasures);
  const senders = places.map((place, index) => keepSending(place, { folder, kills, after: 700 + 150 * index }));
  const killing = killServers(places, kills);
  const forged = await forge(places, 20, authority.cert);
  const killedSenders = (await Promise.all(senders)).reduce((sum, count) => sum + count, 0);
  const killedServers = await killing;
  for (const { process } of places) process.kill('SIGKILL');
  return { ...compare(places, names), ...forged, killedSenders, killedServers };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function start(config: ServerConfig): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CONDITION, program, JSON.stringify(config)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

function usersOf(name: string, erasures: number): readonly `@${string}:${string}`[] {
  return Array.from({ length: erasures }, (_, index): `@${string}:${string}` => `@u${index}:${name}`);
}

function fill({ config, ledger: path }: Place, names: readonly string[], erasures: number): void {
  const ledger = openDeliveryLedger(path, { create: true });
  ledger.server(config.name);
  const notices = names.filter((name) => name !== config.name).flatMap((destination) => usersOf(config.name, erasures).map((user): ErasureNotice =>
    ({ id: `${user} ${destination}`, kind: 'server', destination, channel: 'federation', method: 'POST', paths: noticePaths.server, body: { user_id: user } })));
  ledger.add(notices.map((notice) => ({ notice, delivery: beginDelivery(notice, { now: Date.now(), deadline: Date.now() + 600_000 }) })));
  ledger.close();
}

type Sending = { readonly folder: string; readonly kills: number; readonly after: number };

/** Sends by the command line, which is killed so many times at most and started again, and then goes on to its end; gives how often it was. */
async function keepSending({ config, ledger }: Place, { folder, kills, after }: Sending): Promise<number> {
  const args = ['notify', 'send', '--ledger', ledger, '--key', join(folder, `key-${config.seed}`), '--server', config.name, '--ca', join(folder, 'ca'), '--allow-private', '--wait',
    '--timeout', '600', '--first-delay', '20', '--longest-delay', '200'];
  let killed = 0;
  for (let run = 0; run <= kills; run++) {
    const child = spawn(process.execPath, [CONDITION, cli, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    const timer = run < kills ? setTimeout(() => child.kill('SIGKILL'), after * (run + 1)) : undefined;
    const [code, signal] = await once(child, 'close');
    clearTimeout(timer);
    if (signal === null && code !== 0) throw new Error(`the sender ended with ${code}`);
    if (signal !== null) killed += 1;
  }
  return killed;
}

async function killServers(places: readonly Place[], kills: number): Promise<number> {
  for (let round = 0; round < kills; round++) {
    for (const place of places) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      place.process.kill('SIGKILL');
      await once(place.process, 'close');
      place.process = await start(place.config);
    }
  }
  return kills * places.length;
}

/** Notices with the wrong key, and with the right key of the wrong server. */
async function forge(places: readonly Place[], count: number, ca: string): Promise<{ readonly forged: number; readonly forgedAccepted: number }> {
  const network = createNetwork({ ca, allowPrivate: true, limits: { timeoutMs: 600 } });
  const [a, b, c] = places.map(({ config }) => config.name);
  let forgedAccepted = 0;
  for (let index = 0; index < count; index++) {
    const wrong = index % 2 === 0;
    const content = { user_id: `@forged${index}:${a}` };
    const uri = noticePaths.server.stable;
    const authorization = signRequest({ method: 'POST', uri, destination: b ?? '', content }, { server: (wrong ? a : c) ?? '', ...generateSigningKey(new Uint8Array(32).fill(wrong ? 99 : 3), '1') });
    const answer = network.targetsOf(b ?? '').then((targets) => network.send(targets, { method: 'POST', path: uri, headers: { authorization }, body: JSON.stringify(content) }));
    forgedAccepted += await answer.then(({ status }) => (status === 200 ? 1 : 0), () => 0);
  }
  network.close();
  return { forged: count, forgedAccepted };
}

function compare(places: readonly Place[], names: readonly string[]): Omit<Outcome, 'forged' | 'forgedAccepted' | 'killedSenders' | 'killedServers'> {
  const entries = places.flatMap(({ ledger }) => ledgerEntries(ledger));
  const stores = new Map(places.map(({ config }) => [config.name, storeOf(config.store)]));
  const acknowledged = entries.filter(({ delivery }) => delivery.status === 'acknowledged');
  const keyOf = ({ notice: { id } }: LedgerEntry): string => id;
  const asked = new Set(entries.map(keyOf));
  const taken = names.flatMap((name) => [...(stores.get(name) ?? [])].map(([user, times]) => ({ id: `${user} ${name}`, times })));
  const there = new Set(taken.map(({ id }) => id));
  return {
    sent: entries.length,
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((entry) => !there.has(keyOf(entry))).length,
    duplicated: taken.filter(({ times }) => times > 1).length,
    unasked: taken.filter(({ id }) => !asked.has(id)).length,
    tries: entries.reduce((sum, { delivery }) => sum + delivery.attempts, 0),
  };
}

function ledgerEntries(path: string): readonly LedgerEntry[] {
  const ledger = openDeliveryLedger(path);
  const entries = [...ledger.all()];
  ledger.close();
  return entries;
}

function storeOf(path: string): ReadonlyMap<string, number> {
  const database = new DatabaseSync(path);
  const rows = database.prepare('SELECT user, times FROM erased').all();
  database.close();
  return new Map(rows.map(({ user, times }) => [String(user), Number(times)]));
}
