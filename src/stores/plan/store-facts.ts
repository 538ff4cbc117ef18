import type { OwnEvent } from '../../erasure/own-event.ts';
import type { ErasureRequest } from '../../erasure/request.ts';
import type { ResidueReader } from '../../erasure/residue/residue.ts';
import type { CompanyFacts, RoomFacts, StateBefore } from '../../erasure/room-facts.ts';
import { timesOf } from '../../erasure/room-reader.ts';
import { NOTHING_REACHED, placeAt, placeIn, type Timeline } from '../../erasure/scope.ts';
import { isState, type Pdu } from '../../event/pdu.ts';
import { redactionVerdict } from '../../room/redaction-verdict.ts';
import { inParts } from '../pages.ts';
import type { ErasureStore, EventFacts, StateSpan } from '../store.ts';
import type { IndexedRoom } from './indexed-room.ts';
import { readEvents, type ReadEvents } from './read-events.ts';
import { currentState, eventsById, stateBefore } from './state-lookups.ts';
import { storeCompany } from './store-company.ts';

/** What a room's facts are looked up for. */
export type StoreFactsOptions = {
  readonly request: ErasureRequest;
  /** Whether everything that was imported could be read. */
  readonly complete: boolean;
  /** Looks at each event that may leave something of the subjects. */
  readonly residue: ResidueReader | undefined;
};

type Facts = ReadonlyMap<string, EventFacts>;

/** The facts of a room out of a store: what was looked up is in proportion to what is of the subjects, or about them, and not to the room. */
export async function storeFacts(store: ErasureStore, indexed: IndexedRoom, options: StoreFactsOptions): Promise<RoomFacts> {
  const { room, rules, summary } = indexed;
  const { request } = options;
  const erased = request.alreadyErased ?? [];
  const events = await readEvents(store, indexed, { subjects: request.subjects, residue: options.residue });
  const facts = await factsOf(store, room.roomId, events);
  const own = inOrder(events.own, facts);
  const timeline = await timelineOf(store, indexed, request);
  const bridges = await eventsById(store, indexed, summary.bridges);
  const current = await currentState(store, indexed, {
    members: [...request.subjects, ...(request.remedySender === undefined ? [] : [request.remedySender])],
    eventIds: [...own.filter(({ pdu }) => isState(pdu)).map(({ eventId }) => eventId), ...summary.bridges],
  });
  const aliases = (request.services ?? []).length === 0 ? [] : [...(await eventsById(store, indexed, summary.aliases)).values()];
  const targets = await eventsById(store, indexed, own.flatMap(({ redacts }) => redacts));
  const before = await statesBefore(store, indexed, { own, facts, targets, revokedAt: request.revokedAt });
  const company = options.complete && summary.whole ? await companyOf(store, indexed, { own, facts, timeline, request }) : undefined;
  return {
    roomId: room.roomId, rules, events: room.events, own, timeline, current, isWhole: summary.whole, servers: summary.servers,
    foreign: inOrder(events.foreign, facts),
    lastMembership: () => inOrder(events.memberships, facts).at(-1)?.pdu,
    bridges: [...bridges].filter(([eventId]) => current.has(eventId)).flatMap(([, pdu]) => pdu.sender ?? []),
    aliases: () => aliases,
    hasErased: await hasSent(store, room.roomId, erased),
    targets: () => targets,
    verdict: (eventId) => facts.get(eventId)?.verdict,
    stateBefore: before,
    isCited: (eventId) => facts.get(eventId)?.cited === true,
    namedAmong: (eventIds) => new Set([...eventIds].filter((id) => facts.get(id)?.named === true)),
    company: () => company,
  };
}

async function factsOf(store: ErasureStore, roomId: string, { own, foreign, memberships }: ReadEvents): Promise<Facts> {
  const ids = [...new Set([...own, ...foreign, ...memberships].map(({ eventId }) => eventId))];
  return new Map((await inParts(ids, (part) => store.index.facts(roomId, part))).map((fact) => [fact.eventId, fact]));
}

/** Parents first, as in the graph. */
function inOrder<E extends { readonly eventId: string }>(events: readonly E[], facts: Facts): readonly E[] {
  return events.toSorted((one, other) => (facts.get(one.eventId)?.position ?? 0) - (facts.get(other.eventId)?.position ?? 0));
}

async function timelineOf(store: ErasureStore, { room: { roomId }, summary: { streams } }: IndexedRoom, request: ErasureRequest): Promise<Timeline> {
  const times = [...new Set(timesOf(request))];
  const clocks = await store.index.clock(roomId, times);
  const reached = new Map(times.map((time, index) => [time, { ...NOTHING_REACHED, ...clocks[index] }]));
  return { streams, reachedBy: (time) => reached.get(time) ?? NOTHING_REACHED };
}

async function hasSent(store: ErasureStore, roomId: string, users: readonly string[]): Promise<boolean> {
  const found = await inParts(users, (part) => store.events.bySenders(roomId, part, { limit: 1 }));
  return found.length > 0;
}

type Before = { readonly own: readonly OwnEvent[]; readonly facts: Facts; readonly targets: ReadonlyMap<string, Pdu>; readonly revokedAt: number | undefined };

const NO_STATE: StateBefore = Object.freeze({ id: () => undefined, event: () => undefined });

/** The states before the subjects' events, as far as a decision rests on them: who returned, and redactions that their sender's level decides about. */
async function statesBefore(store: ErasureStore, indexed: IndexedRoom, { own, facts, targets, revokedAt }: Before): Promise<(eventId: string) => StateBefore> {
  const { room: { roomId } } = indexed;
  const senders = revokedAt === undefined ? [] : [...new Set(own.flatMap(({ pdu }) => pdu.sender ?? []))];
  const members = senders.length === 0 ? [] : await store.index.spans(roomId, { types: ['m.room.member'], stateKeys: senders });
  const levels = new Map<string, readonly StateSpan[]>();
  for (const event of own) {
    const position = facts.get(event.eventId)?.position;
    if (position === undefined || !restsOnState(event, indexed, targets)) continue;
    levels.set(event.eventId, await store.index.spans(roomId, { types: ['m.room.create', 'm.room.power_levels'], stateKeys: [''], from: position, to: position }));
  }
  const events = await eventsById(store, indexed, [...levels.values()].flat().map(({ eventId }) => eventId));
  const byId = new Map(own.map((event) => [event.eventId, event]));
  return (eventId) => {
    const [event, fact] = [byId.get(eventId), facts.get(eventId)];
    if (event === undefined || fact === undefined) return NO_STATE;
    const counts = isState(event.pdu) && fact.verdict !== 'rejected' && fact.stateKnown;
    const query = { eventId, pdu: event.pdu, position: fact.position, replaced: fact.replaced, counts };
    return stateBefore(query, [...members, ...(levels.get(eventId) ?? [])], events);
  };
}

/** Whether it depends on the state if a redaction applies: on most it does not, as who sends them redacts their own. */
function restsOnState({ pdu, eventId, redacts }: OwnEvent, { room: { roomId }, rules }: IndexedRoom, targets: ReadonlyMap<string, Pdu>): boolean {
  if (rules.authorization.redaction) return false;
  return redacts.some((id) => {
    const target = targets.get(id);
    const verdict = redactionVerdict({ ...pdu, room_id: roomId, event_id: eventId }, target && { ...target, room_id: roomId, event_id: id }, { rules, state: () => undefined });
    return verdict.verdict === 'held' && verdict.waitsFor === 'state';
  });
}

type Company = { readonly own: readonly OwnEvent[]; readonly facts: Facts; readonly timeline: Timeline; readonly request: ErasureRequest };

function companyOf(store: ErasureStore, indexed: IndexedRoom, { own, facts, timeline, request }: Company): Promise<CompanyFacts | undefined> {
  return storeCompany(store, indexed, {
    own: own.filter(({ clock }) => !clock.outlier),
    except: [...request.subjects, ...(request.alreadyErased ?? [])],
    positionOf: (eventId) => facts.get(eventId)?.position ?? 0,
    placeOf: ({ clock }) => placeIn(timeline, clock),
    erasurePlace: placeAt(timeline, request.effectiveAt),
  });
}
