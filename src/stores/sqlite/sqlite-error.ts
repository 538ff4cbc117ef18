import { StoreError, type StoreProblem } from '../store-error.ts';

/** Primary result codes of SQLite, and what they mean to whoever uses a store. @see https://www.sqlite.org/rescode.html */
const PROBLEMS: ReadonlyMap<number, StoreProblem> = new Map([
  [5, 'busy'], [6, 'busy'], [8, 'unwritable'], [10, 'io'], [11, 'unreadable'], [13, 'full'], [14, 'unwritable'], [26, 'unreadable'],
]);

/** An error of SQLite in words that help; any other as it is. */
export function asStoreError(store: string, error: unknown): unknown {
  const code = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
  const problem = code === undefined ? undefined : PROBLEMS.get(code);
  return problem === undefined ? error : new StoreError(store, problem);
}
