import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { eventId } from '../../../src/crypto/event-hashes.ts';
import { isRedacted, redact } from '../../../src/event/redact.ts';
import { readRecord } from '../../../src/event/record.ts';
import { compareRooms } from '../../../src/erasure/compare-rooms.ts';
import { parseJson } from '../../../src/json/parse-json.ts';
import { openRoom, type RoomEventRecord } from '../../../src/room/graph.ts';
import { roomVersion } from '../../../src/rules/room-versions.ts';
import type { RoomVersionRules } from '../../../src/rules/types.ts';
import { keptIn } from '../../../src/testing.ts';

/** A room recorded from running servers. */
export type RecordedRoom = { readonly name: string; readonly rules: RoomVersionRules; readonly events: readonly RoomEventRecord[] };

const folder = new URL('../../../examples/rooms/', import.meta.url);

/** The recorded rooms that come with the examples. */
export function recordedRooms(): readonly RecordedRoom[] {
  return readdirSync(folder).filter((name) => name.endsWith('.ndjson.gz')).sort().map((file) => {
    const lines = gunzipSync(readFileSync(new URL(file, folder))).toString('utf8').split('\n').filter((line) => line !== '');
    const records = lines.map((line) => readRecord(parseJson(line)).record);
    const rules = roomVersion(records.find(({ room_version: version }) => version !== undefined)?.room_version ?? '1');
    const events = records.map((record) => ({ ...record, event_id: record.event_id ?? eventId(record.pdu, rules), rejected: null })) as readonly RoomEventRecord[];
    return { name: file.replace('.ndjson.gz', ''), rules, events };
  });
}

/** The events where a room differs, in its state or in a verdict, when some of its events are redacted. */
export function differences({ events, rules }: RecordedRoom, redacted: (eventId: string) => boolean): readonly string[] {
  const after = events.map((event) => (redacted(event.event_id) ? { ...event, pdu: redact(event.pdu, rules.redaction) } : event));
  const different = new Set<string>();
  const note = (id: string, same: boolean): void => void (same || different.add(id));
  compareRooms(openRoom(events, { rules }), openRoom(after, { rules }), { state: note, authorization: note, unknown: () => undefined });
  return [...different];
}

/** What came of redacting each event of a recorded room alone. */
export type RecordedFindings = {
  readonly redactions: number;
  /** Events whose redaction changes the room, each with the hazard that the table names. */
  readonly changing: readonly { readonly eventId: string; readonly type: string; readonly hazard: string | undefined }[];
};

/** Redacts each event of a recorded room on its own. */
export function findingsInRecorded(room: RecordedRoom): RecordedFindings {
  const kept = keptIn(room);
  const whole = room.events.filter(({ pdu }) => !isRedacted(pdu, room.rules.redaction));
  const changing = whole.filter(({ event_id: id }) => differences(room, (other) => other === id).length > 0);
  return { redactions: whole.length, changing: changing.map(({ event_id: eventId_, pdu }) => ({ eventId: eventId_, type: pdu.type, hazard: kept.get(eventId_) })) };
}
