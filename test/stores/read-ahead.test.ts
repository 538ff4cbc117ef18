import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { applyRoom } from '../../src/stores/erasure/apply-room.ts';
import { planRecorded, recordErasure } from '../../src/stores/erasure/record.ts';
import { AheadLostError, type RoomAhead, type RoomsAhead } from '../../src/stores/erasure/rooms-ahead.ts';
import { runErasure } from '../../src/stores/erasure/run.ts';
import { orderErasure } from '../../src/stores/erasure/status.ts';
import type { SqlStore } from '../../src/stores/sql/sql-store.ts';
import { readAhead, type AheadOptions } from '../../src/stores/sqlite/ahead/read-ahead.ts';
import { identityOf } from '../../src/stores/sqlite/database-file.ts';
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts';
import type { ErasureStore } from '../../src/stores/store.ts';
import { importedLines } from '../../src/testing/stores/lines.ts';
import { storeConformance } from '../../src/testing/stores/store-conformance.ts';
import type { OpenStore } from '../../src/testing/stores/store-check.ts';
import { ALICE, BOB, buildRoom } from '../erasure/build-room.ts';
import { requestOf } from '../erasure/erase.ts';
import { recordedLines } from './recorded.ts';

const folder = mkdtempSync(join(tmpdir(), 'matrix-erasure-ahead-'));
let opened: ErasureStore[] = [];
let made = 0;
const newPath = (): string => join(folder, `${made++}.db`);
afterEach(async () => {
  for (const store of opened) await store.close();
  opened = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

function openStore(path: string, options = {}): SqlStore {
  const store = openSqliteStore(path, options);
  opened.push(store);
  return store;
}

type Told = { found: number; asked: number };

/** A store that waits for its second thread at every room, however few there are, and tells how often that had read it. */
function patient(store: SqlStore, path: string, told: Told): ErasureStore {
  const counted = (ahead: RoomsAhead): RoomsAhead => ({
    ...ahead,
    take: async (roomId) => {
      const found = await ahead.take(roomId);
      told.asked += 1;
      if (found !== undefined) told.found += 1;
      return found;
    },
  });
  return { ...store, readAhead: (id) => counted(begun(path, id)) };
}

function begun(path: string, id: string, options: AheadOptions = {}): RoomsAhead {
  const ahead = readAhead({ path, identity: identityOf(path) }, id, { patient: true, ...options });
  if (ahead === undefined) throw new Error('no thread');
  return ahead;
}

describe('with a second thread', () => {
  const told: Told = { found: 0, asked: 0 };
  const open: OpenStore = async () => {
    const path = newPath();
    const store = openStore(path, { create: true });
    return { store: patient(store, path, told), add: async (lines) => void (await store.importEvents([lines])), addAccountData: store.addAccountData };
  };
  const ofErasures = /^an erasure (leaves|that)/;

  test.each(storeConformance(open).filter(({ name }) => ofErasures.test(name)))('on generated rooms: $name', async ({ check }) => {
    await expect(check()).resolves.toBeUndefined();
  });

  test.each(storeConformance(open, { rooms: recordedLines() }).filter(({ name }) => ofErasures.test(name)))('on recorded rooms: $name', async ({ check }) => {
    await expect(check()).resolves.toBeUndefined();
  });

  test('rooms were read by it', () => {
    expect([told.found > 100, told.found / told.asked > 0.9]).toEqual([true, true]);
  });
});

const REQUEST = requestOf({ requestedAt: 2_000_000_000_000, effectiveAt: 2_000_000_000_000, redactEvents: true });
const run = { now: () => 1 };
const SECRET = 'secret-word-of-alice';

/** Rooms with more events than are read at once. */
function rooms(count = 3): readonly ReturnType<typeof buildRoom>[] {
  return [...Array(count).keys()].map((number) => {
    const room = buildRoom({ name: `room${number}` });
    room.join(BOB);
    for (let turn = 0; turn < 600; turn++) room.text(ALICE, `${SECRET} ${turn} ${turn % 5 === 0 ? `for ${BOB}` : ''}`);
    return room;
  });
}

type Made = { readonly store: SqlStore; readonly path: string; readonly id: string; readonly roomIds: readonly string[] };

async function planned(some = rooms()): Promise<Made> {
  const path = newPath();
  const store = openStore(path, { create: true });
  await store.importEvents(some.map((room) => importedLines(room.records())));
  const id = await recordErasure(store, REQUEST, { now: 1 });
  await planRecorded(store, id);
  return { store, path, id, roomIds: (await store.events.rooms()).map(({ roomId }) => roomId) };
}

async function contentsOf(store: ErasureStore): Promise<readonly string[]> {
  const contents: string[] = [];
  for (const { roomId, revision } of await store.events.rooms()) {
    contents.push(`${roomId} ${revision}`, ...(await store.events.inRoom(roomId, { limit: 10_000 })).map(({ eventId, text, marked }) => `${eventId} ${marked} ${text}`));
  }
  return contents;
}

/** What a copy of the store holds once the erasure is carried out there without a thread. */
async function expectedOf({ store, path, id }: Made): Promise<readonly string[]> {
  await store.settle();
  const copy = newPath();
  copyFileSync(path, copy);
  const alone = openStore(copy);
  expect((await runErasure(alone, id, run)).outcome).toBe('done');
  return contentsOf(alone);
}

test('what was redacted is in no byte of the store when the run ends', async () => {
  const { store, path, id } = await planned();
  const told: Told = { found: 0, asked: 0 };
  expect((await runErasure(patient(store, path, told), id, run)).outcome).toBe('done');
  expect(told).toEqual({ found: 3, asked: 3 });
  for (const end of ['', '-wal', '-shm']) expect(readFileSync(path + end, 'latin1').includes(SECRET)).toBe(false);
});

test('what was read before the room got another event does not count', async () => {
  const all = await planned();
  const { store, path, id, roomIds: [roomId = ''] } = all;
  await orderErasure(store, id, { order: 'start', now: 1 });
  const ahead = begun(path, id);
  ahead.expect([roomId]);
  const found = await ahead.take(roomId);
  expect(found?.events).toBeGreaterThan(600);
  const room = rooms(1)[0];
  room?.text(ALICE, `${SECRET} once more`);
  await store.importEvents([importedLines(room?.records() ?? [])]);
  const { outcome, events } = await applyRoom(store, id, roomId, { ...ahead, take: async () => found });
  expect([outcome, events]).toEqual(['done', (found?.events ?? 0) + 1]);
  expect((await contentsOf(store)).filter((text) => text.includes('once more'))).toEqual([]);
  await ahead.close();
});

test('nor what was read of an erasure that was then asked for in other words', async () => {
  const { store, id, path, roomIds: [roomId = ''] } = await planned();
  await orderErasure(store, id, { order: 'start', now: 1 });
  const ahead = begun(path, id);
  ahead.expect([roomId]);
  const found = await ahead.take(roomId);
  let taken = 0;
  const pages = (): AsyncIterable<never> => {
    taken += 1;
    throw new Error('these pages are not to be written');
  };
  const other: RoomAhead | undefined = found && { ...found, pages, request: JSON.stringify({ ...REQUEST, redactEvents: false }) };
  expect((await applyRoom(store, id, roomId, { ...ahead, take: async () => other })).counts.redacted).toBe(600);
  expect(taken).toBe(0);
  await ahead.close();
});

test('nor anything of an erasure that was taken back', async () => {
  const { store, path, id, roomIds } = await planned();
  const before = await contentsOf(store);
  const ahead = begun(path, id);
  await orderErasure(store, id, { order: 'start', now: 1 });
  ahead.expect(roomIds);
  await orderErasure(store, id, { order: 'revoke', now: 2 });
  for (const roomId of roomIds) expect((await applyRoom(store, id, roomId, ahead)).outcome).toBe('waiting');
  expect(await contentsOf(store)).toEqual(before);
  await ahead.close();
});

describe('a thread that ends', () => {
  const ends: Readonly<Record<string, (ahead: RoomsAhead) => RoomsAhead>> = {
    'before it has said anything': (ahead) => ({ ...ahead, take: async (roomId) => ahead.close().then(() => ahead.take(roomId)) }),
    'in the middle of a room': (ahead) => ({
      ...ahead,
      take: async (roomId) => {
        const found = await ahead.take(roomId);
        return found && {
          ...found,
          pages: async function* () {
            for await (const page of found.pages()) {
              yield page;
              await ahead.close();
              throw new AheadLostError();
            }
          },
        };
      },
    }),
  };

  test.each(Object.entries(ends))('%s costs nothing but time', async (_, broken) => {
    const all = await planned();
    const { store, path, id } = all;
    const expected = await expectedOf(all);
    const ending: ErasureStore = { ...store, readAhead: () => broken(begun(path, id)) };
    expect(await runErasure(ending, id, run)).toEqual({ outcome: 'done', drifted: [] });
    expect(await contentsOf(store)).toEqual(expected);
  });
});

test('it waits while more than enough is not taken, and goes on', async () => {
  const long = buildRoom({ name: 'long' });
  long.join(BOB);
  for (let turn = 0; turn < 2000; turn++) long.text(ALICE, SECRET);
  const { store, path, id, roomIds: [roomId = ''] } = await planned([long]);
  await orderErasure(store, id, { order: 'start', now: 1 });
  const ahead = begun(path, id);
  ahead.expect([roomId]);
  const found = await ahead.take(roomId);
  await setTimeout(500);
  let events = 0;
  for await (const { changes } of found?.pages() ?? []) events += changes.length;
  expect(events).toBe(2000);
  await ahead.close();
});

test('a room that nobody expected is not waited for, and one that was passed over is given up', async () => {
  const { store, path, id, roomIds } = await planned();
  const [first = '', second = '', third = ''] = roomIds;
  await orderErasure(store, id, { order: 'start', now: 1 });
  const ahead = begun(path, id);
  expect(await ahead.take('!other:b')).toBeUndefined();
  ahead.expect(roomIds);
  expect((await ahead.take(second))?.events).toBeGreaterThan(600);
  expect(await ahead.take(first)).toBeUndefined();
  expect((await ahead.take(third))?.events).toBeGreaterThan(600);
  expect(await ahead.take(third)).toBeUndefined();
  await ahead.close();
});

test.each([
  ['flags that may not be named to a thread', ['--max-old-space-size=512', '--expose-gc'], 'object'],
  ['no right to start a thread', ['--permission', '--allow-fs-read=*', '--allow-fs-write=*'], 'undefined'],
])('a process with %s goes on', async (_, flags, kind) => {
  const { store, path, id } = await planned();
  await store.settle();
  const program = `const { readAhead } = await import(${JSON.stringify(new URL('../../src/stores/sqlite/ahead/read-ahead.ts', import.meta.url).href)});
    const ahead = readAhead(${JSON.stringify({ path, identity: identityOf(path) })}, ${JSON.stringify(id)}, { patient: true });
    console.log(typeof ahead);
    await ahead?.close();`;
  expect(execFileSync(process.execPath, [...flags, '--conditions=matrix-erasure-source', '--input-type=module', '--eval', program], { encoding: 'utf8' })).toBe(`${kind}\n`);
});

test('another store that stands in the place of the file is not read', async () => {
  const [here, other] = [await planned(), await planned(rooms(2))];
  await other.store.settle();
  const ahead = readAhead({ path: other.path, identity: identityOf(here.path) }, here.id, { patient: true });
  ahead?.expect(here.roomIds);
  expect(await ahead?.take(here.roomIds[0] ?? '')).toBeUndefined();
  await ahead?.close();
});

test('few events are not worth a thread, and a store in memory has none', () => {
  expect(openStore(newPath(), { create: true }).readAhead?.('id', 100)).toBeUndefined();
  expect(openStore(':memory:', { create: true }).readAhead).toBeUndefined();
});
