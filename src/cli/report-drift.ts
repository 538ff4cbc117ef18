import type { Drift } from '../erasure/drift.ts';
import { EXIT } from './exit-codes.ts';
import { writeOutput } from './io/output.ts';
import { renderDriftText } from './text/applied-text.ts';

/** Says that a plan no longer fits the events, and how; gives the exit code for it. */
export async function reportDrift(drift: readonly Drift[], json: boolean): Promise<number> {
  process.exitCode = EXIT.drift;
  if (json) await writeOutput(undefined, `${JSON.stringify({ drift })}\n`);
  process.stderr.write(renderDriftText(drift));
  return EXIT.drift;
}
