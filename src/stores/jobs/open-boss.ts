import type { PgBoss } from 'pg-boss';
import { storeName } from '../postgres/open-postgres-store.ts';
import { StoreError } from '../store-error.ts';

const SCHEMA = 'matrix_erasure_jobs';
/** How often (s) is looked whether a worker has gone. */
const SUPERVISED = 5;
const CONNECTIONS = 4;

/**
 * A pg-boss for erasures, not yet started, on a PostgreSQL server and in a schema of its own. Needs the packages `pg` and `pg-boss`.
 * @throws {StoreError} when they are not installed
 * @example typeof openBoss // 'function'
 */
export async function openBoss(url: string): Promise<PgBoss> {
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
