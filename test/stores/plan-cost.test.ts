import { describe, expect, test } from 'vitest';
import type { ErasureRequest } from '../../src/erasure/request.ts';
import { planFromStore } from '../../src/stores/plan/plan-from-store.ts';
import { ALICE, BOB, CAROL, buildRoom } from '../erasure/build-room.ts';
import { linesOfRecords } from './lines.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';

type Size = { readonly hers: number; readonly others: number; readonly alone: boolean };

/** A room in which Alice does so many things, and others so many; they come and go, name, redact and change levels all the time. */
function roomOf({ hers, others, alone }: Size): MemoryStore {
  const room = buildRoom({ version: '10' });
  const own = (from: number, to: number): void => {
    for (let index = from; index < to; index++) {
      const id = room.text(ALICE, `hers ${index}`);
      if (index % 10 === 0) room.state(ALICE, 'm.room.topic', '', { topic: `topic ${index}` });
      if (index % 10 === 5) room.redaction(ALICE, id);
    }
  };
  own(0, alone ? hers : hers / 2);
  room.join(BOB);
  room.state(ALICE, 'm.room.power_levels', '', { users: { [ALICE]: 100, [BOB]: 100 } });
  for (let index = 0; index < others; index++) {
    room.text(BOB, `text ${index}`, { unsigned: { age: index } });
    if (index % 3 === 0) room.join(`@member${index}:c.example`);
    if (index % 3 === 1) room.state(BOB, 'm.room.topic', '', { topic: `other ${index}` });
    if (index % 3 === 2) room.state(BOB, 'm.room.power_levels', '', { users: { [BOB]: 100, [CAROL]: index } });
    if (index % 7 === 0) room.state(BOB, 'm.room.history_visibility', '', { history_visibility: index % 2 === 0 ? 'shared' : 'joined' });
    if (index % 5 === 0) room.redaction(BOB, room.text(CAROL, 'gone'));
  }
  own(alone ? hers : hers / 2, hers);
  const store = memoryStore();
  store.add(linesOfRecords(room.records().map((record, index) => ({ ...record, stream_ordering: index + 1, received_ts: 1000 + index }))));
  return store;
}

const opened = new Map<string, MemoryStore>();

/** How many rows a plan is handed out, once the index is there. */
async function rowsFor(size: Size, changes: Partial<ErasureRequest> = {}): Promise<Readonly<Record<string, number>>> {
  const store = opened.get(JSON.stringify(size)) ?? roomOf(size);
  opened.set(JSON.stringify(size), store);
  const request: ErasureRequest = { subjects: [ALICE], requestedAt: 0, effectiveAt: 1_000_000, profile: 'notice', scope: {}, ...changes };
  await planFromStore(store, request);
  const before = store.handedOut();
  const plan = await planFromStore(store, request);
  expect(plan.rooms[0]?.entries.length).toBeGreaterThanOrEqual(size.hers / 3);
  return Object.fromEntries(Object.entries(store.handedOut()).map(([name, count]) => [name, count - (before[name] ?? 0)]));
}

function sum(rows: Readonly<Record<string, number>>): number {
  return Object.values(rows).reduce((all, count) => all + count, 0);
}

describe.each<readonly [string, Partial<ErasureRequest>]>([
  ['everything', {}],
  ['what came before a time', { scope: { before: 1300 } }],
  ['what came before a return', { revokedAt: 1300 }],
  ['a room where another was erased before', { alreadyErased: [BOB] }],
])('planning %s', (_, changes) => {
  test.each([true, false])('looks up as much in a room that is ten times as long, be she alone at first (%s)', async (alone) => {
    const [short, long] = [await rowsFor({ hers: 60, others: 100, alone }, changes), await rowsFor({ hers: 60, others: 1000, alone }, changes)];
    for (const [name, count] of Object.entries(long)) expect([name, count <= (short[name] ?? 0) + 5]).toEqual([name, true]);
  });

  test('looks up ten times as much where she sent ten times as much', async () => {
    const [few, many] = [sum(await rowsFor({ hers: 60, others: 100, alone: true }, changes)), sum(await rowsFor({ hers: 600, others: 100, alone: true }, changes))];
    expect(many).toBeLessThan(10 * few);
    expect(many).toBeGreaterThan(5 * few);
  });
});

test('a plan reads the whole room only to make its index', async () => {
  const store = roomOf({ hers: 10, others: 200, alone: false });
  const request: ErasureRequest = { subjects: [ALICE], requestedAt: 0, effectiveAt: 1_000_000, profile: 'notice', scope: {} };
  await planFromStore(store, request);
  const read = store.handedOut()['events.inRoom'] ?? 0;
  expect(read).toBeGreaterThan(400);
  await planFromStore(store, request);
  expect(store.handedOut()['events.inRoom']).toBe(read);
  // What others do afterwards has the index made anew.
  store.add(linesOfRecords([{ room_id: '!room:a.example', room_version: '10', event_id: '$later', pdu: { type: 'm.room.message', sender: BOB, room_id: '!room:a.example', content: {}, prev_events: [], auth_events: [] } }]));
  await planFromStore(store, request);
  expect(store.handedOut()['events.inRoom']).toBeGreaterThan(2 * read);
});
