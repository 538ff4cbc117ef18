import { countOf } from './text/numbers.ts';

/** What went wrong with one line of an input. The message never holds content of the line. */
export class LineError extends Error {
  override readonly name = 'LineError';
  readonly source: string;
  readonly line: number;
  /** The name of the error that the line met with, such as `UnreadableRecordError`. */
  readonly reason: string;

  constructor(place: { readonly source: string; readonly line: number }, cause: Error) {
    super(`${place.source}:${place.line}: ${cause.message} (${cause.name})`, { cause });
    this.source = place.source;
    this.line = place.line;
    this.reason = cause.name;
  }
}

/** No line of the input could be used: an output would be empty, and is not written. */
export class NothingUsableError extends Error {
  override readonly name = 'NothingUsableError';

  constructor(lines: number) {
    super(`none of ${countOf(lines, 'line')} could be used, so nothing was written: check that these are the right files`);
  }
}

/** The command line asks for something that does not exist or does not fit together. The message names the fix. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Names of errors that the language, Node and the packages in use throw. */
const FOREIGN: ReadonlySet<string> = new Set([
  'Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'EvalError', 'URIError', 'AggregateError', 'AssertionError', 'AbortError',
  'ValiError', 'YAMLParseError', 'CommanderError',
]);

/**
 * Whether an error is one of this project's own: those have a name of their own, and a message that is made for people and
 * free of event content. The messages of others, such as that of `JSON.parse`, may quote what they met.
 */
export function isNamedError(error: unknown): error is Error {
  return error instanceof Error && !FOREIGN.has(error.name) && !('code' in error);
}

/** What a line met with, as the line's error. An error that is not one of this project's own is a mistake in it, and thrown. */
export function asLineError(place: { readonly source: string; readonly line: number }, error: unknown): LineError {
  if (error instanceof LineError) return error;
  if (isNamedError(error)) return new LineError(place, error);
  throw error;
}
