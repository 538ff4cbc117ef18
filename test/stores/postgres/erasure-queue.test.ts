import { PgBoss } from 'pg-boss';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startErasureQueue, type ErasureQueue } from '../../../src/stores/jobs/erasure-queue.ts';
import type { StoreWork } from '../../../src/stores/erasure/erasure-work.ts';
import { startServer, type TestServer } from './server.ts';

let server: TestServer;
const open: ErasureQueue[] = [];
beforeAll(async () => { server = await startServer(); });
afterEach(async () => { for (const queue of open.splice(0)) await queue.stop(5000); });
afterAll(() => server.stop());

async function queueOn(url: string, store: StoreWork): Promise<ErasureQueue> {
  const boss = new PgBoss({ connectionString: url, schema: 'erasure_jobs', superviseIntervalSeconds: 1, monitorIntervalSeconds: 1, cronWorkerIntervalSeconds: 1 });
  boss.on('error', () => undefined);
  const queue = await startErasureQueue(boss, store);
  open.push(queue);
  return queue;
}

/** A store that notes what it is asked to, and like any store does nothing twice. */
function noting(rooms: readonly string[], behave: (roomId: string, calls: number) => void = () => undefined) {
  const [pending, calls, finished, failed] = [new Set(rooms), new Map<string, number>(), [] as string[], [] as string[]];
  const store: StoreWork = {
    running: async () => (finished.length === 0 ? ['e1'] : []),
    pendingRooms: async (_, { after = '', limit }) => [...pending].filter((room) => room > after).sort().slice(0, limit),
    carryOutRoom: async (_, roomId) => {
      if (!pending.has(roomId)) return 'done';
      calls.set(roomId, (calls.get(roomId) ?? 0) + 1);
      behave(roomId, calls.get(roomId) ?? 0);
      pending.delete(roomId);
      return 'done';
    },
    failRoom: async (_, roomId, error) => { pending.delete(roomId); failed.push(`${roomId} ${error}`); },
    finish: async (erasure) => { if (!finished.includes(erasure)) finished.push(erasure); return 'done'; },
    dueBy: async (at) => (at > 1000 ? [{ erasure: 'e1', what: 'purge', due: 1000 }] : []),
  };
  return { store, calls, finished, failed };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('waited too long');
}

describe('an erasure as jobs', () => {
  test('every room once, by two workers, and the end after the last', async () => {
    const rooms = Array.from({ length: 2500 }, (_, index) => `!r${index}:a`);
    const { store, calls, finished } = noting(rooms);
    const url = await server.database();
    const [one, other] = [await queueOn(url, store), await queueOn(url, store)];
    expect(await one.enqueue('e1')).toBe(2500);
    expect(await other.enqueue('e1')).toBe(0);
    await one.work();
    await other.work();
    await until(() => finished.length > 0);
    expect(calls.size).toBe(2500);
    expect([...calls.values()].every((count) => count === 1)).toBe(true);
    expect(finished).toEqual(['e1']);
  });

  test('a room that fails is tried again, and holds nothing up', async () => {
    const { store, calls, finished } = noting(['!a:a', '!b:a', '!c:a'], (room, count) => { if (room === '!b:a' && count < 3) throw new RangeError('secret text'); });
    const queue = await queueOn(await server.database(), store);
    const outcomes: string[] = [];
    await queue.enqueue('e1');
    await queue.work({ onRoom: ({ roomId }, outcome) => outcomes.push(`${roomId} ${outcome}`) });
    await until(() => finished.length > 0);
    expect(Object.fromEntries(calls)).toEqual({ '!a:a': 1, '!b:a': 3, '!c:a': 1 });
    expect(outcomes.filter((outcome) => outcome.endsWith('failed'))).toEqual(['!b:a failed', '!b:a failed']);
    expect(outcomes.indexOf('!c:a done')).toBeLessThan(outcomes.indexOf('!b:a done'));
  });

  test('what no job is left for is found again, and an erasure of nothing ends', async () => {
    const { store, finished } = noting([]);
    const queue = await queueOn(await server.database(), store);
    await queue.work();
    await until(() => finished.length > 0);
    expect(finished[0]).toBe('e1');
  });

  test('what falls due is told', async () => {
    const { store } = noting([]);
    const queue = await queueOn(await server.database(), store);
    const due: unknown[] = [];
    await queue.work({ now: () => 2000, onDue: (one) => due.push(one) });
    await until(() => due.length > 0);
    expect(due[0]).toEqual({ erasure: 'e1', what: 'purge', due: 1000 });
  });
});
