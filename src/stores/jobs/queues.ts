import type { Queue } from 'pg-boss';

/** The names of the queues, of one room of an erasure, of its end, of what failed for good, and of what is looked at every minute. */
export const QUEUE: { readonly [kind in 'room' | 'finish' | 'failed' | 'sweep']: string } = Object.freeze({
  room: 'erase-room',
  finish: 'erase-finish',
  failed: 'erase-failed',
  sweep: 'erase-sweep',
});

/** A worker that is killed is missed after so many seconds, the shortest that pg-boss takes. */
const HEARTBEAT = 10;

/**
 * How the queues behave: at most one job of each key is queued or at work at any time (`exclusive`), a job that fails is tried again for about half an hour, more
 * and more slowly, and then is put aside. The order is that of creation: a queue comes after the one that takes what it puts aside.
 */
export const queues: readonly Queue[] = Object.freeze([
  { name: QUEUE.failed, policy: 'exclusive', retryLimit: 5, retryBackoff: true, deleteAfterSeconds: 3600 },
  {
    name: QUEUE.room, policy: 'exclusive', deadLetter: QUEUE.failed, heartbeatSeconds: HEARTBEAT, expireInSeconds: 3600,
    retryLimit: 10, retryDelay: 2, retryBackoff: true, retryDelayMax: 300, deleteAfterSeconds: 3600,
  },
  { name: QUEUE.finish, policy: 'exclusive', heartbeatSeconds: HEARTBEAT, retryLimit: 10, retryDelay: 2, retryBackoff: true, retryDelayMax: 300, deleteAfterSeconds: 3600 },
  { name: QUEUE.sweep, policy: 'exclusive', retryLimit: 0, deleteAfterSeconds: 3600 },
] satisfies readonly Queue[]);

/** What is in a job: names of things, never content. */
export type RoomJob = { readonly erasure: string; readonly roomId: string };

/** The job of what comes last. */
export type FinishJob = { readonly erasure: string };
