import type { ErasureScope } from './request.ts';
import type { OwnEvent } from './own-event.ts';

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

/** How far a room was by a time: the highest places of live events that had happened by then; -Infinity if none had. */
export type Reached = { readonly stream: number; readonly place: number };

/** In which order a room's events stand, and how far it was when. */
export type Timeline = {
  /** Whether all of the room's history has its place in the server's order, which counts then, and not that of the input. */
  readonly streams: boolean;
  readonly reachedBy: (time: number) => Reached;
};

/** Nothing had happened. */
export const NOTHING_REACHED: Reached = Object.freeze({ stream: Number.NEGATIVE_INFINITY, place: Number.NEGATIVE_INFINITY });

/** A timeline in the making: every event of the room has to pass by before it is asked for. */
export type TimelineReader = { readonly pass: (clock: EventClock) => void; readonly timeline: () => Timeline };

/** A reader of the timeline of one room, for some times (ms): others are not known to it. */
export function createTimeline(times: Iterable<number>): TimelineReader {
  const marks = [...new Set(times)].map((time) => ({ time, stream: Number.NEGATIVE_INFINITY, place: Number.NEGATIVE_INFINITY }));
  let streams = true;
  const pass = ({ stream, place, outlier, time }: EventClock): void => {
    streams &&= outlier || stream !== undefined;
    if (outlier || time === undefined) return;
    for (const mark of marks) {
      if (time > mark.time) continue;
      if (stream !== undefined && stream > mark.stream) mark.stream = stream;
      if (place > mark.place) mark.place = place;
    }
  };
  const reachedBy = (time: number): Reached => marks.find((mark) => mark.time === time) ?? NOTHING_REACHED;
  return { pass, timeline: () => ({ streams, reachedBy }) };
}

/** The place of an event in the order that counts. */
export function placeIn({ streams }: Pick<Timeline, 'streams'>, { stream = Number.NEGATIVE_INFINITY, place }: Pick<EventClock, 'stream' | 'place'>): number {
  return streams ? stream : place;
}

/** The place, in the order that counts, of the last that had happened by a time. */
export function placeAt({ streams, reachedBy }: Timeline, time: number): number {
  return streams ? reachedBy(time).stream : reachedBy(time).place;
}

/** Whether the position that a time names comes before an event. */
function precedes(time: number, clock: EventClock, { streams, reachedBy }: Timeline): boolean {
  // Events outside the room's history have no place in its order: their own time decides.
  if (clock.outlier) return clock.time === undefined || clock.time > time;
  return streams ? (clock.stream ?? 0) > reachedBy(time).stream : clock.place > reachedBy(time).place;
}

/** Which of the subjects' events in a room a request covers. */
export function roomScope(scope: ErasureScope, roomId: string, timeline: Timeline): (event: Pick<OwnEvent, 'pdu' | 'clock'>) => boolean {
  const { types, before, after } = scope;
  const roomCovered = coversRoom(scope, roomId);
  return ({ pdu, clock }) =>
    roomCovered
    && (types === undefined || types.includes(pdu.type))
    && (before === undefined || !precedes(before, clock, timeline))
    && (after === undefined || precedes(after, clock, timeline));
}

/** Whether a request covers anything in a room. */
export function coversRoom(scope: ErasureScope, roomId: string): boolean {
  return scope.rooms === undefined || scope.rooms.includes(roomId);
}

/** The times (ms) that limit a scope. */
export function timesIn({ before, after }: ErasureScope): readonly number[] {
  return [before ?? [], after ?? []].flat();
}
