import { placeIn } from '../../erasure/scope.ts';
import type { ViewedEvent } from '../../erasure/view/places.ts';
import type { RoomEvent } from '../../room/resolve-record.ts';
import { inParts } from '../pages.ts';
import type { IndexedRoom } from '../plan/indexed-room.ts';
import type { ErasureStore, EventFacts, EventRow } from '../store.ts';

/** An event of a page, with what the index says of it. */
export type PageEvent = ViewedEvent & Pick<RoomEvent, 'pdu' | 'eventId' | 'outlier'> & {
  /** In the order that counts. */
  readonly place: number;
  readonly row: EventRow;
  readonly event: RoomEvent;
  readonly facts: EventFacts | undefined;
  /** Whether it is in the room's current state, or may be where that is not known. */
  readonly current: boolean;
};

/** Reads the rows of a page. */
export async function pageEvents(store: ErasureStore, { room: { roomId }, read, summary }: IndexedRoom, rows: readonly EventRow[]): Promise<readonly PageEvent[]> {
  const facts = new Map((await inParts(rows.map(({ eventId }) => eventId), (part) => store.index.facts(roomId, part))).map((fact) => [fact.eventId, fact]));
  const events = rows.map((row) => ({ row, event: read(row).event }));
  const states = events.filter(({ event: { pdu } }) => typeof pdu.state_key === 'string').map(({ event: { eventId } }) => eventId);
  const { positions, currentKnown, streams } = summary;
  const spans = currentKnown ? await inParts(states, (eventIds) => store.index.spans(roomId, { eventIds, from: positions, to: positions })) : [];
  const current = new Set(spans.map(({ eventId }) => eventId));
  return events.map(({ row, event }): PageEvent => ({
    pdu: event.pdu, eventId: event.eventId, outlier: event.outlier,
    ...(event.streamOrdering === undefined ? {} : { streamOrdering: event.streamOrdering }),
    ...(event.receivedTs === undefined ? {} : { receivedTs: event.receivedTs }),
    place: placeIn({ streams }, { stream: event.streamOrdering, place: row.place }),
    row, event, facts: facts.get(event.eventId), current: !currentKnown || current.has(event.eventId),
  }));
}
