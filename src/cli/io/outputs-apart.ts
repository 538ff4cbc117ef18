import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { visible } from '../text/visible.ts';

const STANDARD_STREAM = '-';

/**
 * Looks at all outputs before the first is written: none may be a file that is read, under whatever name or link, or another output. Devices
 * are not replaced, and so may stand anywhere.
 * @throws {UsageError} when one is
 */
export async function assertOutputsApart(outputs: readonly (string | undefined)[], inputs: readonly string[]): Promise<void> {
  const read = new Set<string>();
  for (const input of inputs) if (input !== STANDARD_STREAM) read.add((await identityOf(input)) ?? '');
  const written = new Set<string>();
  for (const output of outputs) {
    const identity = output === undefined ? undefined : await identityOf(output);
    if (output === undefined || identity === undefined) continue;
    if (read.has(identity)) throw new UsageError(`${visible(output)} is read by this command, and would be replaced: write to another file`);
    if (written.has(identity)) throw new UsageError(`${nameOf(output)} would be written twice: give each output a place of its own`);
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
    return placeOf(path);
  }
}

/** A file that is not there yet: its place in the folder that is. */
async function placeOf(path: string): Promise<string> {
  try {
    return join(await realpath(dirname(path)), basename(path));
  } catch {
    return resolve(path);
  }
}
