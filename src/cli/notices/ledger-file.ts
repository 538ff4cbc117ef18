import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { DeliveryLedgerError } from './ledger-error.ts';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts';

/** Statements, ready to be run, under the names of their texts. */
export function prepareAll<T extends Readonly<Record<string, string>>>(database: DatabaseSync, statements: T): Readonly<Record<keyof T, StatementSync>> {
  return Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)])) as Record<keyof T, StatementSync>;
}

/**
 * Opens the file of a ledger, and makes it where there is none if it may.
 * @throws {DeliveryLedgerError} when there is none, or the file is something else
 */
export function openDatabase(path: string, create: boolean): DatabaseSync {
  const isNew = !existsSync(path);
  if (isNew && !create) throw new DeliveryLedgerError(path, 'missing');
  // Made first with the rights that it is to have: SQLite gives its other files the same.
  if (isNew) closeSync(createFile(path));
  try {
    const database = new DatabaseSync(path, { timeout: 10_000 });
    // Nothing that was recorded is lost when the machine stops, either; and nothing that was taken out is left in the file.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
    prepareSchema(database, path, create);
    return database;
  } catch (error) {
    if (error instanceof DeliveryLedgerError) throw error;
    throw new DeliveryLedgerError(path, 'unreadable');
  }
}

function createFile(path: string): number {
  try {
    const file = openSync(path, 'wx', 0o600);
    chmodSync(path, 0o600);
    return file;
  } catch {
    throw new DeliveryLedgerError(path, 'unwritable');
  }
}

function prepareSchema(database: DatabaseSync, path: string, create: boolean): void {
  const isEmpty = Number(database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count']) === 0;
  const number = (pragma: string): number => Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
  if (isEmpty && create) inTransaction(database, () => database.exec(`${SCHEMA} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION};`));
  if (number('application_id') !== APPLICATION_ID) throw new DeliveryLedgerError(path, 'foreign');
  if (number('user_version') < SCHEMA_VERSION) inTransaction(database, () => database.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION};`));
  if (number('user_version') !== SCHEMA_VERSION) throw new DeliveryLedgerError(path, 'version');
}

/** Does all of some work, or none of it; it is on disk when this returns. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // On a full disk SQLite has gone back by itself.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
