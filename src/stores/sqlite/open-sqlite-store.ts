import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { sqlStore, type SqlStore } from '../sql/sql-store.ts';
import { readAhead } from './ahead/read-ahead.ts';
import { identityOf } from './database-file.ts';
import { openDatabase, type OpenOptions } from './open-database.ts';
import { sqlitePort } from './sqlite-port.ts';

/** Fewer events are changed in the time that a thread takes to start. */
const WORTH_A_THREAD = 20_000;

/**
 * Opens a store in an SQLite file, readable by its owner alone, and makes it where there is none if it may. Tables of an older form are changed to the
 * form of now. A process opens a file once: two stores on one file in the same process would wait for each other until one gives up.
 * @throws {StoreError} when there is none, it is another file, or of a newer form, or when this Node.js is too old
 * @example typeof openSqliteStore(':memory:', { create: true }).importEvents // 'function'
 */
export function openSqliteStore(path: string, options: OpenOptions = {}): SqlStore {
  const store = sqlStore(sqlitePort(openDatabase(path, options), path));
  if (path === ':memory:' || availableParallelism() === 1) return store;
  const file = { path: resolve(path), identity: identityOf(path) };
  return { ...store, readAhead: (erasureId, events) => (events < WORTH_A_THREAD ? undefined : readAhead(file, erasureId)) };
}
