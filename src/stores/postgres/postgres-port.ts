import type { Pool, PoolClient } from 'pg';
import { ifPresent, type BulkInsert, type BulkUpdate, type Columns, type Dialect, type Rows, type SqlPort, type SqlRow, type SqlValue } from '../sql/port.ts';
import { asStoreError } from './postgres-error.ts';

const dialect: Dialect = {
  name: 'postgres',
  inList: (parameter, type) => `= ANY($${parameter}::${type}[])`,
  ranges: (parameter) => `(SELECT n, (pair ->> 0)::bigint AS a, (pair ->> 1)::bigint AS b FROM jsonb_array_elements($${parameter}::jsonb) WITH ORDINALITY AS pairs(pair, n)) r`,
  forUpdate: 'FOR UPDATE',
};

/** A port to a pool of connections: each transaction has one for itself. */
export function postgresPort(pool: Pool, name: string): SqlPort {
  return {
    ...portOn(pool, name),
    transaction: (work) => inTransaction(pool, { name, work }),
    // What was deleted is overwritten by later rows; what the server's own log has of it goes with that.
    settle: () => guarded(name, async () => void (await pool.query('VACUUM events, names, refs, media_refs, erasure_parts'))),
    close: () => guarded(name, () => pool.end()),
  };
}

type Transacting<T> = { readonly name: string; readonly work: (port: SqlPort) => Promise<T> };

async function inTransaction<T>(pool: Pool, { name, work }: Transacting<T>): Promise<T> {
  const client = await guarded(name, () => pool.connect());
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await guarded(name, () => client.query('BEGIN'));
    const result = await work(portOn(client, name));
    await guarded(name, () => client.query('COMMIT'));
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** A port to whatever takes statements. In a transaction everything is a part of it. */
function portOn(connection: Pool | PoolClient, name: string): SqlPort {
  const query = (text: string, values: readonly SqlValue[] = []): Promise<{ readonly rows: readonly SqlRow[]; readonly rowCount: number | null }> =>
    guarded(name, () => connection.query(text, [...values]));
  const port: SqlPort = {
    dialect,
    all: async (sql, parameters) => (await query(sql, parameters)).rows,
    rows: async (sql, parameters = []) => (await guarded(name, () => connection.query({ text: sql, values: [...parameters], rowMode: 'array' }))).rows,
    run: async (sql, parameters) => (await query(sql, parameters)).rowCount ?? 0,
    script: async (sql) => void (await guarded(name, () => connection.query(sql))),
    insert: (into, rows) => insertRows(into, rows, query),
    update: async (what, rows) => {
      if (rows.length > 0) await query(updateSql(what), columnsOf({ ...what.set, ...what.by }, rows));
    },
    transaction: (work) => work(port),
    settle: async () => undefined,
    close: async () => undefined,
  };
  return port;
}

type Query = (text: string, values: readonly SqlValue[]) => Promise<{ readonly rows: readonly SqlRow[] }>;

async function insertRows(into: BulkInsert, rows: Rows, query: Query): Promise<readonly number[]> {
  if (rows.length === 0) return [];
  const names = Object.keys(into.columns);
  const first = names[0] ?? '';
  const text = `INSERT INTO ${into.table} (${names.join(', ')}) SELECT * FROM ${unnest(into.columns)} AS r ${ifPresent(into)}${into.present === 'skip' ? ` RETURNING ${first}` : ''}`;
  const inserted = await query(text, columnsOf(into.columns, rows));
  if (into.present !== 'skip' || inserted.rows.length === rows.length) return [];
  const there = new Set(inserted.rows.map((row) => row[first]));
  return rows.flatMap(([value], index) => (there.has(value ?? null) ? [] : [index]));
}

function updateSql({ table, set, by }: BulkUpdate): string {
  const assigned = Object.keys(set).map((name) => `${name} = r.new_${name}`);
  const found = Object.keys(by).map((name) => `${table}.${name} = r.new_${name}`);
  const names = [...Object.keys(set), ...Object.keys(by)].map((name) => `new_${name}`);
  return `UPDATE ${table} SET ${assigned.join(', ')} FROM ${unnest({ ...set, ...by })} AS r(${names.join(', ')}) WHERE ${found.join(' AND ')}`;
}

function unnest(columns: Columns): string {
  return `unnest(${Object.values(columns).map((type, index) => `$${index + 1}::${type}[]`).join(', ')})`;
}

/** Each column as one list. */
function columnsOf(columns: Columns, rows: Rows): readonly SqlValue[] {
  return Object.keys(columns).map((_, index) => rows.map((row) => row[index] ?? null) as readonly string[]);
}

async function guarded<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStoreError(name, error);
  }
}
