import { openPostgresStore } from '../../stores/postgres/open-postgres-store.ts';
import type { SqlStore } from '../../stores/sql/sql-store.ts';
import { openSqliteStore } from '../../stores/sqlite/open-sqlite-store.ts';

/** What `--store` says in help. */
export const STORE_HELP = 'a file (SQLite), or a server: postgres://user@host/database';

const SERVER = /^postgres(?:ql)?:\/\//;

/** Whether `--store` names a server. */
export function isServer(location: string): boolean {
  return SERVER.test(location);
}

/** Opens a store for some work, and closes it however that ends. @throws {StoreError} when it cannot be used */
export async function withStore<T>(location: string, work: (store: SqlStore) => Promise<T>, { create = false }: { readonly create?: boolean } = {}): Promise<T> {
  const store = isServer(location) ? await openPostgresStore(location, { create }) : openSqliteStore(location, { create });
  let ended = false;
  try {
    const result = await work(store);
    ended = true;
    return result;
  } finally {
    // What went wrong first is what people need to know.
    await (ended ? store.close() : store.close().catch(() => undefined));
  }
}
