/**
 * A store on a PostgreSQL server, for erasures that outgrow one process: whatever they need of a homeserver's database. Needs the package `pg`.
 * @module
 */
export { openPostgresStore, storeName, type PostgresOptions } from './postgres/open-postgres-store.ts';
export { openErasureQueue } from './jobs/open-erasure-queue.ts';
export type { ErasureQueue, QueueCounts, WorkerOptions } from './jobs/erasure-queue.ts';
export type { RoomJob } from './jobs/queues.ts';
export type { SqlStore } from './sql/sql-store.ts';
export * from './stores.ts';
