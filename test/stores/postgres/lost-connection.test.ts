import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { planRecorded, recordErasure } from '../../../src/stores/erasure/record.ts';
import { runErasure } from '../../../src/stores/erasure/run.ts';
import { openPostgresStore } from '../../../src/stores/postgres/open-postgres-store.ts';
import { StoreError } from '../../../src/stores/store-error.ts';
import { RECORDED_ALICE } from '../../erasure/rooms.ts';
import { requestOf } from '../../erasure/erase.ts';
import { recordedLines } from '../recorded.ts';
import { serverIfAny } from './have-server.ts';

const server = await serverIfAny();
afterAll(() => server?.stop());

/** Breaks every connection of others to a database. */
async function breakConnections(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()');
  await client.end();
}

describe.skipIf(server === undefined)('a connection that is lost', () => {
  test('is a clear error, nothing of the step stays, and the run goes on where it was', async () => {
    const url = (await server?.database()) ?? '';
    const store = await openPostgresStore(url, { create: true });
    for (const lines of recordedLines()) await store.importEvents([lines]);
    const id = await recordErasure(store, requestOf({ subjects: [RECORDED_ALICE], requestedAt: 2_000_000_000_000, effectiveAt: 2_000_000_000_000 }), { now: 1 });
    await planRecorded(store, id);
    const rooms = await store.erasures.roomsOf(id, 'planned', { limit: 99 });
    const [first = ''] = rooms;
    const rows = await store.events.inRoom(first, { limit: 5 });
    const lost = await store.inRoom(first, async (inside) => {
      await inside.events.change(first, rows.map(({ eventId, place }) => ({ eventId, place })));
      await breakConnections(url);
      return inside.events.room(first);
    }).then(() => 'no error', (error: unknown) => error);
    expect(lost).toBeInstanceOf(StoreError);
    expect(String(lost)).toMatch(/the server cannot be reached: nothing of the last step was kept; run the same command again/);
    expect(await store.events.inRoom(first, { limit: 5 })).toEqual(rows);
    // Broken again while it runs: it may meet the end of a connection, or have a new one by then.
    let outcome = '';
    for (let attempt = 0; attempt < 3 && outcome !== 'done'; attempt++) {
      const running = runErasure(store, id, { now: () => 1 }).then((ended): string => ended.outcome, (error: unknown) => (error instanceof StoreError ? error.reason : 'another error'));
      if (attempt === 0) await breakConnections(url);
      outcome = await running;
      expect(['done', 'unreachable']).toContain(outcome);
    }
    expect((await store.erasures.progress(id)).roomsDone).toBe(rooms.length);
    await store.close();
  });

  test('two at once do no step twice', async () => {
    const url = (await server?.database()) ?? '';
    const [one, other] = [await openPostgresStore(url, { create: true }), await openPostgresStore(url)];
    for (const lines of recordedLines()) await one.importEvents([lines]);
    const id = await recordErasure(one, requestOf({ subjects: [RECORDED_ALICE], requestedAt: 2_000_000_000_000, effectiveAt: 2_000_000_000_000 }), { now: 1 });
    await planRecorded(one, id);
    const before = new Map((await one.events.rooms()).map(({ roomId, revision }) => [roomId, revision]));
    const runs = await Promise.all([one, other].map((store) => runErasure(store, id, { now: () => 1 })));
    expect(runs.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    const changed = (await one.events.rooms()).filter(({ roomId, revision }) => revision > (before.get(roomId) ?? 0));
    expect(changed.length).toBeGreaterThan(10);
    const { counts, events } = await one.erasures.progress(id);
    expect(counts.redacted + counts.hidden + counts.purged).toBeLessThanOrEqual(events);
    await one.close();
    await other.close();
  });
});
