/** What a statement takes: a text, a number, nothing, or a list for {@link Dialect.inList}. */
export type SqlValue = string | number | null | readonly string[] | readonly number[];

/** A row that a statement gives, by the names of its columns. */
export type SqlRow = Readonly<Record<string, string | number | null>>;

/** A column of a table, and its type in PostgreSQL; in SQLite `bigint` is `INTEGER`. */
export type Columns = Readonly<Record<string, 'bigint' | 'text'>>;

/** Many rows of one table. */
export type Rows = readonly (readonly (string | number | null)[])[];

/** Changes of many rows of a table at once: which columns are set, and by which the rows are found. Rows have the values in this order. */
export type BulkUpdate = { readonly table: string; readonly set: Columns; readonly by: Columns };

/**
 * A table that rows go into, what tells its rows apart, and what is done with those that are there already. Where rows of one insert are looked at one by one,
 * their first column does.
 */
export type BulkInsert = { readonly table: string; readonly columns: Columns; readonly key: readonly string[]; readonly present: 'skip' | 'replace' | 'fail' };

/** What differs between the databases in the text of statements. Parameters are `$1`, `$2`, … in both. */
export type Dialect = {
  readonly name: 'sqlite' | 'postgres';
  /** `IN` a list of texts or numbers that is one parameter. */
  readonly inList: (parameter: number, type: 'bigint' | 'text') => string;
  /** The rows of a list of pairs of numbers in JSON, as `r(n, a, b)` with their own numbers from 1. */
  readonly ranges: (parameter: number) => string;
  /** What locks the rows that a `SELECT` gives until the transaction ends. */
  readonly forUpdate: string;
};

/** What a database has to do for the store: the small difference between SQLite and PostgreSQL. */
export type SqlPort = {
  readonly dialect: Dialect;
  readonly all: (sql: string, parameters?: readonly SqlValue[]) => Promise<readonly SqlRow[]>;
  /** The same by the order of columns instead of by their names: for long lists. */
  readonly rows: (sql: string, parameters?: readonly SqlValue[]) => Promise<Rows>;
  /** Gives how many rows were changed. */
  readonly run: (sql: string, parameters?: readonly SqlValue[]) => Promise<number>;
  /** Gives the indexes of rows that were there already, where they are skipped. */
  readonly insert: (into: BulkInsert, rows: Rows) => Promise<readonly number[]>;
  readonly update: (what: BulkUpdate, rows: Rows) => Promise<void>;
  /** Does all of some work or none of it. In a transaction it is part of that. */
  readonly transaction: <T>(work: (port: SqlPort) => Promise<T>) => Promise<T>;
  /** Runs a script of several statements. */
  readonly script: (sql: string) => Promise<void>;
  /** @see ErasureStore.settle */
  readonly settle: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** The end of an insert: what is done with rows that are there already. */
export function ifPresent({ columns, key, present }: BulkInsert): string {
  if (present === 'fail') return '';
  if (present === 'skip') return 'ON CONFLICT DO NOTHING';
  const others = Object.keys(columns).filter((name) => !key.includes(name));
  return `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${others.map((name) => `${name} = excluded.${name}`).join(', ')}`;
}
