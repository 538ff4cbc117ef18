import type { Job, PgBoss } from 'pg-boss';
import { QUEUE, queues, type FinishJob, type RoomJob } from './queues.ts';
import type { StoreWork } from '../erasure/erasure-work.ts';
import type { DueErasure } from '../store.ts';

/** A queue of erasures in PostgreSQL, by pg-boss. */
export type ErasureQueue = {
  /** Makes a job of each room of an erasure that is still to be done, unless there is one; gives how many. */
  readonly enqueue: (erasure: string) => Promise<number>;
  /** Begins to take jobs; resolves once it listens. */
  readonly work: (options?: WorkerOptions) => Promise<void>;
  /** What is queued, at work and put aside, of all erasures. */
  readonly counts: () => Promise<QueueCounts>;
  /** Takes no more jobs, lets those at work come to their end for up to `timeout` ms, and closes its connections. */
  readonly stop: (timeout?: number) => Promise<void>;
};

/** How many jobs there are of each kind. */
export type QueueCounts = { readonly queued: number; readonly active: number; readonly failed: number };

/** What a worker does and tells. */
export type WorkerOptions = {
  /** So many rooms at once in this process. */
  readonly concurrency?: number;
  /** The time (ms since 1970) that deadlines are compared with. */
  readonly now?: () => number;
  readonly onRoom?: (job: RoomJob, outcome: 'done' | 'waiting' | 'failed') => void;
  readonly onFinish?: (erasure: string) => void;
  readonly onDue?: (due: DueErasure) => void;
};

/** Jobs that are made, and taken, at a time. */
const BATCH = 1000;
const TAKEN = 10;

/** Starts a pg-boss with the queues of erasures. */
export async function startErasureQueue(boss: PgBoss, store: StoreWork): Promise<ErasureQueue> {
  await boss.start();
  for (const queue of queues) {
    await boss.createQueue(queue.name, queue);
    const { name, policy: _, ...options } = queue;
    await boss.updateQueue(name, options);
  }
  const enqueue = (erasure: string): Promise<number> => enqueueRooms(erasure, boss, store);
  return {
    enqueue,
    work: (options = {}) => startWorking({ boss, store, enqueue, options }),
    counts: async () => {
      const [room] = await boss.getQueueStats(QUEUE.room, { force: true });
      const [failed] = await boss.getQueueStats(QUEUE.failed, { force: true });
      return { queued: room?.queuedCount ?? 0, active: room?.activeCount ?? 0, failed: failed?.queuedCount ?? 0 };
    },
    stop: (timeout = 30_000) => boss.stop({ graceful: true, close: true, timeout }),
  };
}

async function enqueueRooms(erasure: string, boss: PgBoss, store: StoreWork): Promise<number> {
  let made = 0;
  for (let page = await store.pendingRooms(erasure, { limit: BATCH }); page.length > 0;) {
    const jobs = page.map((roomId) => ({ data: { erasure, roomId } satisfies RoomJob, singletonKey: keyOf(erasure, roomId) }));
    made += (await boss.insert(QUEUE.room, jobs, { returnId: true }))?.length ?? 0;
    page = await store.pendingRooms(erasure, { after: page.at(-1) ?? '', limit: BATCH });
  }
  // An erasure of somebody who is in no room has nothing but an end.
  if (made === 0) await enqueueFinish(erasure, boss, store);
  return made;
}

async function enqueueFinish(erasure: string, boss: PgBoss, store: StoreWork): Promise<void> {
  if ((await store.pendingRooms(erasure, { limit: 1 })).length === 0) await boss.send(QUEUE.finish, { erasure } satisfies FinishJob, { singletonKey: erasure });
}

function keyOf(erasure: string, roomId: string): string {
  return `${erasure} ${roomId}`;
}

type Working = { readonly boss: PgBoss; readonly store: StoreWork; readonly enqueue: ErasureQueue['enqueue']; readonly options: WorkerOptions };

async function startWorking(working: Working): Promise<void> {
  const { boss, options: { concurrency = 1 } } = working;
  const polling = { pollingIntervalSeconds: 0.5 };
  await boss.work<RoomJob>(QUEUE.room, { ...polling, batchSize: TAKEN, burstWhenBatchFull: true, localConcurrency: concurrency, perJobResults: true }, (jobs) => workOnRooms(jobs, working));
  await boss.work<FinishJob>(QUEUE.finish, polling, async ([job]) => { if (job !== undefined) await workOnEnd(job.data, working); });
  await boss.work<RoomJob>(QUEUE.failed, polling, async ([job]) => { if (job !== undefined) await workOnFailure(job, working); });
  await boss.work(QUEUE.sweep, polling, () => sweep(working));
  await boss.schedule(QUEUE.sweep, '* * * * *');
  await boss.send(QUEUE.sweep, {}, { singletonKey: 'sweep' });
}

type Settled = { readonly id: string; readonly status: 'completed' | 'failed'; readonly output?: object };

/** Rooms one after another, so that one that fails holds nothing up; what is left of the batch when the process stops is tried again. */
async function workOnRooms(jobs: readonly Job<RoomJob>[], { boss, store, options }: Working): Promise<Settled[]> {
  const settled: Settled[] = [];
  const touched = new Set<string>();
  for (const { id, data } of jobs) {
    try {
      const outcome = await store.carryOutRoom(data.erasure, data.roomId);
      if (outcome === 'done') touched.add(data.erasure);
      options.onRoom?.(data, outcome);
      settled.push({ id, status: 'completed' });
    } catch (error) {
      options.onRoom?.(data, 'failed');
      settled.push({ id, status: 'failed', output: { error: nameOf(error) } });
    }
  }
  for (const erasure of touched) await enqueueFinish(erasure, boss, store);
  return settled;
}

async function workOnEnd({ erasure }: FinishJob, { store, options }: Working): Promise<void> {
  if ((await store.finish(erasure)) === 'done') options.onFinish?.(erasure);
}

async function workOnFailure({ data }: Job<RoomJob>, { store }: Working): Promise<void> {
  await store.failRoom(data.erasure, data.roomId, 'retries-spent');
}

/** Finds what nobody has a job for, because a process died before it made one, and what has fallen due. */
async function sweep({ store, enqueue, options }: Working): Promise<void> {
  for (const erasure of await store.running()) await enqueue(erasure);
  for (const due of await store.dueBy((options.now ?? Date.now)())) options.onDue?.(due);
}

/** The text of an error may quote the event that it is about. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
