import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { planRecorded, recordErasure } from '../../src/stores/erasure/record.ts';
import { runErasure } from '../../src/stores/erasure/run.ts';
import type { SqlStore } from '../../src/stores/sql/sql-store.ts';
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts';
import { importedLines } from '../../src/testing/stores/lines.ts';
import { startCli } from '../cli/run.ts';
import { ALICE, BOB, buildRoom } from '../erasure/build-room.ts';
import { requestOf } from '../erasure/erase.ts';

const folder = mkdtempSync(join(tmpdir(), 'matrix-erasure-killed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ROOMS = 300;

/** Rooms in which Alice set topics and said things, with Bob or alone. */
function rooms(): readonly ReturnType<typeof importedLines>[] {
  return [...Array(ROOMS).keys()].map((number) => {
    const room = buildRoom({ name: `room${number}` });
    if (number % 3 > 0) room.join(BOB);
    for (let turn = 0; turn < 8; turn++) {
      room.state(ALICE, 'm.room.topic', '', { topic: `Topic ${turn} of Alice` });
      room.text(ALICE, `Message ${turn} of Alice`);
    }
    return importedLines(room.records());
  });
}

async function contentsOf(store: SqlStore): Promise<readonly string[]> {
  const contents: string[] = [];
  for (const { roomId } of await store.events.rooms()) for (const { eventId, text } of await store.events.inRoom(roomId, { limit: 1000 })) contents.push(`${eventId} ${text}`);
  return contents;
}

/** The first delays are so short that nothing has begun; each is a little longer. Which rooms are done when it is killed is different each time: the end is not. */
const DELAYS = [60, 150, 220, 260, 300, 340, 380, 420, 470, 530];

test('an erasure whose process is killed again and again ends as one that was left alone', async () => {
  const [killed, alone] = [join(folder, 'killed.db'), join(folder, 'alone.db')];
  const first = openSqliteStore(killed, { create: true });
  await first.importEvents(rooms());
  const id = await recordErasure(first, requestOf({ requestedAt: 2_000_000_000_000, effectiveAt: 2_000_000_000_000 }), { now: 1 });
  await planRecorded(first, id);
  await first.settle();
  await first.close();
  copyFileSync(killed, alone);

  for (const delay of DELAYS) {
    const child = startCli(['apply', id, '--store', killed]);
    const closed = once(child, 'close');
    child.stdin?.on('error', () => undefined);
    await setTimeout(delay);
    child.kill('SIGKILL');
    await closed;
    const store = openSqliteStore(killed);
    const { rooms: all, roomsDone } = await store.erasures.progress(id);
    expect([all, roomsDone <= ROOMS]).toEqual([ROOMS, true]);
    await store.close();
  }
  const [one, other] = [openSqliteStore(killed), openSqliteStore(alone)];
  for (const store of [one, other]) expect(await runErasure(store, id, { now: () => 1 })).toEqual({ outcome: 'done', drifted: [] });
  expect(await contentsOf(one)).toEqual(await contentsOf(other));
  expect((await one.erasures.progress(id)).counts).toEqual((await other.erasures.progress(id)).counts);
  await one.close();
  await other.close();
});
