import type { ErasureScope } from './request.ts';
import type { OwnEvent } from './room-notes.ts';

/** Where an event stands in time. */
export type EventClock = {
  /** Place in the server's own order, where it is known. */
  readonly stream: number | undefined;
  /** Place in the input. */
  readonly place: number;
  /** Whether the event is outside the room's history, and so has no place in its order. */
  readonly outlier: boolean;
  /** When it happened (ms): received by the server, or else sent by the sender's own clock. */
  readonly time: number | undefined;
  readonly bySender: boolean;
};

/** What a request covers of one room. The times of all events decide, so each has to pass by before the test is asked for. */
export type RoomScope = {
  readonly pass: (clock: EventClock) => void;
  readonly test: () => (event: Pick<OwnEvent, 'pdu' | 'clock'>) => boolean;
};

/** What a request covers of a room. */
export function createRoomScope(scope: ErasureScope, roomId: string): RoomScope {
  const before = scope.before === undefined ? undefined : createPosition(scope.before);
  const after = scope.after === undefined ? undefined : createPosition(scope.after);
  const roomCovered = coversRoom(scope, roomId);
  let streams = true;
  return {
    pass: (clock) => {
      streams &&= clock.outlier || clock.stream !== undefined;
      before?.pass(clock);
      after?.pass(clock);
    },
    test: () => ({ pdu, clock }) =>
      roomCovered
      && (scope.types === undefined || scope.types.includes(pdu.type))
      && (before === undefined || !before.precedes(clock, streams))
      && (after === undefined || after.precedes(clock, streams)),
  };
}

/** Whether a request covers anything in a room. */
export function coversRoom(scope: ErasureScope, roomId: string): boolean {
  return scope.rooms === undefined || scope.rooms.includes(roomId);
}

/** The place in a room's history that a time names: that of the last live event that had happened by then. */
export type Position = {
  readonly pass: (clock: EventClock) => void;
  /** The place, in the server's order or, where that is not known of all events, the input's; -Infinity if nothing had happened. */
  readonly place: (streams: boolean) => number;
  /** Whether the position comes before an event. */
  readonly precedes: (clock: EventClock, streams: boolean) => boolean;
};

/** The position of a time (ms). Every event of the room has to pass by before it is asked for. */
export function createPosition(time: number): Position {
  let stream = Number.NEGATIVE_INFINITY;
  let place = Number.NEGATIVE_INFINITY;
  return {
    pass: (clock) => {
      if (clock.outlier || clock.time === undefined || clock.time > time) return;
      stream = Math.max(stream, clock.stream ?? stream);
      place = Math.max(place, clock.place);
    },
    place: (streams) => (streams ? stream : place),
    precedes: (clock, streams) => {
      // Events outside the room's history have no place in its order: their own time decides.
      if (clock.outlier) return clock.time === undefined || clock.time > time;
      return streams ? (clock.stream ?? 0) > stream : clock.place > place;
    },
  };
}
