import { createSlimmer } from '../../erasure/record-store.ts';
import type { CurrentState, StateBefore } from '../../erasure/room-facts.ts';
import type { Pdu } from '../../event/pdu.ts';
import { stateKeyOf } from '../../room/state-map.ts';
import { inParts } from '../pages.ts';
import type { ErasureStore, SpanQuery, StateSpan } from '../store.ts';
import type { IndexedRoom } from './indexed-room.ts';

/** Reads events by their IDs, as a graph keeps them. */
export async function eventsById(store: ErasureStore, { room: { roomId }, read }: IndexedRoom, eventIds: readonly string[]): Promise<ReadonlyMap<string, Pdu>> {
  const slim = createSlimmer();
  const rows = await inParts([...new Set(eventIds)], (part) => store.events.byIds(roomId, part));
  return new Map(rows.map((row) => [row.eventId, slim(read(row).event)]));
}

/** Whose places are asked for, and which events may be current. */
export type CurrentQuery = { readonly members: readonly string[]; readonly eventIds: readonly string[] };

/** The current state, as far as a plan asks for it. */
export async function currentState(store: ErasureStore, indexed: IndexedRoom, { members, eventIds }: CurrentQuery): Promise<CurrentState> {
  const { room: { roomId }, summary: { currentKnown, positions } } = indexed;
  if (!currentKnown) return { state: 'unknown', event: () => undefined, has: () => true };
  const now = (query: SpanQuery): Promise<readonly StateSpan[]> => store.index.spans(roomId, { ...query, from: positions, to: positions });
  const places = [
    ...await now({ types: ['m.room.create', 'm.room.power_levels'], stateKeys: [''] }),
    ...await inParts(members, (part) => now({ types: ['m.room.member'], stateKeys: part })),
  ];
  const events = await eventsById(store, indexed, places.map(({ eventId }) => eventId));
  const ids = new Map(places.map(({ type, stateKey, eventId }) => [stateKeyOf(type, stateKey), eventId]));
  const current = new Set((await inParts(eventIds, (part) => now({ eventIds: part }))).map(({ eventId }) => eventId));
  return { state: 'known', event: (type, stateKey) => events.get(ids.get(stateKeyOf(type, stateKey)) ?? ''), has: (eventId) => current.has(eventId) };
}

/** What is known of an event whose state is asked for. */
export type StateQuery = { readonly eventId: string; readonly pdu: Pdu; readonly position: number; readonly replaced: string | undefined; readonly counts: boolean };

/** What the spans over an event say of the state before it: that after it, but for the place that it took itself. */
export function stateBefore({ pdu, position, replaced, counts }: StateQuery, spans: readonly StateSpan[], events: ReadonlyMap<string, Pdu>): StateBefore {
  const id = (type: string, stateKey: string): string | undefined => {
    if (counts && pdu.type === type && pdu.state_key === stateKey) return replaced;
    return spans.find((span) => span.type === type && span.stateKey === stateKey && span.from <= position && position <= span.to)?.eventId;
  };
  return { id, event: (type, stateKey) => events.get(id(type, stateKey) ?? '') };
}
