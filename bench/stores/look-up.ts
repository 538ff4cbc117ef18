/**
 * Planning and serving from SQLite, by what is looked up; the last line is JSON. `planGrowth`: a plan of 1,000 events in a store of the largest size beside one in the smallest, as a
 * ratio of times (1: the size does not matter). `planPerEvent`: what an event costs in a plan of 10,000 beside one of 1,000 (1: linear). `serving`: 100 pages of 100 events where a tenth of the senders were erased, beside the same where nobody was.
 * `node --conditions=matrix-erasure-source bench/stores/look-up.ts 10000 100000 1000000`
 */
import { createHash } from 'node:crypto';
import type { ErasureRequest } from '../../src/erasure/request.ts';
import { readRecord } from '../../src/event/record.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { createRecordResolver } from '../../src/room/resolve-record.ts';
import { openSqliteStore, pageServer, planFromStore, type ImportedLine, type SqlStore } from '../../src/stores/sqlite.ts';

const SIZES = process.argv.slice(2).map(Number);
const HERS = 1000;
const MANY_HERS = 10 * HERS;
const ROOMS = 10;
const ROUNDS = 5;
const STARTED = 1_700_000_000_000;
const ALICE = '@alice:a.example';
const userOf = (number: number): `@${string}:${string}` => `@user${number}:s${number % 7}.example`;
const idOf = (room: string, place: number): string => `$${createHash('sha256').update(`${room} ${place}`).digest('base64url')}`;

type Sender = (place: number) => string;

/** A room: everybody joins, then each event is a message of somebody's. */
function* roomOf(room: string, events: number, { senders, by }: { readonly senders: readonly string[]; readonly by: Sender }): Generator<ImportedLine> {
  const { resolve } = createRecordResolver();
  const creator = senders[0] ?? ALICE;
  const start = [
    { type: 'm.room.create', sender: creator, state_key: '', content: { creator, room_version: '10' }, auth: [] },
    { type: 'm.room.member', sender: creator, state_key: creator, content: { membership: 'join' }, auth: [0] },
    { type: 'm.room.power_levels', sender: creator, state_key: '', content: { users: { [creator]: 100 } }, auth: [0, 1] },
    { type: 'm.room.join_rules', sender: creator, state_key: '', content: { join_rule: 'public' }, auth: [0, 1, 2] },
    ...senders.slice(1).map((sender) => ({ type: 'm.room.member', sender, state_key: sender, content: { membership: 'join' }, auth: [0, 2, 3] })),
  ];
  const joinOf = new Map(start.map(({ sender }, place) => [sender, place]));
  joinOf.set(creator, 1);
  for (let place = 0; place < events; place++) {
    const sender = by(place);
    const { auth, ...event } = start[place] ?? { type: 'm.room.message', sender, content: { msgtype: 'm.text', body: `message ${place} in this room` }, auth: [0, 2, joinOf.get(sender) ?? 1] };
    const pdu = {
      room_id: room, origin_server_ts: STARTED + place, depth: place + 1, prev_events: place === 0 ? [] : [idOf(room, place - 1)], auth_events: auth.map((one) => idOf(room, one)),
      hashes: { sha256: idOf(room, place).slice(1) }, signatures: {}, ...event,
    };
    const text = JSON.stringify({ room_id: room, room_version: '10', event_id: idOf(room, place), pdu, stream_ordering: place + 1, received_ts: STARTED + place });
    const { record, bare } = readRecord(parseJson(text));
    yield { text, bare, record, event: resolve(record) };
  }
}

function* batches(lines: Iterable<ImportedLine>): Generator<readonly ImportedLine[]> {
  let batch: ImportedLine[] = [];
  for (const line of lines) {
    if (batch.push(line) < 1000) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;
}

/** How long a plan of a person with so many events (`hers`) in a store of that size takes (ms), once the indexes are there. */
async function planTime(events: number, hers = HERS): Promise<number> {
  const store = openSqliteStore(':memory:', { create: true });
  const senders = [userOf(1), userOf(2), ALICE];
  const inRoom = events / ROOMS;
  const every = Math.max(1, Math.floor((inRoom - 10) / (hers / ROOMS)));
  const by: Sender = (place) => (place % every === 0 && place / every <= hers / ROOMS ? ALICE : userOf(1 + (place % 2)));
  for (let room = 0; room < ROOMS; room++) await store.importEvents(batches(roomOf(`!room${room}:s1.example`, inRoom, { senders, by })));
  const request: ErasureRequest = { subjects: [ALICE], requestedAt: 0, effectiveAt: STARTED + events, profile: 'notice', scope: {} };
  const plan = await planFromStore(store, request);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await timed(() => planFromStore(store, request)));
  console.log(`  plan of ${plan.rooms.reduce((sum, { entries }) => sum + entries.length, 0)} events in a store of ${events.toLocaleString('en')}: ${median(times).toFixed(1)} ms`);
  await store.close();
  return median(times);
}

const PEOPLE = 100;
const PAGES = 100;
const PAGE = 100;

async function servingStore(erased: number): Promise<SqlStore> {
  const store = openSqliteStore(':memory:', { create: true });
  const senders = Array.from({ length: PEOPLE }, (_, number) => userOf(number));
  await store.importEvents(batches(roomOf('!served:s0.example', PAGES * PAGE, { senders, by: (place) => userOf((place * 37) % PEOPLE) })));
  for (let number = 1; number <= erased; number++) {
    const request: ErasureRequest = { subjects: [userOf(number)], requestedAt: 0, effectiveAt: STARTED + PAGES * PAGE, profile: 'notice', scope: {} };
    await store.erasures.add({ id: `e${number}`, request, status: 'planned', createdAt: 0, changedAt: 0 });
  }
  return store;
}

/** Serves every page of the room to somebody who came too late to have had access. */
async function servePages(store: SqlStore): Promise<number> {
  const serve = pageServer(store, '!served:s0.example', { kind: 'user', id: userOf(PEOPLE - 1) });
  let hidden = 0;
  for (let page = 0; page < PAGES; page++) {
    const served = await serve(await store.events.inRoom('!served:s0.example', { after: page * PAGE, limit: PAGE }));
    hidden += served.filter(({ reason }) => reason !== 'not-own').length;
  }
  return hidden;
}

async function servingRatio(): Promise<number> {
  const [without, with_] = [await servingStore(0), await servingStore(PEOPLE / 10)];
  console.log(`  events of erased people on ${PAGES} pages: ${await servePages(with_)} (${await servePages(without)} where nobody was erased)`);
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < 2 * ROUNDS; round++) {
    times[0].push(await timed(() => servePages(without)));
    times[1].push(await timed(() => servePages(with_)));
  }
  console.log(`  ${PAGES} pages of ${PAGE}: ${median(times[0]).toFixed(0)} ms; with a tenth of the senders erased: ${median(times[1]).toFixed(0)} ms`);
  for (const store of [without, with_]) await store.close();
  return median(times[1]) / median(times[0]);
}

const sizes = SIZES.length === 0 ? [10_000, 100_000] : SIZES;
const plans: number[] = [];
for (const size of sizes) plans.push(await planTime(size));
const perEvent = (await planTime(2 * MANY_HERS, MANY_HERS)) / MANY_HERS / ((await planTime(2 * MANY_HERS)) / HERS);
const serving = await servingRatio();
const round = (ratio: number): number => Math.round(ratio * 1000) / 1000;
console.log(JSON.stringify({ planGrowth: round((plans.at(-1) ?? 0) / (plans[0] ?? 1)), planPerEvent: round(perEvent), serving: round(serving) }));
