import { constants, fstatSync, type Stats } from 'node:fs';
import { access, open, stat, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const CHUNK_BYTES = 256 * 1024;
const STANDARD_INPUT = '-';
const STDIN = 0;
const STDOUT = 1;

/** What an input is called in messages. */
export function displayName(input: string): string {
  return input === STANDARD_INPUT ? 'standard input' : input;
}

/** Whether an input can only be read once, so that there is no looking ahead in it. */
export function isStandardInput(input: string): boolean {
  return input === STANDARD_INPUT;
}

/**
 * Looks at all inputs before the first is read, so that a wrong name is found before a long run.
 * @throws {InputFileError} when there is no such file, it is a folder, or it may not be read
 * @throws {InputIsOutputError} when standard output leads into an input, which would be read for ever
 */
export async function checkInputs(inputs: readonly string[]): Promise<void> {
  const output = statsOf(STDOUT);
  for (const input of inputs) {
    const stats = isStandardInput(input) ? statsOf(STDIN) : await statsOfFile(input);
    if (stats?.isFile() && stats.dev === output?.dev && stats.ino === output.ino) throw new InputIsOutputError(displayName(input));
  }
}

/** How many bytes files have on disk, together; `undefined` where that is not known before they are read. */
export async function bytesOf(inputs: readonly string[]): Promise<number | undefined> {
  const sizes = await Promise.all(inputs.map(async (input) => {
    const stats = isStandardInput(input) ? undefined : await stat(input).catch(() => undefined);
    return stats?.isFile() === true ? stats.size : undefined;
  }));
  return sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
}

async function statsOfFile(path: string): Promise<Stats> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw new InputFileError(path, 'EISDIR');
    await access(path, constants.R_OK);
    return stats;
  } catch (error) {
    throw asInputError(path, error);
  }
}

function statsOf(descriptor: number): Stats | undefined {
  try {
    return fstatSync(descriptor);
  } catch {
    return undefined;
  }
}

/**
 * The bytes of a file, or of standard input for `-`, unpacked if they begin as gzip does, whatever the name is. `onRead` is told how many bytes of the file, as it is
 * on disk, were read.
 * @throws {InputFileError} when there is no such file, it is a folder, or it cannot be read
 * @throws {TruncatedGzipError} when packed data end too early
 * @throws {CorruptGzipError} when packed data are damaged
 */
export async function* readBytes(input: string, onRead: (bytes: number) => void = () => undefined): AsyncGenerator<Buffer> {
  const bytes = isStandardInput(input) ? readStandardInput() : readFile(input, onRead);
  const first = await readAtLeast(bytes, 2);
  const isGzip = first.length >= 2 && first[0] === 0x1f && first[1] === 0x8b;
  yield* isGzip ? unpack(input, chain(first, bytes)) : chain(first, bytes);
}

/** The next piece is read while the one before is dealt with. */
async function* readFile(path: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = await openFile(path);
  let next = readPiece(file, path);
  try {
    for (let piece = await next; piece.length > 0; piece = await next) {
      next = readPiece(file, path);
      next.catch(() => undefined);
      onRead(piece.length);
      yield piece;
    }
  } finally {
    await file.close();
  }
}

/** Opens a file for reading, with errors that people understand. @throws {InputFileError} as `readBytes` */
export async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    if ((await file.stat()).isDirectory()) throw new InputFileError(path, 'EISDIR');
    return file;
  } catch (error) {
    await file?.close();
    throw asInputError(path, error);
  }
}

async function readPiece(file: FileHandle, path: string): Promise<Buffer> {
  try {
    // A new buffer each time: the one before may still be in use by zlib.
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(CHUNK_BYTES), 0, CHUNK_BYTES, null);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw asInputError(path, error);
  }
}

async function* readStandardInput(): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of process.stdin) yield Buffer.from(chunk);
  } catch (error) {
    throw asInputError(displayName(STANDARD_INPUT), error);
  }
}

async function readAtLeast(bytes: AsyncGenerator<Buffer>, wanted: number): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < wanted) {
    const next = await bytes.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* chain(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (first.length > 0) yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

async function* unpack(input: string, packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const source = Readable.from(packed, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk;
  } catch (error) {
    throw asGzipError(displayName(input), error);
  } finally {
    gunzip.destroy();
    source.destroy();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function asGzipError(source: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === 'Z_BUF_ERROR') return new TruncatedGzipError(source);
  return code.startsWith('Z_') ? new CorruptGzipError(source) : error;
}

function asInputError(path: string, error: unknown): unknown {
  const code = codeOf(error);
  return code === '' ? error : new InputFileError(path, code);
}

const EXPLANATIONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file; check the path'],
  ['ENOTDIR', 'no such file; check the path'],
  ['EISDIR', "is a folder, and neither one of Synapse's export-data nor a copy that export made; name the files in it"],
  ['EACCES', 'may not be read; check its permissions'],
  ['EPERM', 'may not be read; check its permissions'],
  ['EMFILE', 'cannot be opened: too many open files'],
]);

/** A file cannot be opened or read. */
export class InputFileError extends Error {
  override readonly name = 'InputFileError';
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`${path}: ${EXPLANATIONS.get(reason) ?? `cannot be read (${reason})`}`);
    this.path = path;
    this.reason = reason;
  }
}

/** Standard output is appended to a file that is being read. */
export class InputIsOutputError extends Error {
  override readonly name = 'InputIsOutputError';
  readonly source: string;

  constructor(source: string) {
    super(`${source}: is both input and output; use --out, or another file`);
    this.source = source;
  }
}

/** A gzip file ends before its data do: the copy or the upload was cut off. */
export class TruncatedGzipError extends Error {
  override readonly name = 'TruncatedGzipError';
  readonly source: string;

  constructor(source: string) {
    super(`${source}: the gzip data end too early; copy the file again`);
    this.source = source;
  }
}

/** A gzip file is damaged. */
export class CorruptGzipError extends Error {
  override readonly name = 'CorruptGzipError';
  readonly source: string;

  constructor(source: string) {
    super(`${source}: the gzip data are damaged; copy the file again`);
    this.source = source;
  }
}
