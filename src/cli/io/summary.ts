import { writeOutput } from './output.ts';

/**
 * Prints what people read: to standard output, or to standard error where standard output carries a document.
 * @throws {OutputError} when it cannot be written
 */
export async function writeSummary(text: string, outputs: readonly (string | undefined)[]): Promise<void> {
  if (outputs.includes('-')) process.stderr.write(text);
  else await writeOutput(undefined, text);
}
