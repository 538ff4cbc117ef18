import { randomBytes } from 'node:crypto';
import { open, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { finalPlace } from './final-place.ts';
import { fileSink, OutputClosedError, standardOutputSink, type Sink } from './sinks.ts';
import { forgetTemporaryFile, noteTemporaryFile } from './temporary.ts';

/** A result in the making. It appears as a whole on `commit`, or not at all. */
export type Output = {
  /** Text to add; done when there is room for more. Give it many lines at once. */
  readonly write: (text: string) => Promise<void>;
  /** Ends the text and lets go of the file, whose name it gets on `commit`: whoever has thousands of outputs must not hold them open. */
  readonly seal: () => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly discard: () => Promise<void>;
};

const PACKED_NAME = /\.gz$/i;

/**
 * Runs `produce` with an output: the file at `path`, packed with gzip if its name ends with `.gz`, or standard output for
 * `undefined` and `-`. A file is written under a temporary name beside its place and gets its name when `produce` is done: a
 * failure or an interruption leaves what was there before, also where the output is one of the inputs.
 * @throws {OutputError} when it cannot be written
 * @throws {OutputClosedError} when the reader of standard output has gone
 */
export async function withOutput<T>(path: string | undefined, produce: (output: Output) => Promise<T>): Promise<T> {
  const output = await openOutput(path);
  try {
    const result = await produce(output);
    await output.commit();
    return result;
  } catch (error) {
    await output.discard();
    throw error;
  }
}

/** Writes a whole text as `withOutput` does. @throws {OutputError} when it cannot be written */
export function writeOutput(path: string | undefined, text: string): Promise<void> {
  return withOutput(path, (output) => output.write(text));
}

/** The permissions of a file that was not there before; those of one that was stay. */
export type OutputOptions = { readonly mode?: number | undefined };

/** An output on its own, for who has several at once. @throws {OutputError} when it cannot be opened */
export async function openOutput(path: string | undefined, { mode }: OutputOptions = {}): Promise<Output> {
  if (path === undefined || path === '-') return named('standard output', streamOutput(standardOutputSink()));
  const place = await orOutputError(path, () => findPlace(path));
  return named(path, await orOutputError(path, () => (place.replaceable ? fileOutput(path, { ...place, mode: place.mode ?? mode }) : deviceOutput(path))));
}

type Place = { readonly target: string; readonly mode?: number | undefined; readonly replaceable: boolean };

/** Where a path leads. Devices and pipes cannot be replaced, only written to. */
async function findPlace(path: string): Promise<Place> {
  const target = await finalPlace(path);
  const found = await orUndefined(stat(target));
  if (found === undefined) return { target, replaceable: true };
  if (found.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  return { target, mode: found.mode & 0o777, replaceable: found.isFile() };
}

async function fileOutput(path: string, { target, mode }: Place): Promise<Output> {
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  // Noted first: a signal may come before the file is open.
  noteTemporaryFile(temporary, path);
  const file = await openTemporary(temporary, mode);
  const sink = fileSink(file, PACKED_NAME.test(path));
  const seal = once(async () => {
    await sink.end();
    if (mode !== undefined) await file.chmod(mode);
    await file.sync();
    await file.close();
  });
  const discard = async (): Promise<void> => {
    await orUndefined(file.close());
    await orUndefined(unlink(temporary));
    forgetTemporaryFile(temporary);
  };
  const commit = async (): Promise<void> => {
    await seal();
    await rename(temporary, target);
    forgetTemporaryFile(temporary);
    await syncFolder(folder);
  };
  return { write: sink.write, seal, commit, discard };
}

async function openTemporary(path: string, mode: number | undefined): Promise<FileHandle> {
  try {
    return await open(path, 'wx', mode ?? 0o666);
  } catch (error) {
    forgetTemporaryFile(path);
    throw error;
  }
}

/** The same promise each time. */
function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}

async function deviceOutput(path: string): Promise<Output> {
  const file: FileHandle = await open(path, 'w');
  const sink = fileSink(file, PACKED_NAME.test(path));
  const seal = once(async () => {
    await sink.end();
    await file.close();
  });
  return { write: sink.write, seal, commit: seal, discard: () => orUndefined(file.close()) };
}

function streamOutput(sink: Sink): Output {
  return { write: sink.write, seal: sink.end, commit: sink.end, discard: () => Promise.resolve() };
}

/** A renamed file is safe when its folder is. Not every file system can do that, and the data are there without it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await orUndefined(open(folder, 'r'));
  if (handle === undefined) return;
  await orUndefined(handle.sync());
  await orUndefined(handle.close());
}

function named(path: string, output: Output): Output {
  return {
    write: (text) => orOutputError(path, () => output.write(text)),
    seal: () => orOutputError(path, output.seal),
    commit: () => orOutputError(path, output.commit),
    discard: output.discard,
  };
}

async function orOutputError<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof OutputClosedError) throw error;
    throw new OutputError(path, 'code' in error ? String(error.code) : error.name);
  }
}

async function orUndefined<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch {
    return undefined;
  }
}

const EXPLANATIONS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'no space left; make room and run the command again'],
  ['EDQUOT', 'over the quota; make room and run the command again'],
  ['EISDIR', 'is a folder; name a file in it'],
  ['ENOENT', 'the folder does not exist; create it first'],
  ['ENOTDIR', 'the folder does not exist; create it first'],
  ['EACCES', 'may not be written; check the permissions of the folder'],
  ['EPERM', 'may not be written; check the permissions of the folder'],
  ['ELOOP', 'links lead in a circle; name the file itself'],
  ['EROFS', 'is on a read-only file system; choose another place'],
]);

/** An output cannot be written; what was at its place before is still there. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`${path}: ${EXPLANATIONS.get(reason) ?? `cannot be written (${reason})`}`);
    this.path = path;
    this.reason = reason;
  }
}
