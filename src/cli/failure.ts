import { OtherInputError } from '../erasure/drift.ts';
import { PlanDriftedError } from '../erasure/supplement.ts';
import { isNamedError, LineError, UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { InputFileError } from './io/inputs.ts';
import { OutputError } from './io/output.ts';
import { OutputClosedError } from './io/sinks.ts';
import { visible } from './text/visible.ts';

/** How a failed command ends: with one line at most. */
export type Failure = { readonly exitCode: number; readonly message?: string };

/** What to say about an error and how to exit. Messages of errors that are not this project's own may quote content: they are not shown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof OutputClosedError) return { exitCode: typeof process.exitCode === 'number' ? process.exitCode : EXIT.done };
  if (error instanceof UsageError) return { exitCode: EXIT.usage, message: visible(error.message) };
  if (error instanceof LineError) return { exitCode: EXIT.error, message: `${visible(error.message)}; stopped there` };
  if (isDrift(error)) return { exitCode: EXIT.drift, message: `${visible(error.message)} (${error.name})` };
  if (isNamedError(error)) return { exitCode: isWrongPath(error) ? EXIT.usage : EXIT.error, message: `${visible(error.message)} (${error.name})` };
  return { exitCode: EXIT.error, message: `unexpected: ${kindOf(error)}; please report this with what you ran` };
}

/** A plan that does not fit what is there. */
function isDrift(error: unknown): error is Error {
  return error instanceof OtherInputError || error instanceof PlanDriftedError;
}

/** A path that leads nowhere is a mistake on the command line, not a failure of the machine. */
function isWrongPath(error: Error): boolean {
  return (error instanceof InputFileError || error instanceof OutputError) && WRONG_PATH.has(error.reason);
}

const WRONG_PATH: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error was thrown';
  return 'code' in error ? `${error.name} ${String(error.code)}` : error.name;
}
