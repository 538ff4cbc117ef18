import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { ifPresent, type BulkInsert, type BulkUpdate, type Dialect, type Rows, type SqlPort, type SqlRow, type SqlValue } from '../sql/port.ts';
import { StoreError } from '../store-error.ts';
import { asStoreError } from './sqlite-error.ts';

const dialect: Dialect = {
  name: 'sqlite',
  inList: (parameter) => `IN (SELECT value FROM json_each($${parameter}))`,
  ranges: (parameter) => `(SELECT key + 1 AS n, value ->> 0 AS a, value ->> 1 AS b FROM json_each($${parameter})) r`,
  forUpdate: '',
};

/** A port to an open SQLite database. It does one thing after the other: what it is asked while a transaction of its own is open waits for that. */
export function sqlitePort(database: DatabaseSync, name: string): SqlPort {
  const statements = createStatements(database);
  const inside = createInside(database, statements, name);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const running = last.then(work);
    last = running.catch(() => undefined);
    return running;
  };
  const whole = <T>(work: (port: SqlPort) => Promise<T>): Promise<T> => inTurn(() => inTransaction(database, inside, { name, work }));
  return {
    dialect,
    all: (sql, parameters) => inTurn(() => inside.all(sql, parameters)),
    rows: (sql, parameters) => inTurn(() => inside.rows(sql, parameters)),
    run: (sql, parameters) => inTurn(() => inside.run(sql, parameters)),
    script: (sql) => inTurn(() => inside.script(sql)),
    insert: (into, rows) => whole((port) => port.insert(into, rows)),
    update: (what, rows) => whole((port) => port.update(what, rows)),
    transaction: whole,
    settle: () => inTurn(async () => guarded(name, () => settle(database, name))),
    close: () => inTurn(async () => guarded(name, () => database.close())),
  };
}

type Transacting<T> = { readonly name: string; readonly work: (port: SqlPort) => Promise<T> };

async function inTransaction<T>(database: DatabaseSync, port: SqlPort, { name, work }: Transacting<T>): Promise<T> {
  guarded(name, () => database.exec('BEGIN IMMEDIATE'));
  try {
    const result = await work(port);
    guarded(name, () => database.exec('COMMIT'));
    return result;
  } catch (error) {
    // A full disk may have ended it already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** What was deleted is overwritten in the database at once, and is gone from the log when that is empty. */
function settle(database: DatabaseSync, name: string): void {
  database.exec('PRAGMA incremental_vacuum');
  const result = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  if (result?.['busy'] !== 0) throw new StoreError(name, 'still-read');
}

type Statements = { readonly get: (sql: string) => StatementSync; readonly listing: (sql: string) => StatementSync };

function createStatements(database: DatabaseSync): Statements {
  const preparing = (inLists: boolean) => {
    const prepared = new Map<string, StatementSync>();
    return (sql: string): StatementSync => {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement = database.prepare(sql.replaceAll(/\$(\d+)/g, '?$1'));
      statement.setReturnArrays(inLists);
      prepared.set(sql, statement);
      return statement;
    };
  };
  return { get: preparing(false), listing: preparing(true) };
}

/** The port as a transaction has it. */
function createInside(database: DatabaseSync, statements: Statements, name: string): SqlPort {
  const inside: SqlPort = {
    dialect,
    all: async (sql, parameters = []) => guarded(name, () => statements.get(sql).all(...parameters.map(bound)) as readonly SqlRow[]),
    rows: async (sql, parameters = []) => guarded(name, () => {
      const rows: unknown = statements.listing(sql).all(...parameters.map(bound));
      return rows as Rows;
    }),
    run: async (sql, parameters = []) => guarded(name, () => Number(statements.get(sql).run(...parameters.map(bound)).changes)),
    script: async (sql) => guarded(name, () => database.exec(sql)),
    insert: async (into, rows) => guarded(name, () => insertRows(statements.get(insertSql(into)), into, rows)),
    update: async (what, rows) => guarded(name, () => {
      const statement = statements.get(updateSql(what));
      for (const row of rows) statement.run(...row);
    }),
    transaction: (work) => work(inside),
    settle: async () => undefined,
    close: async () => undefined,
  };
  return inside;
}

function insertRows(statement: StatementSync, { present }: BulkInsert, rows: Rows): readonly number[] {
  const skipped: number[] = [];
  for (const [index, row] of rows.entries()) {
    const { changes } = statement.run(...row);
    if (present === 'skip' && changes === 0) skipped.push(index);
  }
  return skipped;
}

function insertSql({ columns, ...into }: BulkInsert): string {
  const names = Object.keys(columns);
  return `INSERT INTO ${into.table} (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')}) ${ifPresent({ columns, ...into })}`;
}

function updateSql({ table, set, by }: BulkUpdate): string {
  const [sets, keys] = [Object.keys(set), Object.keys(by)];
  return `UPDATE ${table} SET ${assign(sets, 1).join(', ')} WHERE ${assign(keys, sets.length + 1).join(' AND ')}`;
}

function assign(names: readonly string[], from: number): readonly string[] {
  return names.map((name, index) => `${name} = $${from + index}`);
}

function bound(value: SqlValue): SQLInputValue {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

function guarded<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asStoreError(name, error);
  }
}
