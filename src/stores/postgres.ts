/**
 * A store on a PostgreSQL server, for erasures that outgrow one process: whatever they need of a homeserver's database. Needs the package `pg`.
 * @module
 */
export { openPostgresStore, storeName, type PostgresOptions } from './postgres/open-postgres-store.ts';
export { openErasureQueue, type ErasureQueue, type QueueCounts, type WorkerOptions } from './jobs/erasure-queue.ts';
export { openBoss } from './jobs/open-boss.ts';
export type { RoomJob } from './jobs/queues.ts';
export type { SqlStore } from './sql/sql-store.ts';
export * from './stores.ts';
