import { stat } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import { visible } from '../text/visible.ts';
import { finalPlace } from './final-place.ts';

const STANDARD_STREAM = '-';

/** An output, and the input that it may replace, as its own result. */
export type PlannedOutput = { readonly to: string; readonly mayReplace?: string | undefined };

/**
 * Looks at all outputs before the first is written: none may be a file that is read, under whatever name or link, or another output. Devices
 * are not replaced, and so may stand anywhere.
 * @throws {UsageError} when one is
 */
export async function assertOutputsApart(outputs: readonly (PlannedOutput | string | undefined)[], inputs: readonly string[]): Promise<void> {
  const read = new Set<string>();
  for (const input of inputs) if (input !== STANDARD_STREAM) read.add((await identityOf(input)) ?? '');
  const written = new Set<string>();
  for (const output of outputs) {
    if (output === undefined) continue;
    const { to, mayReplace }: PlannedOutput = typeof output === 'string' ? { to: output } : output;
    const identity = await identityOf(to);
    if (identity === undefined) continue;
    const inPlace = mayReplace !== undefined && identity === (await identityOf(mayReplace));
    if (read.has(identity) && !inPlace) throw new UsageError(`${visible(to)} is read by this command, and would be replaced: write to another file`);
    if (written.has(identity)) throw new UsageError(`${nameOf(to)} would be written twice: give each output a place of its own`);
    written.add(identity);
  }
}

function nameOf(output: string): string {
  return output === STANDARD_STREAM ? 'standard output' : visible(output);
}

/** What tells files apart whatever they are called; `undefined` for what is no file. */
async function identityOf(path: string): Promise<string | undefined> {
  if (path === STANDARD_STREAM) return path;
  try {
    const found = await stat(path);
    return found.isFile() ? `${found.dev}:${found.ino}` : undefined;
  } catch {
    // Links in a circle lead nowhere: whoever writes there says so.
    return finalPlace(path).catch(() => undefined);
  }
}
