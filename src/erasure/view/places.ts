import type { RoomEvent } from '../../room/resolve-record.ts';

/**
 * An event as views need it: what a record says, where the content of events that are no state may be left out unless they are redactions. What `pdu` leaves out
 * beside that stands here.
 */
export type ViewedEvent = Pick<RoomEvent, 'pdu' | 'eventId' | 'outlier'> & {
  readonly streamOrdering?: number | undefined;
  readonly receivedTs?: number | undefined;
  readonly depth?: number | undefined;
  /** When its sender says that they sent it (ms). */
  readonly sentTs?: number | undefined;
  /** Whether all that the server holds of it is its redacted form; where that is not said, its content hash tells. */
  readonly isStoredRedacted?: boolean | undefined;
};

/** Where the events of a room stand in the order in which its server received them, and where an erasure does. */
export type Places = {
  /** The place of an event: its stream ordering, or where not all have one its place in the input. */
  readonly at: (index: number) => number;
  /** The last live event that had happened by the erasure; -Infinity if none had. */
  readonly erasure: number;
};

/** Works out the places of events. */
export function placesOf(events: readonly ViewedEvent[], effectiveAt: number): Places {
  const live = events.every(({ outlier, streamOrdering }) => outlier || streamOrdering !== undefined);
  const at = (index: number): number => (live ? events[index]?.streamOrdering ?? Number.NEGATIVE_INFINITY : index);
  let erasure = Number.NEGATIVE_INFINITY;
  for (const [index, event] of events.entries()) {
    const time = timeOf(event);
    if (!event.outlier && time !== undefined && time <= effectiveAt) erasure = Math.max(erasure, at(index));
  }
  return { at, erasure };
}

/** When an event happened (ms): received by the server, or else sent by the sender's own clock. */
export function timeOf({ receivedTs, sentTs, pdu }: ViewedEvent): number | undefined {
  return receivedTs ?? sentTs ?? (typeof pdu.origin_server_ts === 'number' ? pdu.origin_server_ts : undefined);
}

/** How far an event is from the beginning of its room, if it says so. */
export function depthOf({ depth, pdu }: ViewedEvent): number | undefined {
  return depth ?? (typeof pdu.depth === 'number' ? pdu.depth : undefined);
}
