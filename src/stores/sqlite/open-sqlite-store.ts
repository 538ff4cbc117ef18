import { sqlStore, type SqlStore } from '../sql/sql-store.ts';
import { openDatabase, type OpenOptions } from './open-database.ts';
import { sqlitePort } from './sqlite-port.ts';

/**
 * Opens a store in an SQLite file, readable by its owner alone, and makes it where there is none if it may. Tables of an older form are changed to the
 * form of now.
 * @throws {StoreError} when there is none, it is another file, or of a newer form
 * @example typeof openSqliteStore(':memory:', { create: true }).importEvents // 'function'
 */
export function openSqliteStore(path: string, options: OpenOptions = {}): SqlStore {
  return sqlStore(sqlitePort(openDatabase(path, options), path));
}
