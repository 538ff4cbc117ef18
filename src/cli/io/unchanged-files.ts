import { stat } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import { visible } from '../text/visible.ts';

/** Files as they were when they were first looked at. */
export type FileStamps = ReadonlyMap<string, string>;

/**
 * Notes what tells whether a file has changed: which one it is, its size, and when it was written last.
 * @throws {UsageError} for what can be read only once
 */
export async function stampFiles(files: readonly string[]): Promise<FileStamps> {
  return new Map(await Promise.all(files.map(async (file) => [file, await stampOf(file)] as const)));
}

async function stampOf(file: string): Promise<string> {
  const { dev, ino, size, mtimeNs, isFile } = await statOf(file);
  if (!isFile) throw new UsageError(`${visible(file)} is no file, and this command reads its input twice: give a file`);
  return [dev, ino, size, mtimeNs].join(' ');
}

async function statOf(file: string): Promise<{ readonly dev: bigint; readonly ino: bigint; readonly size: bigint; readonly mtimeNs: bigint; readonly isFile: boolean }> {
  const found = await stat(file, { bigint: true });
  return { dev: found.dev, ino: found.ino, size: found.size, mtimeNs: found.mtimeNs, isFile: found.isFile() };
}

/** Throws if a file is not what it was. @throws {InputChangedError} then */
export async function assertUnchanged(stamps: FileStamps): Promise<void> {
  for (const [file, stamp] of stamps) {
    const now = await stampOf(file).catch(() => undefined);
    if (now !== stamp) throw new InputChangedError();
  }
}

/** An input was changed while it was read: run the command again when nothing writes to it. */
export class InputChangedError extends Error {
  override readonly name = 'InputChangedError';

  constructor() {
    super('the input changed while it was read, so nothing was written: run the command again when nothing else writes to it');
  }
}
