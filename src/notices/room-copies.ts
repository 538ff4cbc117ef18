import { coverageOf } from '../erasure/view/coverage.ts';
import { timeOf, type ViewedEvent } from '../erasure/view/places.ts';
import type { RoomErasure, ViewedRoom } from '../erasure/view/room-facts.ts';
import { membershipIn } from '../room/auth-context.ts';
import type { RoomGraph, RoomState } from '../room/graph.ts';
import type { Holder, Holders } from './holders.ts';
import type { RecipientReason } from './recipient.ts';
import { createPresence, type Arrivals, type RoomPresence } from './room-presence.ts';

/** Whose data are looked for, and which of them: a part of an erasure. */
export type CopiedErasure = Pick<RoomErasure, 'subjects' | 'scope' | 'revokedAt'>;

/** Since when (ms) and why somebody holds copies. */
export type Copy = { readonly since: number | undefined; readonly reasons: ReadonlySet<RecipientReason> };

/** Who holds copies of what the subjects sent in one room. */
export type RoomCopies = ReadonlyMap<Holder, Copy>;

const OPEN: ReadonlySet<string> = new Set(['shared', 'world_readable']);

/**
 * Walks through a room, parents first, and notes who got copies of the subjects' events: at once, later by reading back or with the room's state,
 * or with an invite. Where the state at an event is not known, whoever ever joined may have.
 */
export function copiesIn(room: ViewedRoom, erasure: CopiedErasure, holders: Holders): RoomCopies {
  const own = ownEvents(room, erasure);
  const copies = createCopies();
  const presence = createPresence({ roomId: room.roomId, graph: room.graph, holders, isOwn: own.has });
  const readBack = createReadBack(presence, copies);
  const events = new Map(room.events.map((event) => [event.eventId, event]));
  const uncertain: ViewedEvent[] = [];
  const afterGap: ViewedEvent[] = [];
  for (const eventId of room.graph.order) {
    const event = events.get(eventId);
    const state = room.graph.stateAfter(eventId);
    if (event === undefined) continue;
    if (state.state === 'unknown' || event.outlier) {
      if (own.has(eventId)) uncertain.push(event);
      if (own.size > 0 && !event.outlier) afterGap.push(event);
      continue;
    }
    if (own.has(eventId)) noteSent(event, [room.graph.stateBefore(eventId), state], { presence, copies, holders, readBack });
    else readBack.arrive(presence.moveTo(state.snapshot), timeOf(event));
    if (presence.visibility() === 'world_readable' && presence.ownState('all') > 0) copies.note('public public', 'world-readable', timeOf(event));
  }
  // Whoever joined at any time may have been sent an event at which nobody knows who was there; and whoever joined behind a gap can have read back.
  notePossible(uncertain.length > 0 ? room.events : afterGap, uncertain.map(timeOf).reduce(earlier, undefined), { copies, holders, graph: room.graph });
  return copies.all;
}

function ownEvents(room: ViewedRoom, erasure: CopiedErasure): { readonly has: (eventId: string) => boolean; readonly size: number } {
  // Who is served what is not asked here, so neither profile nor time matter.
  const covers = coverageOf(room, { ...erasure, effectiveAt: 0 } as RoomErasure);
  const subjects = new Set(erasure.subjects);
  const ids = new Set(room.events.filter(({ pdu }, index) => subjects.has(pdu.sender ?? '') && covers(index)).map(({ eventId }) => eventId));
  return { has: (eventId) => ids.has(eventId), size: ids.size };
}

type Copies = {
  readonly all: RoomCopies;
  readonly has: (holder: Holder) => boolean;
  readonly note: (holder: Holder, reason: RecipientReason, at: number | undefined) => void;
};

function createCopies(): Copies {
  const all = new Map<Holder, { since: number | undefined; readonly reasons: Set<RecipientReason> }>();
  return {
    all,
    has: (holder) => all.has(holder),
    note: (holder, reason, at) => {
      const copy = all.get(holder) ?? { since: at, reasons: new Set() };
      copy.reasons.add(reason);
      copy.since = earlier(copy.since, at);
      all.set(holder, copy);
    },
  };
}

/** The earlier of two times, of which either may not be known. */
export function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? one ?? other : Math.min(one, other);
}

type SentContext = { readonly presence: RoomPresence; readonly copies: Copies; readonly holders: Holders; readonly readBack: ReadBack };

/** An event is sent to whoever is there before or after it: it may be what puts somebody out. Of a change of visibility the laxer side counts. */
function noteSent(event: ViewedEvent, states: readonly RoomState[], { presence, copies, holders, readBack }: SentContext): void {
  const at = timeOf(event);
  for (const state of states) {
    if (state.state === 'unknown') continue;
    readBack.arrive(presence.moveTo(state.snapshot), at);
    for (const [holder, reason] of presence.takeNew()) copies.note(holder, reason, at);
    const visibility = presence.visibility();
    if (visibility === 'world_readable') copies.note('public public', 'world-readable', at);
    if (OPEN.has(visibility)) readBack.open();
    if (visibility === 'invited') readBack.promise(presence.invited());
  }
  const { pdu } = event;
  const invitee = pdu.type === 'm.room.member' && membershipIn(pdu) === 'invite' ? pdu.state_key : undefined;
  if (invitee !== undefined) for (const holder of holders.ofUser(invitee)) copies.note(holder, 'invited', at);
}

type ReadBack = {
  /** From now on whoever joins can read something of the subject's. */
  readonly open: () => void;
  /** These can, if they join. */
  readonly promise: (holders: Iterable<Holder>) => void;
  readonly arrive: (arrivals: Arrivals, at: number | undefined) => void;
};

function createReadBack(presence: RoomPresence, copies: Copies): ReadBack {
  const promised = new Set<Holder>();
  let isOpen = false;
  return {
    open: () => {
      isOpen = true;
    },
    promise: (holders) => {
      for (const holder of holders) promised.add(holder);
    },
    arrive: ({ joined, invited }, at) => {
      for (const holder of joined) {
        if (isOpen || promised.has(holder)) noteNew(copies, holder, 'joined-later', at);
        else if (presence.ownState('all') > 0) noteNew(copies, holder, 'state-at-join', at);
      }
      if (presence.ownState('stripped') > 0) for (const holder of invited) noteNew(copies, holder, 'invited', at);
    },
  };
}

/** Who has copies already comes back for nothing new. */
function noteNew(copies: Copies, holder: Holder, reason: RecipientReason, at: number | undefined): void {
  const first = copies.all.get(holder);
  if (first === undefined || (reason !== 'invited' && [...first.reasons].every((known) => known === 'invited'))) copies.note(holder, reason, at);
}

type PossibleContext = Pick<SentContext, 'copies' | 'holders'> & { readonly graph: RoomGraph };

function notePossible(events: readonly ViewedEvent[], first: number | undefined, { copies, holders, graph }: PossibleContext): void {
  for (const event of events) {
    if (event.pdu.type !== 'm.room.member' || membershipIn(event.pdu) !== 'join' || graph.verdict(event.eventId)?.verdict === 'rejected') continue;
    const joinedAt = timeOf(event);
    const since = first === undefined || joinedAt === undefined ? first ?? joinedAt : Math.max(first, joinedAt);
    for (const holder of holders.ofUser(event.pdu.state_key ?? '')) {
      if (!copies.has(holder) || copies.all.get(holder)?.reasons.has('possibly-joined') === true) copies.note(holder, 'possibly-joined', since);
    }
  }
}
