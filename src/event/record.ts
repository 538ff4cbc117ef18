import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import type { Pdu } from './pdu.ts';

/**
 * One line of an event file: an event and what its server knew about it. Only `pdu` is required; keys that are not named here are kept.
 * Times are in ms, `stream_ordering` counts in the order in which the server received its events.
 */
export type EventRecord = {
  readonly pdu: Pdu;
  readonly room_id?: string;
  readonly room_version?: string;
  readonly event_id?: string;
  readonly stream_ordering?: number;
  readonly received_ts?: number;
  /** Why the server rejected the event, if it did. */
  readonly rejected?: string | null;
  readonly soft_failed?: boolean;
  /** Whether the server has the event without the history that leads to it. */
  readonly outlier?: boolean;
  /** Redactions that name the event, applied or not. */
  readonly redacted_by?: string | readonly string[] | null;
  readonly [key: string]: JsonValue | Pdu | undefined;
};

/** What a line of an event file held: a record, or a PDU on its own, which then is the record's only key. */
export type ReadRecord = { readonly record: EventRecord; readonly bare: boolean };

type FieldCheck = readonly [field: string, expected: string, right: (value: JsonValue) => boolean];

const isText = (value: JsonValue): boolean => typeof value === 'string';
const isCount = (value: JsonValue): boolean => typeof value === 'number' && Number.isSafeInteger(value);
const isFlag = (value: JsonValue): boolean => typeof value === 'boolean' || value === null;

/** Fields that decisions rest on: a wrong type is an error, not something to be read past. */
const RECORD_FIELDS: readonly FieldCheck[] = [
  ['room_id', 'a string', isText],
  ['room_version', 'a string', isText],
  ['event_id', 'a string', isText],
  ['stream_ordering', 'an integer', isCount],
  ['received_ts', 'an integer (ms)', isCount],
  ['rejected', 'a string', isText],
  ['soft_failed', 'true or false', isFlag],
  ['outlier', 'true or false', isFlag],
];

const PDU_FIELDS: readonly FieldCheck[] = [
  ['type', 'a string', isText],
  ['content', 'an object', isJsonObject],
];

const OPTIONAL_PDU_FIELDS: readonly FieldCheck[] = [
  ['sender', 'a string', isText],
  ['room_id', 'a string', isText],
  ['event_id', 'a string', isText],
  ['state_key', 'a string', isText],
  ['unsigned', 'an object', (value) => isJsonObject(value) || value === null],
];

/**
 * Reads one parsed line of an event file.
 * @throws {UnreadableRecordError} when it is neither a PDU nor a record around one, or a field has the wrong type
 * @example readRecord({ type: 'm.room.name', content: {} }).bare // true
 */
export function readRecord(value: JsonValue): ReadRecord {
  if (!isJsonObject(value)) throw new UnreadableRecordError('the line', 'one JSON object');
  const inner = own(value, 'pdu');
  const bare = isBare(value, inner);
  const pdu = bare ? value : inner;
  if (!isJsonObject(pdu)) throw new UnreadableRecordError('pdu', 'an object');
  assertFields(pdu, PDU_FIELDS, true);
  assertFields(pdu, OPTIONAL_PDU_FIELDS, false);
  if (!bare) assertRecord(value, pdu);
  // The checks above are what the type claims; the remaining keys are JSON as they came.
  return { record: (bare ? { pdu } : value) as EventRecord, bare };
}

/**
 * An event may have any key, `pdu` too, and a record columns of its event's: what has the form of an event outside and inside is a record, unless
 * the outer one is signed or has a place in a graph.
 */
function isBare(value: JsonObject, inner: JsonValue | undefined): boolean {
  const outside = isEventLike(value);
  if (inner === undefined || (outside && !isEventLike(inner))) return true;
  if (outside && EVENT_ONLY.some((key) => Object.hasOwn(value, key))) {
    throw new UnreadableRecordError('pdu', 'clearly the event: what is around it could be one as well');
  }
  return false;
}

const EVENT_ONLY: readonly string[] = ['prev_events', 'auth_events', 'hashes', 'signatures'];

function isEventLike(value: JsonValue): boolean {
  return isJsonObject(value) && typeof own(value, 'type') === 'string' && isJsonObject(own(value, 'content'));
}

/** What a record repeats of its event has to be the same: who sent it decides what becomes of it. */
function assertRecord(record: JsonObject, pdu: JsonObject): void {
  assertFields(record, RECORD_FIELDS, false);
  for (const field of REPEATED) {
    const noted = own(record, field);
    if (typeof noted === 'string' && noted !== own(pdu, field)) throw new UnreadableRecordError(field, 'the same in the record and in its event');
  }
}

const REPEATED: readonly string[] = ['type', 'sender', 'state_key'];

/**
 * The redactions that a server noted for an event, as a list whatever the form.
 * @example redactionsOf({ pdu: { type: 'm.room.message', content: {} }, redacted_by: '$a' }) // ['$a']
 */
export function redactionsOf(record: EventRecord): readonly string[] {
  const noted = record.redacted_by;
  if (typeof noted === 'string') return [noted];
  return Array.isArray(noted) ? noted.filter((id): id is string => typeof id === 'string') : [];
}

function assertFields(object: JsonObject, checks: readonly FieldCheck[], required: boolean): void {
  for (const [field, expected, right] of checks) {
    const value = own(object, field);
    if (value === undefined && !required) continue;
    if (value === null && !required) continue;
    if (value === undefined || !right(value)) throw new UnreadableRecordError(field, expected);
  }
}

/** A line is no event: fix it, or take it out. */
export class UnreadableRecordError extends Error {
  override readonly name = 'UnreadableRecordError';
  readonly field: string;

  constructor(field: string, expected: string) {
    super(field === 'the line' ? `not an event: expected ${expected}` : `not an event: "${field}" is not ${expected}`);
    this.field = field;
  }
}
