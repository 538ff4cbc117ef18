/**
 * A store in one SQLite file, with nothing to install: whatever erasures need of a homeserver's database. For Node.js alone.
 * @module
 */
export { openSqliteStore } from './sqlite/open-sqlite-store.ts';
export type { OpenOptions } from './sqlite/open-database.ts';
export type { SqlStore } from './sql/sql-store.ts';
export * from './stores.ts';
