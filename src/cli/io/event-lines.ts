import { createHash } from 'node:crypto';
import { parseJson } from '../../json/parse-json.ts';
import { stringifyJson } from '../../json/stringify-json.ts';
import { isJsonObject, own } from '../../json/value.ts';
import { detectFormat, importFormats, type ImportFormat } from '../../portability/import/formats.ts';
import { isHeadOpen, readHead, type ImportHead } from '../../portability/import/head.ts';
import { createTally, ObjectStreamError, UnknownFormatError } from '../../portability/import/import-events.ts';
import type { UnitReader } from '../../portability/import/imported.ts';
import { createObjectSplitter, type ObjectPart } from '../../portability/import/object-splitter.ts';
import { fixFor } from '../../portability/import/wrong-files.ts';
import { isNamedError, LineError } from '../errors.ts';
import { displayName, readBytes } from './inputs.ts';
import { MAX_LINE_BYTES, type LineOptions } from './lines.ts';
import { createSplitter, InvalidUtf8Error, type InputLine } from './splitter.ts';
import { exportedRoomOf, stateFilesOf } from './exported-folders.ts';

/** Bytes that a file may have that is one JSON document: it is held in memory as a whole. */
export const MAX_DOCUMENT_BYTES: number = 256 * 1024 * 1024;
const FIRST_LOOK_BYTES = 64 * 1024;
const LINES_AT_ONCE = 1000;

/** How to read events. */
export type EventLineOptions = LineOptions & {
  /** Whether events are wanted as well that were served to clients, and so say nothing of their place in the room's graph. */
  readonly clientEvents?: boolean | undefined;
  /** Is told how many bytes of the file were read. */
  readonly onRead?: ((bytes: number) => void) | undefined;
  /** Takes what the files hold that is no event, in words. */
  readonly note?: ((text: string) => void) | undefined;
};

/**
 * The lines of a file of events in any of the formats that are read, as those of an event file: other formats are translated, so that whoever reads on
 * need not know of them. An event file is passed on as it is. A line is numbered as in its file, an event of a document by its place in it.
 * @throws {UnknownFormatError} when the file is in none of the formats
 * @throws {ClientEventsError} when it holds events as clients are served them, and those are not wanted
 * @throws {DocumentTooLargeError} when it is one JSON document of over 256 MiB
 * @throws {InputFileError | TruncatedGzipError | CorruptGzipError} when it cannot be read
 */
export async function* readEventLines(input: string, options: EventLineOptions = {}): AsyncGenerator<readonly InputLine[]> {
  const begun = await beginReading(input, options.onRead);
  try {
    const roomId = exportedRoomOf(input);
    if (roomId !== undefined) return yield* readExportedRoom(begun, { ...options, roomId });
    const format = detectFormat(begun.head);
    if (format === undefined) throw new UnknownFormatError(displayName(input), fixFor(begun.bytes));
    if (format.id === 'event-file') return yield* splitLines(begun, options);
    yield* translate(begun, format, options);
  } finally {
    await begun.close();
  }
}

/** A file whose start has been looked at. */
type Begun = {
  readonly source: string;
  readonly head: ImportHead;
  /** The first bytes. */
  readonly bytes: Uint8Array;
  /** All pieces, those that were looked at included. */
  readonly pieces: () => AsyncGenerator<Buffer>;
  readonly close: () => Promise<unknown>;
};

async function beginReading(input: string, onRead?: (bytes: number) => void): Promise<Begun> {
  const rest = readBytes(input, onRead);
  const looked: Buffer[] = [];
  let [size, wanted] = [0, 0];
  let head = readHead('');
  for (let open = true; open && size <= MAX_LINE_BYTES; ) {
    const next = await rest.next();
    if (next.done === true) break;
    looked.push(next.value);
    size += next.value.length;
    if (size < wanted) continue;
    head = readHead(startOf(looked, Math.max(wanted, FIRST_LOOK_BYTES)));
    open = isHeadOpen(head);
    wanted = size * 2;
  }
  if (size > 0 && size < wanted) head = readHead(startOf(looked, size));
  const pieces = async function* pieces(): AsyncGenerator<Buffer> {
    yield* looked;
    yield* rest;
  };
  return { source: displayName(input), head, bytes: looked[0]?.subarray(0, 16) ?? new Uint8Array(), pieces, close: () => rest.return(undefined) };
}

function startOf(pieces: readonly Buffer[], bytes: number): string {
  const [first = Buffer.alloc(0)] = pieces;
  return new TextDecoder().decode(first.length >= bytes ? first.subarray(0, bytes) : Buffer.concat(pieces).subarray(0, bytes));
}

async function* splitLines({ source, pieces }: Begun, { maxLineBytes }: LineOptions): AsyncGenerator<readonly InputLine[]> {
  const splitter = createSplitter(source, maxLineBytes ?? MAX_LINE_BYTES);
  for await (const chunk of pieces()) {
    const lines = splitter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = splitter.end();
  if (last.length > 0) yield last;
}

type Translating = EventLineOptions & { readonly roomId?: string };

async function* translate(begun: Begun, format: ImportFormat, { note, roomId, ...options }: Translating): AsyncGenerator<readonly InputLine[]> {
  const counts = new Map<string, number>();
  const read = format.reader({ tally: createTally(counts), roomId });
  for await (const batch of unitsOf(begun, format)) {
    const lines = batch.flatMap((unit) => readUnit(unit, read, { ...options, format }));
    for (let at = 0; at < lines.length; at += LINES_AT_ONCE) yield lines.slice(at, at + LINES_AT_ONCE);
  }
  if (roomId === undefined || counts.size > 0) note?.(`${begun.source}: read as ${format.name}${leftOut(counts)}`);
}

function leftOut(counts: ReadonlyMap<string, number>): string {
  return counts.size === 0 ? '' : `; not read: ${[...counts].map(([what, count]) => `${what}: ${count}`).join(', ')}`;
}

/** A line, an object or a document, with the place where it stands. */
async function* unitsOf(begun: Begun, { unit }: ImportFormat): AsyncGenerator<readonly InputLine[]> {
  switch (unit) {
    case 'line':
      return yield* splitLines(begun, {});
    case 'object':
      return yield* splitObjects(begun);
    case 'document':
      return yield [{ source: begun.source, line: 0, text: await wholeOf(begun) }];
    default:
      return unit satisfies never;
  }
}

async function* splitObjects({ source, pieces }: Begun): AsyncGenerator<readonly InputLine[]> {
  const splitter = createObjectSplitter();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const asLine = ({ number, ...part }: ObjectPart): InputLine => {
    const place = { source, line: number };
    return part.fault === undefined ? { ...place, text: part.text } : { ...place, error: new LineError(place, new ObjectStreamError(part.fault)) };
  };
  for await (const chunk of pieces()) yield splitter.push(decode(decoder, source, chunk)).map(asLine);
  yield [...splitter.push(decode(decoder, source)), ...splitter.end()].map(asLine);
}

async function wholeOf({ source, pieces }: Begun): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of pieces()) {
    size += chunk.length;
    if (size > MAX_DOCUMENT_BYTES) throw new DocumentTooLargeError(source);
    chunks.push(chunk);
  }
  return decode(new TextDecoder('utf-8', { fatal: true }), source, Buffer.concat(chunks));
}

/** Where text ends that is no UTF-8, nobody knows where the next event begins: the file is not read on. */
function decode(decoder: TextDecoder, source: string, chunk?: Buffer): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    throw new LineError({ source, line: 1 }, new InvalidUtf8Error());
  }
}

type Wanted = { readonly format: ImportFormat; readonly clientEvents?: boolean | undefined };

function readUnit(unit: InputLine, read: UnitReader, { format, clientEvents = false }: Wanted): readonly InputLine[] {
  if (unit.error !== undefined) return [unit];
  const { source, line } = unit;
  try {
    return read(unit.text).map(({ value, client }, index) => {
      if (client && !clientEvents) throw new ClientEventsError(source, format.name);
      return { source, line: line === 0 ? index + 1 : line, text: stringifyJson(value) };
    });
  } catch (error) {
    if (error instanceof ClientEventsError || !isNamedError(error)) throw error;
    const place = { source, line: Math.max(line, 1) };
    return [{ ...place, error: new LineError(place, error) }];
  }
}

/** The events of a room in an export of Synapse, and then its state files, which hold what was set before the events of the export begin. */
async function* readExportedRoom(begun: Begun, options: Translating): AsyncGenerator<readonly InputLine[]> {
  const format = importFormats.find(({ id }) => id === 'objects') as ImportFormat;
  const seen = new Set<string>();
  const isNew = ({ text }: InputLine & { readonly text: string }): boolean => seen.size < seen.add(keyOf(text)).size;
  for await (const lines of translate(begun, format, options)) {
    for (const line of lines) if (line.error === undefined) isNew(line);
    yield lines;
  }
  for (const path of await stateFilesOf(begun.source)) {
    const state = await beginReading(path);
    try {
      for await (const lines of translate(state, format, options)) {
        yield lines.filter((line) => line.error !== undefined || isNew(line)).map((line) => (line.error === undefined ? { ...line, text: asOutlier(line.text) } : line));
      }
    } finally {
      await state.close();
    }
  }
}

function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** The export does not have the history that leads to a state file's events. */
function asOutlier(text: string): string {
  const value = parseJson(text);
  if (!isJsonObject(value)) return text;
  return stringifyJson(isJsonObject(own(value, 'pdu')) ? { ...value, outlier: true } : { outlier: true, pdu: value });
}

/** A file is one JSON document that is too large to be held in memory. */
export class DocumentTooLargeError extends Error {
  override readonly name = 'DocumentTooLargeError';
  readonly source: string;

  constructor(source: string) {
    super(`${source}: is one JSON document of over ${MAX_DOCUMENT_BYTES} bytes; write its events one a line, as "jq -c '.chunk[]'" does, or ask for smaller pages`);
    this.source = source;
  }
}

/** Events as clients are served them do not say what they follow, nor what allows them: nothing can be decided of their room. */
export class ClientEventsError extends Error {
  override readonly name = 'ClientEventsError';
  readonly source: string;

  constructor(source: string, format: string) {
    super(`${source}: is ${format}: such events lack "prev_events" and "auth_events", so that only redact and explain (with --room-version) can read them; for this command take the server's own: its export-data, rows of event_json, or /backfill`);
    this.source = source;
  }
}
