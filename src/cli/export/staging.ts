import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../errors.ts';
import { finalPlace } from '../io/final-place.ts';
import { OutputError } from '../io/output.ts';
import { forgetTemporaryFile, noteTemporaryFile } from '../io/temporary.ts';
import { visible } from '../text/visible.ts';

/** A folder that is made beside its place, and gets its name when it is whole. */
export type Staging = {
  /** The folder in the making, for whoever owns the process alone: it holds what a person wrote. */
  readonly folder: string;
  /** Room for files that are no part of the result. */
  readonly scratch: string;
  /** Where the folder is packed, if the result is one file. */
  readonly archive: string;
  readonly commit: () => Promise<void>;
  readonly discard: () => Promise<void>;
};

const OWNER_ONLY = 0o700;

/** What a result is: a folder, or one file that the folder is packed into. */
export type ResultKind = 'folder' | 'archive';

/**
 * Begins a result that will have the name `path`. A folder replaces nothing but an empty folder; a file replaces a file.
 * @throws {UsageError} when there is something else at its place
 * @throws {OutputError} when it cannot be made
 */
export async function openStaging(path: string, kind: ResultKind): Promise<Staging> {
  const target = await finalPlace(path);
  await (kind === 'folder' ? assertFree(path, target) : assertNoFolder(path, target));
  const work = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  noteTemporaryFile(work, path);
  const [folder, scratch, archive] = [join(work, 'out'), join(work, 'scratch'), join(work, 'archive')];
  const discard = async (): Promise<void> => {
    await rm(work, { recursive: true, force: true });
    forgetTemporaryFile(work);
  };
  try {
    await asOutput(path, () => mkdir(work, { mode: OWNER_ONLY }));
    await asOutput(path, () => mkdir(folder, { mode: OWNER_ONLY }));
    await asOutput(path, () => mkdir(scratch, { mode: OWNER_ONLY }));
  } catch (error) {
    await discard();
    throw error;
  }
  const commit = async (): Promise<void> => {
    await asOutput(path, async () => {
      if (kind === 'archive') return rename(archive, target);
      // Not every system renames over a folder, be it empty; one that has got something meanwhile is not removed.
      await rmdir(target).catch((error: unknown) => ignoreAbsent(error));
      return rename(folder, target);
    });
    await discard();
  };
  return { folder, scratch, archive, commit, discard };
}

async function assertFree(path: string, target: string): Promise<void> {
  const found = await readdir(target).catch((error: unknown) => (codeOf(error) === 'ENOENT' ? undefined : error));
  if (found === undefined || (Array.isArray(found) && found.length === 0)) return;
  if (Array.isArray(found)) throw new UsageError(`${visible(path)} is not empty: name a folder that is not there yet, or a file that ends with .zip`);
  if (codeOf(found) === 'ENOTDIR') throw new UsageError(`${visible(path)} is a file: name a folder that is not there yet, or a file that ends with .zip`);
  throw new OutputError(path, codeOf(found));
}

async function assertNoFolder(path: string, target: string): Promise<void> {
  const found = await stat(target).catch(() => undefined);
  if (found !== undefined && !found.isFile()) throw new UsageError(`${visible(path)} is there and is no file: name a file that ends with .zip`);
}

function ignoreAbsent(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

/** Runs something that writes, with errors that people understand. @throws {OutputError} when it fails */
export async function asOutput<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (codeOf(error) === '') throw error;
    throw new OutputError(path, codeOf(error));
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
