import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { inWords, migrations, SCHEMA_VERSION, type SchemaWords } from '../sql/migrations.ts';
import { StoreError } from '../store-error.ts';
import { createPrivateFile, inTransaction, isForeign, readNumber } from './database-file.ts';
import { asStoreError } from './sqlite-error.ts';

/** "mxes" in ASCII: what tells a store from any other SQLite file. */
const APPLICATION_ID = 0x6d786573;
/** How long whoever opens a store waits for another process that has it locked, unless it is said (ms). */
export const BUSY_MS = 30_000;
/** An import puts rows into indexes at random places; what comes after it goes room by room, and is to leave memory to others. */
const IMPORT_CACHE_KIB = 65_536;
const CACHE_KIB = 8192;

const WORDS: SchemaWords = { integer: 'INTEGER', text: 'TEXT', serialKey: 'INTEGER PRIMARY KEY', end: ' STRICT' };
/** Tables that are found by their whole key alone. */
const KEYED = /^CREATE TABLE (names|refs|media_refs|index_events|index_spans|index_stays|index_clock|erasure_dues|erasure_subjects|erasure_media|account_data) .*?\) STRICT;/gms;

/** How to open a store. */
export type OpenOptions = {
  /** Makes the store where there is none. */
  readonly create?: boolean;
  /** How long to wait for another process that has the store locked (ms). */
  readonly busyMs?: number;
};

/** Opens a database with the tables of a store, as new as this program knows them. @throws {StoreError} when it cannot be used */
export function openDatabase(path: string, { create = false, busyMs = BUSY_MS }: OpenOptions = {}): DatabaseSync {
  if (isTooOld()) throw new StoreError(path, 'old-node');
  const isNew = path !== ':memory:' && !existsSync(path);
  if (isNew && !create) throw new StoreError(path, 'missing');
  if (isNew) createFile(path);
  try {
    const database = new DatabaseSync(path, { timeout: busyMs });
    if (isForeign(database, { applicationId: APPLICATION_ID, create })) throw new StoreError(path, 'foreign');
    // What is deleted is overwritten; nothing that was done is lost when the machine stops; nothing is written to other files.
    database.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
      PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = ${create ? -IMPORT_CACHE_KIB : -CACHE_KIB}; PRAGMA journal_size_limit = 67108864;
      PRAGMA wal_autocheckpoint = 16384`);
    migrate(database, path);
    return database;
  } catch (error) {
    throw asStoreError(path, error);
  }
}

/** Some versions of Node.js bind no parameter that stands twice, or give rows as objects only. */
function isTooOld(): boolean {
  const database = new DatabaseSync(':memory:');
  try {
    const statement = database.prepare('SELECT ?1, ?1');
    statement.setReturnArrays(true);
    return statement.all(1).length !== 1;
  } catch {
    return true;
  } finally {
    database.close();
  }
}

function createFile(path: string): void {
  try {
    createPrivateFile(path);
  } catch {
    throw new StoreError(path, 'unwritable');
  }
}

function migrate(database: DatabaseSync, path: string): void {
  const number = (pragma: string): number => readNumber(database, `PRAGMA ${pragma}`);
  if (number('user_version') > SCHEMA_VERSION) throw new StoreError(path, 'newer');
  if (number('user_version') === SCHEMA_VERSION) return;
  inTransaction(database, () => {
    // Another process may have been first.
    const reached = number('user_version');
    for (const migration of migrations) if (migration.version > reached) database.exec(inWords(migration, WORDS).replaceAll(KEYED, (table) => table.replace(/ STRICT;$/, ' STRICT, WITHOUT ROWID;')));
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}
