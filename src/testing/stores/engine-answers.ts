import { subjectNames } from '../../erasure/about.ts';
import { foreignNote } from '../../erasure/foreign-note.ts';
import { openRoom, type RoomGraph } from '../../room/graph.ts';
import type { ImportedLine } from '../../stores/import/imported-event.ts';
import { createRoomIndexer } from '../../stores/index-room.ts';
import type { EventRow, RoomIndex } from '../../stores/store.ts';

/** The ID of the room that lines are of. */
export const roomIdOf = (lines: readonly ImportedLine[]): string => lines[0]?.event.roomId ?? '';

/** Everybody who sent anything, in the order in which they began. */
export function sendersIn(lines: readonly ImportedLine[]): readonly string[] {
  return [...new Set(lines.flatMap(({ event }) => event.pdu.sender ?? []))];
}

/** The events of a room that a person sent. */
export function sentBy(lines: readonly ImportedLine[], users: readonly string[]): readonly string[] {
  return lines.filter(({ event }) => users.includes(event.pdu.sender ?? '')).map(({ event }) => event.eventId);
}

/** The events by others that speak of a person, or of an event of theirs. */
export function speakingOf(lines: readonly ImportedLine[], user: string): readonly string[] {
  const names = subjectNames([user]);
  const mine = new Set(sentBy(lines, [user]));
  return lines.filter(({ event }) => event.pdu.sender !== user).flatMap(({ event }) => {
    const note = foreignNote(event, names);
    const speaks = note !== undefined && (note.reasons.length > 0 || note.references.some(({ eventId }) => mine.has(eventId)));
    return speaks ? [event.eventId] : [];
  });
}

/** The graph of a room. */
export function graphOf(lines: readonly ImportedLine[]): RoomGraph {
  const records = lines.map(({ event: { eventId, pdu, streamOrdering, rejected, softFailed, outlier } }) => ({
    event_id: eventId, pdu, soft_failed: softFailed, outlier, ...(streamOrdering === undefined ? {} : { stream_ordering: streamOrdering }), ...(rejected ? { rejected: 'recorded' } : {}),
  }));
  const rules = lines[0]?.event.rules;
  return openRoom(records, rules === undefined ? {} : { rules });
}

/** The index of a room, as its rows give it. */
export function indexOf(lines: readonly ImportedLine[], rows: readonly EventRow[]): RoomIndex {
  const first = lines[0];
  if (first === undefined) throw new RangeError('a room without events has no index');
  const indexer = createRoomIndexer(first.event.rules);
  const places = new Map(rows.map(({ eventId, place }) => [eventId, place]));
  for (const { event } of lines) indexer.add(event, places.get(event.eventId) ?? 0);
  const { summary, events, spans, stays, clock } = indexer.finish();
  return { summary, events: [...events], spans: [...spans], stays: [...stays], clock: [...clock] };
}
