import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Makes an empty file before SQLite does, with the rights that it is to have: SQLite gives its other files the same. Throws when it is there, or cannot be made. */
export function createPrivateFile(path: string): void {
  closeSync(openSync(path, 'wx', 0o600));
  chmodSync(path, 0o600);
}

/** What tells a file that is open from any other that stands in its place now: the numbers of one that was deleted and closed are given again. */
export function identityOf(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true });
  return `${dev} ${ino}`;
}

/** The one number that a pragma or a query answers with. */
export function readNumber(database: DatabaseSync, sql: string): number {
  return Number(Object.values(database.prepare(sql).get() ?? {})[0]);
}

/** Whether nothing was ever made in a database. */
export function isEmpty(database: DatabaseSync): boolean {
  return readNumber(database, 'SELECT count(*) FROM sqlite_schema') === 0;
}

/** What a database has to be: marked with the number of its application, or empty where it may be made. */
export type Ownership = { readonly applicationId: number; readonly create: boolean };

/** Whether a database is something else, so that nothing in it may be changed. */
export function isForeign(database: DatabaseSync, { applicationId, create }: Ownership): boolean {
  // In this order: another process may make it in between.
  return !(create && isEmpty(database)) && readNumber(database, 'PRAGMA application_id') !== applicationId;
}

/** Statements, ready to be run, under the names of their texts. */
export function prepareAll<T extends Readonly<Record<string, string>>>(database: DatabaseSync, statements: T): Readonly<Record<keyof T, StatementSync>> {
  return Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)])) as Record<keyof T, StatementSync>;
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
