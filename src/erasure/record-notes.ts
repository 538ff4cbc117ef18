import type { EventRecord } from '../event/record.ts';
import { own, type JsonObject, type JsonValue } from '../json/value.ts';
import { isMarkForm } from './marks.ts';

type Form = (value: EventRecord[string]) => boolean;

const isText: Form = (value) => typeof value === 'string';
const isNumber: Form = (value) => typeof value === 'number';

/** Event IDs have no space in any version. @see https://spec.matrix.org/v1.19/appendices/#event-ids */
const isEventId: Form = (value) => typeof value === 'string' && /^\$\S{1,254}$/.test(value);

/**
 * Keys of a record whose meaning is known here, and keys in which servers repeat what the event says, with the form of their values. What has another
 * form is a note like any other: it could hold anything.
 */
const KNOWN: { readonly [key: string]: Form } = {
  pdu: () => true,
  room_id: isText, room_version: isText, event_id: isText, type: isText, sender: isText, state_key: isText, rejected: isText,
  stream_ordering: isNumber, topological_ordering: isNumber, depth: isNumber, received_ts: isNumber, origin_server_ts: isNumber,
  redacted_by: (value) => (Array.isArray(value) ? value.every(isEventId) : isEventId(value)),
  erasure: isMarkForm,
};

/** What a server noted beside an event under names of its own, in which anything may be: a device, a copy, a telephone number. */
export function notesIn(record: EventRecord): readonly JsonValue[] {
  return Object.values(notesOf(record));
}

/** The record without such notes. The same record where there are none. */
export function withoutNotes(record: EventRecord): EventRecord {
  const kept = Object.entries(record).filter(([key, value]) => !isNote(key, value));
  return kept.length === Object.keys(record).length ? record : { ...Object.fromEntries(kept), pdu: record.pdu };
}

/** The notes of a record by their names. */
export function notesOf(record: EventRecord): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([key, value]) => isNote(key, value))) as JsonObject;
}

/** The record with these notes instead of its own. */
export function withNotes(record: EventRecord, notes: JsonObject): EventRecord {
  const kept = Object.entries(record).flatMap(([key, value]) => {
    if (!isNote(key, value)) return [[key, value] as const];
    return Object.hasOwn(notes, key) ? [[key, notes[key]] as const] : [];
  });
  return { ...Object.fromEntries(kept), pdu: record.pdu };
}

/** Flags say nothing, whatever their name. */
function isNote(key: string, value: EventRecord[string]): boolean {
  if (value === null || value === undefined || typeof value === 'boolean') return false;
  return own(KNOWN, key)?.(value) !== true;
}
