/** The ID of an erasure, as `erasureIdOf` makes it. */
export const ERASURE_ID = /^[\w-]{22}$/;

/** Commands that are given one. */
const TAKE_ID: ReadonlySet<string> = new Set(['apply', 'cancel']);

/**
 * The arguments of a command line, those that are IDs with a hyphen at their beginning behind `--`: one erasure in 64 has such an ID, and it is no option.
 * @example idsApart(['cancel', '-Z8et_C0Uzt3nY8W6peitf', '--store', 'erasure.db'], []) // ['cancel', '--store', 'erasure.db', '--', '-Z8et_C0Uzt3nY8W6peitf']
 */
export function idsApart(args: readonly string[], options: readonly string[]): readonly string[] {
  if (!TAKE_ID.has(args[0] ?? '') || args.includes('--')) return args;
  const isId = (arg: string): boolean => arg.startsWith('-') && ERASURE_ID.test(arg) && !options.includes(arg);
  const ids = args.filter(isId);
  return ids.length === 0 ? args : [...args.filter((arg) => !isId(arg)), '--', ...ids];
}
