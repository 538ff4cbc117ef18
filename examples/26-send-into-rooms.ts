/** What an erasure sends into rooms: the redactions in order, how long they take, and a run that is stopped in the middle and started again. */
import { createServer } from 'node:http';
import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { createRecordResolver, planErasure, readRecord } from '../src/index.ts';
import { parseJson } from '../src/json.ts';
import { carryOutSends, planSends, synapseSendLimits } from '../src/notices.ts';

const alice = '@alice:hs1.test:18441';
const folder = new URL('rooms/', import.meta.url);
const events = readdirSync(folder).filter((name) => /^v10.*\.gz$/.test(name)).flatMap((name) => {
  const { resolve } = createRecordResolver();
  return gunzipSync(readFileSync(new URL(name, folder))).toString('utf8').trim().split('\n').map((line) => resolve(readRecord(parseJson(line)).record));
});
const plan = planErasure(events, { subjects: [alice], requestedAt: 1_795_500_000_000, effectiveAt: 1_795_500_000_000, profile: 'notice', scope: {} });
const { sends, duration } = planSends(plan, { limits: synapseSendLimits });
const kinds = sends.map(({ kind }) => kind);
console.log(`${kinds.filter((kind) => kind === 'redact').length} redactions, then ${[...new Set(kinds)].slice(1).join(', then ')}; ${Math.ceil(duration / 1000)} seconds at the limits of a Synapse`);

// A homeserver that does as it is asked, and shows what was done.
const done = new Set<string>();
const server = createServer((request, response) => {
  const { method = '', url = '' } = request;
  const target = /\/(?:event|redact)\/([^/]+)/.exec(url)?.[1] ?? '';
  if (method !== 'GET') done.add(method === 'PUT' ? target : url);
  const left = done.has(url.replace(/\/state\/.*/, '/leave'));
  const answers = { whoami: { user_id: alice }, event: { unsigned: done.has(target) ? { redacted_because: {} } : {} }, state: { membership: left ? 'leave' : 'join' } };
  const found = Object.entries(answers).find(([name]) => url.includes(`/${name}`));
  response.end(JSON.stringify(method === 'GET' ? found?.[1] : { event_id: `$redaction-${done.size}` }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

/** Carries the sends out, up to one of them; says how each went. */
async function run(until: number): Promise<void> {
  const statuses: string[] = [];
  const options = { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, fetch, wait: () => sleep(0), accessTokens: { [alice]: 'token' } };
  for await (const { status } of carryOutSends({ sends }, options)) if (statuses.push(status) >= until) break;
  console.log([...new Set(statuses)].map((status) => `${statuses.filter((one) => one === status).length} ${status}`).join(', '));
}
await run(3);
await run(sends.length);
server.closeAllConnections();
server.close();
