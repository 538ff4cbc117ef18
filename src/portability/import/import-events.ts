import { readRecord, type EventRecord } from '../../event/record.ts';
import { detectFormat, importFormats, type ImportFormat, type ImportFormatId } from './formats.ts';
import { readHead } from './head.ts';
import type { Tally, UnitReader } from './imported.ts';
import { createObjectSplitter, type ObjectFault } from './object-splitter.ts';

/** What a text held. */
export type ImportedEvents = {
  readonly format: ImportFormatId;
  readonly records: readonly ImportedRecord[];
  /** What could not be read; `number` is that of the line, or of the event in its document, from 1. */
  readonly faults: readonly { readonly number: number; readonly error: Error }[];
  /** What the text holds that is no event, or that could not be recovered, and how much of it. */
  readonly leftOut: Readonly<Record<string, number>>;
};

/** An event as a line of an event file has it, and whether it is as clients are served it. */
export type ImportedRecord = { readonly number: number; readonly record: EventRecord; readonly client: boolean };

/** What is known of a text that it may not say itself. */
export type ImportOptions = { readonly roomId?: string };

/**
 * Reads a text in any of the {@link importFormats} as the records of an event file. Events that were served to clients lack what places them in a room's graph:
 * they can be exported, redacted and explained, not planned.
 * @throws {UnknownFormatError} when the text is in none of these formats
 * @example importEvents('{"pdus":[{"type":"m.room.name","content":{},"prev_events":[]}],"edus":[{}]}').leftOut // { EDUs: 1 }
 */
export function importEvents(text: string, { roomId }: ImportOptions = {}): ImportedEvents {
  const format = detectFormat(readHead(text));
  if (format === undefined) throw new UnknownFormatError('the text');
  const leftOut = new Map<string, number>();
  const tally = createTally(leftOut);
  const read = format.reader({ tally, roomId });
  const [records, faults]: [ImportedRecord[], { number: number; error: Error }[]] = [[], []];
  for (const { number, text: unit, error } of unitsOf(text, format)) {
    if (unit === undefined) faults.push({ number, error });
    else readUnit({ number, unit, read, whole: format.unit === 'document' }, records, faults);
  }
  return { format: format.id, records, faults, leftOut: Object.fromEntries(leftOut) };
}

/** Counts in a map. */
export function createTally(counts: Map<string, number>): Tally {
  return (what, count = 1) => {
    if (count > 0) counts.set(what, (counts.get(what) ?? 0) + count);
  };
}

type Unit = { readonly number: number; readonly text: string; readonly error?: undefined } | { readonly number: number; readonly text?: undefined; readonly error: Error };

function unitsOf(text: string, { unit }: ImportFormat): readonly Unit[] {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (unit === 'document') return [{ number: 1, text: plain }];
  if (unit === 'line') return plain.split(/\r?\n/).map((line, index) => ({ number: index + 1, text: line })).filter((line) => line.text.trim() !== '');
  const splitter = createObjectSplitter();
  return [...splitter.push(plain), ...splitter.end()].map(({ number, ...part }) => (part.fault === undefined ? { number, text: part.text } : { number, error: new ObjectStreamError(part.fault) }));
}

type Reading = { readonly number: number; readonly unit: string; readonly read: UnitReader; readonly whole: boolean };

function readUnit({ number, unit, read, whole }: Reading, records: ImportedRecord[], faults: { number: number; error: Error }[]): void {
  const found = orError(() => read(unit));
  if (found instanceof Error) return void faults.push({ number, error: found });
  for (const [index, { value, client }] of found.entries()) {
    const place = whole ? index + 1 : number;
    const result = orError(() => readRecord(value).record);
    if (result instanceof Error) faults.push({ number: place, error: result });
    else records.push({ number: place, record: result, client });
  }
}

function orError<T>(run: () => T): T | Error {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

/** What all formats are called, in a sentence. */
export const readableFormats: string = [...new Set(importFormats.map(({ family }) => family))].join('; ');

/** A file is in none of the formats that are read: convert it, or name another one. */
export class UnknownFormatError extends Error {
  override readonly name = 'UnknownFormatError';
  readonly source: string;

  constructor(source: string, fix: string = 'check that it is the right file, and the whole of it') {
    super(`${source}: is in no format that is read: ${fix}. What is read: ${readableFormats}`);
    this.source = source;
  }
}

const FAULTS: Readonly<Record<ObjectFault, string>> = {
  stray: 'something stands between the events that is no JSON object; take it out',
  'too-long': 'an object is over the limit of 16 MiB; it is no event',
  unfinished: 'the file ends in the middle of an event; copy it again',
};

/** A stream of JSON objects is broken. */
export class ObjectStreamError extends Error {
  override readonly name = 'ObjectStreamError';
  readonly fault: ObjectFault;

  constructor(fault: ObjectFault) {
    super(FAULTS[fault]);
    this.fault = fault;
  }
}
