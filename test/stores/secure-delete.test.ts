import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { planRecorded, recordErasure } from '../../src/stores/erasure/record.ts';
import { runErasure } from '../../src/stores/erasure/run.ts';
import { StoreError } from '../../src/stores/store-error.ts';
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts';
import { importedLines } from '../../src/testing/stores/lines.ts';
import { ALICE, BOB, buildRoom } from '../erasure/build-room.ts';
import { requestOf } from '../erasure/erase.ts';

const folder = mkdtempSync(join(tmpdir(), 'matrix-erasure-bytes-'));
const LATE = { requestedAt: 2_000_000_000_000, effectiveAt: 2_000_000_000_000 };
afterAll(() => rmSync(folder, { recursive: true }));

/** All bytes of a store: of its file, its log, and what its processes share. */
function bytesOf(path: string): string {
  return ['', '-wal', '-shm'].map((end) => path + end).filter((file) => existsSync(file)).map((file) => readFileSync(file, 'latin1')).join('\n');
}

/** So many events that they fill many pages, some of them longer than one. */
const SECRETS = [...Array(400).keys()].map((number) => `secret-word-${number}-of-alice`);

function rooms(): readonly ReturnType<typeof importedLines>[] {
  const [alone, shared] = [buildRoom({ name: 'alone', joinRule: 'invite' }), buildRoom({ name: 'shared' })];
  shared.join(BOB);
  for (const [index, secret] of SECRETS.entries()) {
    const room = index % 2 === 0 ? alone : shared;
    const text = `${secret} ${'and more '.repeat(index % 7 === 0 ? 900 : 3)}`;
    if (room === alone) alone.text(ALICE, text);
    else shared.state(ALICE, 'm.room.topic', '', { topic: text });
    shared.text(BOB, `a word of Bob's ${index}`);
  }
  return [alone, shared].map((room) => importedLines(room.records()));
}

test('what was redacted or purged is in no byte of the database, its log or its shared memory', async () => {
  const path = join(folder, 'store.db');
  const store = openSqliteStore(path, { create: true });
  await store.importEvents(rooms());
  const before = bytesOf(path);
  expect(SECRETS.filter((secret) => !before.includes(secret))).toEqual([]);
  const id = await recordErasure(store, requestOf(LATE), { now: 1 });
  await planRecorded(store, id);
  expect(await runErasure(store, id, { now: () => 1 })).toEqual({ outcome: 'done', drifted: [] });
  const { counts } = await store.erasures.progress(id);
  expect([counts.redacted > 150, counts.purged > 150]).toEqual([true, true]);
  const after = bytesOf(path);
  expect(SECRETS.filter((secret) => after.includes(secret))).toEqual([]);
  expect(after.includes("a word of Bob's 399")).toBe(true);
  await store.close();
  expect(SECRETS.filter((secret) => bytesOf(path).includes(secret))).toEqual([]);
});

test('while another process reads, what was deleted may still be in the log: that is an error, and the run goes on when it has ended', async () => {
  const path = join(folder, 'read.db');
  const store = openSqliteStore(path, { create: true });
  await store.importEvents(rooms());
  await store.settle();
  const id = await recordErasure(store, requestOf(LATE), { now: 1 });
  await planRecorded(store, id);
  const reader = new DatabaseSync(path);
  reader.exec('PRAGMA busy_timeout = 1; BEGIN');
  reader.prepare('SELECT count(*) FROM events').get();
  // Waiting for a reader that does not go takes as long as a store waits for a lock.
  const impatient = openSqliteStore(path, { busyMs: 10 });
  await expect(runErasure(impatient, id, { now: () => 1 })).rejects.toThrow(StoreError);
  await expect(runErasure(impatient, id, { now: () => 1 })).rejects.toThrow(/still in its log/);
  expect((await store.erasures.get(id))?.status).toBe('running');
  reader.exec('COMMIT');
  reader.close();
  expect((await runErasure(impatient, id, { now: () => 1 })).outcome).toBe('done');
  const after = bytesOf(path);
  expect(SECRETS.filter((secret) => after.includes(secret))).toEqual([]);
  await impatient.close();
  await store.close();
});

test('only its owner may read a store', async () => {
  const path = join(folder, 'mode.db');
  await openSqliteStore(path, { create: true }).close();
  const { statSync } = await import('node:fs');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
