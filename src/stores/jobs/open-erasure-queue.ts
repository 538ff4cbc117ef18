import type { PgBoss } from 'pg-boss';
import type { StoreWork } from '../erasure/erasure-work.ts';
import { storeName } from '../postgres/open-postgres-store.ts';
import { StoreError } from '../store-error.ts';
import { startErasureQueue, type ErasureQueue } from './erasure-queue.ts';

const SCHEMA = 'matrix_erasure_jobs';
/** How often (s) is looked whether a worker has gone. */
const SUPERVISED = 5;
const CONNECTIONS = 4;

/**
 * Opens the queue of erasures on a PostgreSQL server, in a schema of its own. `store` is the part that its jobs call: `storeWork(store, Date.now)`. Any number of processes may
 * do so at once. Needs the packages `pg` and `pg-boss`.
 * @throws {StoreError} when they are not installed
 * @example typeof openErasureQueue // 'function'
 */
export async function openErasureQueue(url: string, store: StoreWork): Promise<ErasureQueue> {
  return startErasureQueue(await openBoss(url), store);
}

async function openBoss(url: string): Promise<PgBoss> {
  const { PgBoss: Boss } = await import('pg-boss').catch(() => {
    throw new StoreError(storeName(url), 'no-driver');
  });
  const boss = new Boss({
    connectionString: url, schema: SCHEMA, max: CONNECTIONS, superviseIntervalSeconds: SUPERVISED, monitorIntervalSeconds: SUPERVISED, cronWorkerIntervalSeconds: SUPERVISED,
  });
  // What fails in between is tried again by pg-boss itself; what cannot be done is thrown by the call that asked for it.
  boss.on('error', () => undefined);
  return boss;
}
