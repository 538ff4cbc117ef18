import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createPrivateFile, inTransaction, isEmpty, isForeign, readNumber } from '../../stores/sqlite/database-file.ts';
import { DeliveryLedgerError } from './ledger-error.ts';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts';

/**
 * Opens the file of a ledger, and makes it where there is none if it may.
 * @throws {DeliveryLedgerError} when there is none, or the file is something else
 */
export function openDatabase(path: string, create: boolean): DatabaseSync {
  const isNew = !existsSync(path);
  if (isNew && !create) throw new DeliveryLedgerError(path, 'missing');
  if (isNew) createFile(path);
  try {
    const database = new DatabaseSync(path, { timeout: 10_000 });
    if (isForeign(database, { applicationId: APPLICATION_ID, create })) throw new DeliveryLedgerError(path, 'foreign');
    // Nothing that was recorded is lost when the machine stops, either; and nothing that was taken out is left in the file.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
    prepareSchema(database, path, create);
    return database;
  } catch (error) {
    if (error instanceof DeliveryLedgerError) throw error;
    throw new DeliveryLedgerError(path, 'unreadable');
  }
}

function createFile(path: string): void {
  try {
    createPrivateFile(path);
  } catch {
    throw new DeliveryLedgerError(path, 'unwritable');
  }
}

function prepareSchema(database: DatabaseSync, path: string, create: boolean): void {
  const number = (pragma: string): number => readNumber(database, `PRAGMA ${pragma}`);
  if (create && isEmpty(database)) inTransaction(database, () => database.exec(`${SCHEMA} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION};`));
  if (number('user_version') < SCHEMA_VERSION) inTransaction(database, () => database.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION};`));
  if (number('user_version') !== SCHEMA_VERSION) throw new DeliveryLedgerError(path, 'version');
}
