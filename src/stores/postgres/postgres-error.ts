import { StoreError, type StoreProblem } from '../store-error.ts';

/** Codes of PostgreSQL and of the network by how they begin, and what they mean to whoever uses a store. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const PROBLEMS: readonly (readonly [start: string, problem: StoreProblem])[] = [
  ['53100', 'full'], ['533', 'crowded'], ['53', 'busy'], ['54', 'oversized'], ['55P03', 'busy'], ['40', 'busy'], ['58', 'io'], ['28', 'refused'], ['3D', 'refused'], ['42501', 'refused'],
  ['08', 'unreachable'], ['57P', 'unreachable'],
  ['ECONN', 'unreachable'], ['ENOTFOUND', 'unreachable'], ['EAI', 'unreachable'], ['EHOST', 'unreachable'], ['ENET', 'unreachable'], ['ETIMEDOUT', 'unreachable'], ['EPIPE', 'unreachable'],
  ['ENOENT', 'unreachable'],
];

/** What the driver says, without a code, of a connection that broke. */
const BROKEN = /^(?:Connection terminated|timeout e|Client has encountered a connection error|Client was closed)/;

/** An error of PostgreSQL in words that help; any other as it is. */
export function asStoreError(store: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = codeOf(error);
  const problem = PROBLEMS.find(([start]) => code.startsWith(start))?.[1] ?? (BROKEN.test(error.message) ? 'unreachable' : undefined);
  return problem === undefined ? error : new StoreError(store, problem);
}

/** Where several addresses were tried, the last one tells. */
function codeOf(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError && error.errors.at(-1) instanceof Error ? codeOf(error.errors.at(-1)) : '';
}
