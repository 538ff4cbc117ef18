import type { EventRecord } from '../event/record.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';

/** Keys of a record whose meaning is known here, and keys in which servers repeat what the event says. */
const KNOWN: ReadonlySet<string> = new Set([
  'pdu', 'room_id', 'room_version', 'event_id', 'stream_ordering', 'received_ts', 'rejected', 'soft_failed', 'outlier', 'redacted_by', 'erasure',
  'type', 'sender', 'state_key',
]);

/** What a server noted beside an event under names of its own: texts, objects and lists, in which anything may be (a device, a copy). */
export function notesIn(record: EventRecord): readonly JsonValue[] {
  return Object.values(notesOf(record));
}

/** The record without such notes; numbers and flags stay. The same record where there are none. */
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

function isNote(key: string, value: EventRecord[string]): boolean {
  return !KNOWN.has(key) && (typeof value === 'string' || (typeof value === 'object' && value !== null));
}
