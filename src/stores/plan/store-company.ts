import type { OwnEvent } from '../../erasure/own-event.ts';
import type { Company, CompanyFacts } from '../../erasure/room-facts.ts';
import { isState } from '../../event/pdu.ts';
import { historyVisibilityIn } from '../../room/history-visibility.ts';
import { inParts } from '../pages.ts';
import type { ErasureStore, Range } from '../store.ts';
import type { IndexedRoom } from './indexed-room.ts';
import { eventsById } from './state-lookups.ts';

/** Of whom it is asked who else was there. */
export type CompanyQuery = {
  readonly own: readonly OwnEvent[];
  /** The subjects and those who were erased before. */
  readonly except: readonly string[];
  readonly positionOf: (eventId: string) => number;
  readonly placeOf: (event: OwnEvent) => number;
  readonly erasurePlace: number;
};

/**
 * Who else was in a room, by its index; `undefined` where a state is not known. What decides is asked first: in most rooms somebody else was always joined,
 * and there is nothing more to ask.
 */
export async function storeCompany(store: ErasureStore, indexed: IndexedRoom, query: CompanyQuery): Promise<CompanyFacts | undefined> {
  const { room: { roomId }, summary: { statesKnown, currentKnown } } = indexed;
  if (!statesKnown || !currentKnown) return undefined;
  const { own, except, positionOf, placeOf, erasurePlace } = query;
  const around = (event: OwnEvent): Range => ({ from: positionOf(event.eventId) - 1, to: positionOf(event.eventId) });
  const during = (to?: number) => (event: OwnEvent): Range => ({ from: placeOf(event), to: to ?? placeOf(event) });
  const inState = (memberships: readonly string[]): RangeTest => (ranges) => store.index.company(roomId, ranges, { memberships, except });
  const present: RangeTest = (ranges) => store.index.presence(roomId, ranges, { except });

  const joined = await thoseOf(own, around, inState(['join']));
  const unjoined = own.filter((event) => !joined.has(event.eventId));
  const there = await thoseOf(unjoined, during(), present);
  const alone = unjoined.filter(({ eventId }) => !there.has(eventId));
  const invited = await thoseOf(alone, around, inState(['invite', 'knock']));
  const later = await thoseOf(alone, during(erasurePlace), present);
  const met = await metIn(store, indexed, alone, inState(['join', 'invite', 'knock']));
  const visibilityAt = await visibilities(store, indexed, alone.map(({ eventId }) => positionOf(eventId)));

  const at = (eventId: string): Company | undefined => ({ joined: joined.has(eventId), invited: invited.has(eventId), visibility: visibilityAt(positionOf(eventId)) });
  const presence = presenceAt(alone, { there, later, unjoined, placeOf, erasurePlace });
  return { at, met: (eventId) => met.has(eventId), joinedBetween: presence };
}

type RangeTest = (ranges: readonly Range[]) => Promise<readonly boolean[]>;

/** The events whose range fits, by their IDs. */
async function thoseOf(events: readonly OwnEvent[], rangeOf: (event: OwnEvent) => Range, test: RangeTest): Promise<ReadonlySet<string>> {
  const fits = await inParts(events.map(rangeOf), test);
  return new Set(events.filter((_, index) => fits[index] === true).map(({ eventId }) => eventId));
}

type Presence = Pick<CompanyQuery, 'placeOf' | 'erasurePlace'> & { readonly there: ReadonlySet<string>; readonly later: ReadonlySet<string>; readonly unjoined: readonly OwnEvent[] };

/** What was asked of places: at the events themselves, and from there to the erasure. */
function presenceAt(alone: readonly OwnEvent[], { there, later, unjoined, placeOf, erasurePlace }: Presence): CompanyFacts['joinedBetween'] {
  const during = new Map(unjoined.map((event) => [placeOf(event), there.has(event.eventId)]));
  const until = new Map(alone.map((event) => [placeOf(event), later.has(event.eventId)]));
  return (from, to) => (from === to ? during.get(from) : to === erasurePlace ? until.get(from) : undefined) ?? true;
}

/** Which of some state events were in the state together with somebody else. */
async function metIn(store: ErasureStore, { room: { roomId } }: IndexedRoom, events: readonly OwnEvent[], test: RangeTest): Promise<ReadonlySet<string>> {
  const spans = await inParts(events.filter(({ pdu }) => isState(pdu)).map(({ eventId }) => eventId), (eventIds) => store.index.spans(roomId, { eventIds }));
  const fits = await inParts(spans, test);
  return new Set(spans.filter((_, index) => fits[index] === true).map(({ eventId }) => eventId));
}

/** The history visibility after each of some events, by their positions. */
async function visibilities(store: ErasureStore, indexed: IndexedRoom, positions: readonly number[]): Promise<(position: number) => Company['visibility']> {
  if (positions.length === 0) return () => 'shared';
  const range = { from: positions.reduce((a, b) => Math.min(a, b)), to: positions.reduce((a, b) => Math.max(a, b)) };
  const spans = await store.index.spans(indexed.room.roomId, { types: ['m.room.history_visibility'], stateKeys: [''], ...range });
  const events = await eventsById(store, indexed, spans.map(({ eventId }) => eventId));
  return (position) => historyVisibilityIn(events.get(spans.find(({ from, to }) => from <= position && position <= to)?.eventId ?? ''));
}
