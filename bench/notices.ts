import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCarrier } from '../src/cli/notices/carry.ts';
import { openDeliveryLedger } from '../src/cli/notices/delivery-ledger.ts';
import { createNetwork } from '../src/cli/notices/network.ts';
import { sendDue } from '../src/cli/notices/send-due.ts';
import { generateSigningKey } from '../src/index.ts';
import { beginDelivery, deliveryPolicy, noticePaths, signRequest, type ErasureNotice } from '../src/notices.ts';
import { createAuthority } from '../test/cli/notices/certificate.ts';
import type { CommandResult } from './command-run.ts';
import type { NoticeServerConfig } from './notice-server.ts';

const NOTICES = 2000;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 9);
const WANTED = 500;
const ORIGIN = 'a.example';
const signingKey = generateSigningKey(new Uint8Array(32).fill(7), '1');
const program = fileURLToPath(new URL('notice-server.ts', import.meta.url));

type Place = { readonly destination: string; readonly ca: string; readonly folder: string };

/** Delivers notices to one server over TLS, in a process of its own, from a ledger on disk, beside a bare loop of the same requests. */
export async function measureNotices(): Promise<CommandResult> {
  const authority = createAuthority();
  const config: NoticeServerConfig = { ...authority.issue('127.0.0.1'), origin: ORIGIN, keys: { [signingKey.keyId]: signingKey.publicKey } };
  const server = spawn(process.execPath, ['--conditions=matrix-erasure-source', program, JSON.stringify(config)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(server.stdout, 'data')) as [Buffer];
  const folder = mkdtempSync(join(tmpdir(), 'matrix-erasure-bench-'));
  try {
    const place = { destination: `127.0.0.1:${String(port).trim()}`, ca: authority.cert, folder };
    const rates: { readonly bare: number; readonly ours: number }[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) rates.push({ bare: await bareLoop(noticesOf(round, 'bare', place), place), ours: await deliver(noticesOf(round, 'ours', place), round, place) });
    // The first round warms both up.
    const [bare, ours] = [median(rates.slice(1).map((rate) => rate.bare)), median(rates.slice(1).map((rate) => rate.ours))];
    const report = [
      `notices: ${NOTICES.toLocaleString('en')} notices to one server over TLS, ${deliveryPolicy.atOnce} at once, each on disk before it counts (at least ${WANTED} a second)`,
      `  bare loop: the same requests, signed before   ${Math.round(bare).toLocaleString('en')} /s`,
      `  matrix-erasure: ledger, signatures, requests  ${Math.round(ours).toLocaleString('en')} /s  ${(ours / bare).toFixed(2)} ×${ours < WANTED ? ': TOO SLOW' : ''}`,
    ].join('\n');
    return { ratio: ours / bare, report };
  } finally {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

type Notice = Extract<ErasureNotice, { readonly channel: 'federation' | 'application-service' }>;

function noticesOf(round: number, who: string, { destination }: Place): readonly Notice[] {
  return Array.from({ length: NOTICES }, (_, index): Notice => ({
    id: `${index}`, kind: 'server', destination, channel: 'federation', method: 'POST', paths: noticePaths.server, body: { user_id: `@${who}-${round}-${index}:${ORIGIN}` },
  }));
}

async function deliver(notices: readonly Notice[], round: number, { ca, folder }: Place): Promise<number> {
  const ledger = openDeliveryLedger(join(folder, `ledger-${round}`), { create: true });
  ledger.add(notices.map((notice) => ({ notice, delivery: beginDelivery(notice, { now: Date.now(), deadline: Date.now() + 600_000 }) })));
  const network = createNetwork({ ca, allowPrivate: true });
  const carry = createCarrier(network, { signAs: { server: ORIGIN, ...signingKey }, registrations: [] });
  let acknowledged = 0;
  const start = performance.now();
  await sendDue(ledger, { carry, policy: deliveryPolicy, now: Date.now, random: Math.random, onTried: ({ status }) => (acknowledged += status === 'acknowledged' ? 1 : 0) });
  const rate = (acknowledged * 1000) / (performance.now() - start);
  network.close();
  ledger.close();
  if (acknowledged !== NOTICES) throw new Error(`${acknowledged} acknowledged`);
  return rate;
}

async function bareLoop(notices: readonly Notice[], { destination, ca }: Place): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: deliveryPolicy.atOnce, ca });
  const uri = noticePaths.server.unstable;
  const requests = notices.map(({ body }) => ({ text: JSON.stringify(body), authorization: signRequest({ method: 'POST', uri, destination, content: body }, { server: ORIGIN, ...signingKey }) }));
  const [host = '', port = ''] = destination.split(':');
  const ask = ({ text, authorization }: (typeof requests)[number]): Promise<void> => new Promise((resolve, reject) => {
    const headers = { authorization, host: destination, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
    httpsRequest({ host, port, method: 'POST', path: uri, agent, servername: '', headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.on('end', resolve).resume();
    }).on('error', reject).end(text);
  });
  const left = requests[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const request of left) await ask(request);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: deliveryPolicy.atOnce }, worker));
  const rate = (requests.length * 1000) / (performance.now() - start);
  agent.destroy();
  return rate;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
