import type { ErasureScope } from './request.ts';
import type { EventClock, OwnEvent, RoomNotes } from './room-notes.ts';

/** Whether an event of the subject is among those that the request covers. */
export function scopeTest(notes: RoomNotes, scope: ErasureScope): (event: OwnEvent) => boolean {
  const upTo = scope.before === undefined ? undefined : positionAt(notes, scope.before);
  const from = scope.after === undefined ? undefined : positionAt(notes, scope.after);
  const roomCovered = scope.rooms === undefined || scope.rooms.includes(notes.roomId);
  return ({ pdu, clock }) =>
    roomCovered
    && (scope.types === undefined || scope.types.includes(pdu.type))
    && (upTo === undefined || !isAfter(clock, upTo))
    && (from === undefined || isAfter(clock, from));
}

/** A place in a room's history that a time names. */
type Position = { readonly order: number; readonly time: number };

/** The last live event that had happened by a time (ms): its place in the server's order. */
function positionAt(notes: RoomNotes, time: number): Position {
  const order = notes.clocks.reduce(
    (last, clock) => (clock.order !== undefined && clock.time !== undefined && clock.time <= time ? Math.max(last, clock.order) : last),
    Number.NEGATIVE_INFINITY,
  );
  return { order, time };
}

/** Events outside the room's history have no place in its order: their own time decides. */
function isAfter(clock: EventClock, position: Position): boolean {
  if (clock.order !== undefined) return clock.order > position.order;
  return clock.time === undefined || clock.time > position.time;
}
