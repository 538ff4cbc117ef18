import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { applyRoom } from '../../src/stores/erasure/apply-room.ts';
import { planRecorded, recordErasure } from '../../src/stores/erasure/record.ts';
import { replayErasures } from '../../src/stores/erasure/replay.ts';
import { runErasure } from '../../src/stores/erasure/run.ts';
import { orderErasure } from '../../src/stores/erasure/status.ts';
import type { SqlStore } from '../../src/stores/sql/sql-store.ts';
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts';
import { OtherEventError, OtherRoomVersionError, StoreError, UnknownErasureError } from '../../src/stores/store-error.ts';
import { importedLines } from '../../src/testing/stores/lines.ts';
import { ALICE, BOB, buildRoom } from '../erasure/build-room.ts';
import { requestOf } from '../erasure/erase.ts';

const folder = mkdtempSync(join(tmpdir(), 'matrix-erasure-trouble-'));
const options = { now: () => 1 };
const REQUEST = requestOf({ requestedAt: 2_000_000_000_000, effectiveAt: 2_000_000_000_000 });
afterAll(() => rmSync(folder, { recursive: true }));
let made = 0;
const newPath = (): string => join(folder, `${made++}.db`);

/** A room in which Bob is as well, and Alice has set so many topics. */
function roomOf(name: string, topics: number): ReturnType<typeof buildRoom> {
  const room = buildRoom({ name });
  room.join(BOB);
  for (let number = 0; number < topics; number++) room.state(ALICE, 'm.room.topic', '', { topic: `Topic ${number} of Alice ${'and more '.repeat(20)}` });
  return room;
}

async function planned(store: SqlStore, rooms: readonly ReturnType<typeof buildRoom>[]): Promise<string> {
  await store.importEvents(rooms.map((room) => importedLines(room.records())));
  const id = await recordErasure(store, REQUEST, { now: options.now() });
  await planRecorded(store, id);
  return id;
}

const textsOf = async (store: SqlStore): Promise<string> => {
  const texts: string[] = [];
  for (const { roomId } of await store.events.rooms()) for (const { text } of await store.events.inRoom(roomId, { limit: 10_000 })) texts.push(text);
  return texts.join('\n');
};

test('two runs at once both end with what is done, and do nothing twice', async () => {
  const store = openSqliteStore(newPath(), { create: true });
  const id = await planned(store, [...Array(60).keys()].map((number) => roomOf(`room${number}`, 5)));
  const done: string[] = [];
  const runs = await Promise.all([1, 2].map(() => runErasure(store, id, {
    ...options,
    onRoom: (_, { counts }) => {
      if (counts.redacted > 0) done.push(id);
    },
  })));
  expect(runs).toEqual([{ outcome: 'done', drifted: [] }, { outcome: 'done', drifted: [] }]);
  expect([done.length, (await store.ledger.read({ limit: 100 })).filter(({ step }) => step === 'carry-out').length]).toEqual([60, 1]);
  await store.close();
});

describe('an import', () => {
  test('of another event with the same ID is refused, and the message has nothing of it', async () => {
    const store = openSqliteStore(newPath(), { create: true });
    const lines = importedLines(roomOf('a', 2).records());
    await store.importEvents([lines]);
    const other = lines.map((line) => ({ ...line, text: line.text.replace('Topic 1', 'Another') }));
    await expect(store.importEvents([other])).rejects.toThrow(OtherEventError);
    await expect(store.importEvents([other])).rejects.not.toThrow(/Another|Topic/);
    expect((await store.events.totals()).events).toBe(lines.length);
    await store.close();
  });

  test('of a room in another version is refused', async () => {
    const store = openSqliteStore(newPath(), { create: true });
    await store.importEvents([importedLines(roomOf('a', 1).records())]);
    await expect(store.importEvents([importedLines(buildRoom({ name: 'a', version: '9' }).records())])).rejects.toThrow(OtherRoomVersionError);
    const mixed = [buildRoom({ name: 'b' }), buildRoom({ name: 'b', version: '9' })].flatMap((room) => importedLines(room.records()));
    await expect(store.importEvents([mixed])).rejects.toThrow(/it is of version \d+, and an event says 9;/);
    await store.close();
  });
});

describe('events that come during an erasure', () => {
  test('are caught before it counts as done, in rooms that were done and in new ones', async () => {
    const store = openSqliteStore(newPath(), { create: true });
    const [one, other, late] = [roomOf('one', 3), roomOf('other', 3), roomOf('late', 2)];
    const id = await planned(store, [one, other]);
    await orderErasure(store, id, { order: 'start', now: 1 });
    expect((await applyRoom(store, id, one.roomId)).outcome).toBe('done');
    one.state(ALICE, 'm.room.name', '', { name: 'A late name' });
    other.state(ALICE, 'm.room.name', '', { name: 'A late name' });
    await store.importEvents([one, other, late].map((room) => importedLines(room.records())));
    expect(await runErasure(store, id, options)).toEqual({ outcome: 'done', drifted: [] });
    expect(await textsOf(store)).not.toMatch(/A late name|of Alice/);
    await store.close();
  });

  test('that change what was planned stop their room alone, and are told', async () => {
    const store = openSqliteStore(newPath(), { create: true });
    const [one, other] = [roomOf('one', 3), roomOf('other', 3)];
    const id = await planned(store, [one, other]);
    const part = await store.erasures.part(id, one.roomId);
    if (part === undefined) throw new Error('no part');
    // As if it had been planned that an event stays.
    const entries = part.plan.entries.map((entry) => ({ ...entry, treatment: 'hide' as const }));
    await store.erasures.putParts([{ ...part, plan: { ...part.plan, entries }, revision: -1 }]);
    expect(await runErasure(store, id, options)).toEqual({ outcome: 'drifted', drifted: [one.roomId] });
    expect([(await store.erasures.get(id))?.status, (await store.erasures.progress(id)).roomsDone]).toEqual(['running', 1]);
    await store.close();
  });
});

describe('orders', () => {
  test('pause, go on, revoke: each room is whole or untouched', async () => {
    const store = openSqliteStore(newPath(), { create: true });
    const rooms = [roomOf('one', 2), roomOf('other', 2)];
    const id = await planned(store, rooms);
    await orderErasure(store, id, { order: 'start', now: 1 });
    await applyRoom(store, id, rooms[0]?.roomId ?? '');
    expect(await orderErasure(store, id, { order: 'pause', now: 2 })).toBe(true);
    expect((await applyRoom(store, id, rooms[1]?.roomId ?? '')).outcome).toBe('waiting');
    expect(await orderErasure(store, id, { order: 'revoke', now: 3 })).toBe(true);
    expect(await runErasure(store, id, options)).toEqual({ outcome: 'stopped', drifted: [] });
    const texts = (await textsOf(store)).split('\n');
    expect(texts.filter((text) => text.includes('of Alice')).every((text) => text.includes(rooms[1]?.roomId ?? ''))).toBe(true);
    expect(texts.filter((text) => text.includes('of Alice'))).toHaveLength(2);
    await expect(orderErasure(store, 'none', { order: 'pause', now: 1 })).rejects.toThrow(UnknownErasureError);
    await store.close();
  });
});

test('an older copy, to which the erasures are applied again, has what the newer one has', async () => {
  const [newer, older] = [openSqliteStore(newPath(), { create: true }), openSqliteStore(newPath(), { create: true })];
  const rooms = [roomOf('one', 3), roomOf('other', 2)];
  const id = await planned(newer, rooms);
  await runErasure(newer, id, options);
  await older.importEvents(rooms.map((room) => importedLines(room.records())));
  expect(await textsOf(older)).toMatch(/of Alice/);
  expect(await replayErasures(older, { ...options, erasures: await newer.erasures.list() })).toEqual([{ id, outcome: 'done', drifted: [] }]);
  expect(await textsOf(older)).toBe(await textsOf(newer));
  expect(await replayErasures(older, options)).toEqual([]);
  await newer.close();
  await older.close();
});

test('a file that is no store, a newer one, and one that nobody made have named errors', async () => {
  const [foreign, text, newer] = [newPath(), newPath(), newPath()];
  new DatabaseSync(foreign).exec('CREATE TABLE t (a)');
  const before = readFileSync(foreign);
  writeFileSync(text, 'This is a text and no database, long enough to be taken for a header of one, which is a hundred bytes long at least.');
  await openSqliteStore(newer, { create: true }).close();
  new DatabaseSync(newer).exec('PRAGMA user_version = 99');
  const reasonOf = (path: string): unknown => {
    try {
      openSqliteStore(path);
      return 'opened';
    } catch (error) {
      return error instanceof StoreError ? error.reason : error;
    }
  };
  expect([foreign, text, newer, newPath(), join(folder, 'no', 'folder.db')].map(reasonOf)).toEqual(['foreign', 'unreadable', 'newer', 'missing', 'missing']);
  expect(() => openSqliteStore(join(folder, 'no', 'folder.db'), { create: true })).toThrow(/cannot be made there/);
  expect(() => openSqliteStore(foreign, { create: true })).toThrow(StoreError);
  expect(readFileSync(foreign)).toEqual(before);
});

/** A file system so small that it is full soon, or `undefined` where none can be made: only root may. */
function tinyDisk(megabytes: number): string | undefined {
  const place = join(folder, 'disk');
  mkdirSync(place);
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', place]).status === 0 ? place : undefined;
}

const disk = tinyDisk(5);
afterAll(() => {
  if (disk !== undefined) spawnSync('umount', [disk]);
});
if (disk === undefined) process.stderr.write('no small file system can be made here: the test of a full disk is skipped\n');

test.skipIf(disk === undefined)('a full disk is a clear error, after which the run goes on where it was', async () => {
  const [path, filler] = [join(disk ?? '', 'store.db'), join(disk ?? '', 'filler')];
  const store = openSqliteStore(path, { create: true });
  const id = await planned(store, [...Array(40).keys()].map((number) => roomOf(`room${number}`, 6)));
  await store.settle();
  for (let size = 4_000_000; size > 1000; size = Math.floor(size / 2)) {
    try {
      writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // As much as there was room for.
    }
  }
  const failed = await runErasure(store, id, options).then(() => 'no error', (error: unknown) => error);
  expect(failed).toBeInstanceOf(StoreError);
  expect(String(failed)).toMatch(/the disk is full: nothing of the last step was kept; make room/);
  const halfway = await store.erasures.progress(id);
  expect(halfway.roomsDone).toBeLessThan(40);
  rmSync(filler);
  expect(await runErasure(store, id, options)).toEqual({ outcome: 'done', drifted: [] });
  expect(await textsOf(store)).not.toMatch(/of Alice/);
  await store.close();
});
