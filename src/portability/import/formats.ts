import { isJsonObject, own, type JsonObject } from '../../json/value.ts';
import { EVENT_LISTS, readElementExport, readEventArray, readEventLists, readPage, readSync } from './documents.ts';
import { isEventJsonCells, readEventJsonArray, readEventJsonCopy, readEventJsonCsv, readEventJsonLines } from './event-json.ts';
import { readHead, type ImportHead } from './head.ts';
import { isClientEvent, isHashId, parseOnce, type ImportContext, type UnitReader } from './imported.ts';
import { readGraphLines, readObjects } from './room-graph.ts';

/** The formats that are read. */
export type ImportFormatId =
  | 'event-file' | 'room-graph' | 'objects' | 'event-json' | 'event-json-array' | 'event-json-copy' | 'event-json-csv' | 'page' | 'sync' | 'element' | 'event-lists' | 'event-array';

/** A format: how it is recognised, and what reads it. */
export type ImportFormat = {
  readonly id: ImportFormatId;
  /** What people call it. */
  readonly name: string;
  /** What people call it and those like it, where all that is read is listed. */
  readonly family: string;
  /** What is read at a time: a line, one JSON object after the other, or all of a file. */
  readonly unit: 'line' | 'object' | 'document';
  readonly recognises: (head: ImportHead) => boolean;
  readonly reader: (context: ImportContext) => UnitReader;
};

const has = (head: ImportHead, key: string): boolean => head.opening === 'object' && head.keys.has(key);
const isBegun = (head: ImportHead): boolean => head.opening === 'object' && isEvent(head.first);
const text = (object: JsonObject | undefined, key: string): string => {
  const value = object === undefined ? undefined : own(object, key);
  return typeof value === 'string' ? value : '';
};

const EXPORT = "what Synapse's export-data wrote (the folder, or its events files)";
const GRAPH = 'a room graph (events as JSON lines or array, as TARDIS and rezzy read them)';
const ROWS = "rows of Synapse's table event_json (JSON, COPY text or CSV)";
const ANSWER = 'an answer of /messages, /context, /members or /sync';

/** The formats, in the order in which they are tried: the first that recognises the start of a file is its format. */
export const importFormats: readonly ImportFormat[] = [
  {
    id: 'objects', name: "events one behind the other (Synapse's export-data)", family: EXPORT, unit: 'object', reader: readObjects,
    recognises: (head) => isBegun(head) && head.layout !== 'lines',
  },
  {
    id: 'room-graph', name: 'a room graph, one event a line', family: GRAPH, unit: 'line', reader: readGraphLines,
    recognises: (head) => isBegun(head) && isGraphEvent(head.first),
  },
  { id: 'event-file', name: 'an event file', family: 'an event file (NDJSON)', unit: 'line', reader: readEventFile, recognises: isBegun },
  {
    id: 'event-json', name: 'rows of event_json as JSON lines', family: ROWS, unit: 'line', reader: readEventJsonLines,
    recognises: (head) => has(head, 'json') && has(head, 'event_id'),
  },
  {
    id: 'event-json-array', name: 'rows of event_json in a JSON array', family: ROWS, unit: 'document', reader: readEventJsonArray,
    recognises: (head) => head.opening === 'array' && head.keys.has('json') && head.keys.has('event_id'),
  },
  {
    id: 'page', name: 'an answer of /messages, /context or /members', family: ANSWER, unit: 'document', reader: readPage,
    recognises: (head) => has(head, 'chunk') || (has(head, 'events_before') && has(head, 'events_after')),
  },
  { id: 'sync', name: 'an answer of /sync', family: ANSWER, unit: 'document', reader: readSync, recognises: (head) => has(head, 'next_batch') && has(head, 'rooms') },
  {
    id: 'element', name: "Element's JSON export of a chat", family: "Element's JSON export of a chat", unit: 'document', reader: readElementExport,
    recognises: (head) => has(head, 'messages') && (has(head, 'exported_by') || has(head, 'room_name')),
  },
  {
    id: 'event-lists', name: 'lists of events, as servers exchange them', family: 'a transaction, /backfill, /state and the like of the federation API', unit: 'document', reader: readEventLists,
    recognises: (head) => EVENT_LISTS.some((key) => key !== 'state' && has(head, key)),
  },
  { id: 'event-array', name: 'a JSON array of events', family: GRAPH, unit: 'document', reader: readEventArray, recognises: (head) => head.opening === 'array' && isEvent(head.first) },
  {
    id: 'event-json-copy', name: 'rows of event_json as COPY writes them', family: ROWS, unit: 'line', reader: readEventJsonCopy,
    recognises: (head) => head.opening === 'other' && isEventJsonCells(head.text, head.line, '\t'),
  },
  {
    id: 'event-json-csv', name: 'rows of event_json as CSV', family: ROWS, unit: 'line', reader: readEventJsonCsv,
    recognises: (head) => head.opening === 'other' && isEventJsonCells(head.text, head.line, ','),
  },
];

const EVENT_FILE: ImportFormat | undefined = importFormats.find(({ id }) => id === 'event-file');

/**
 * The format of a file by how it begins; `undefined` when it is none that is read. A file with a broken first line is an event file if any line of it
 * could be an event, and so is an empty one: what is wrong with its lines is for its reader to say.
 * @example detectFormat(readHead('{"chunk":[],"start":"t1"}'))?.id // 'page'
 */
export function detectFormat(head: ImportHead): ImportFormat | undefined {
  const found = importFormats.find(({ recognises }) => recognises(head));
  if (found !== undefined) return found;
  if (head.text.trim() === '') return EVENT_FILE;
  const at = head.text.includes('\0') ? -1 : head.text.search(EVENT_LINE);
  if (at < 0) return undefined;
  // What broke the first line, or stands there as a heading, says nothing of the lines behind it.
  const next = readHead(head.text.slice(at));
  return importFormats.find(({ unit, recognises }) => unit !== 'document' && recognises(next)) ?? EVENT_FILE;
}

const EVENT_LINE = /^[ \t]?\{"/m;

function isEvent(value: JsonObject | undefined): boolean {
  if (value === undefined) return false;
  return (text(value, 'type') !== '' && isJsonObject(own(value, 'content'))) || isJsonObject(own(value, 'pdu'));
}

/** An event of a server to which its ID was added, of which it is the hash. */
function isGraphEvent(value: JsonObject | undefined): boolean {
  return value !== undefined && !Object.hasOwn(value, 'pdu') && isHashId(text(value, 'event_id')) && !isClientEvent(value);
}

/** Lines of an event file are records as they stand. */
function readEventFile(_: ImportContext): UnitReader {
  return (line) => [{ value: parseOnce(line), client: false }];
}
