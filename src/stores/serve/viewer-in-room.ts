import type { Attendance } from '../../erasure/view/attendance.ts';
import { usersOf } from '../../erasure/view/service.ts';
import { betterOf, createStateKinds, UNKNOWN_STATE, type StateAt } from '../../erasure/view/state-at.ts';
import type { Viewer } from '../../erasure/view/viewer.ts';
import { isState } from '../../event/pdu.ts';
import { domainOf, type Membership } from '../../room/auth-context.ts';
import { historyVisibilityIn, type HistoryVisibility } from '../../room/history-visibility.ts';
import { inParts } from '../pages.ts';
import { indexedRoom, type IndexedRoom } from '../plan/indexed-room.ts';
import { eventsById } from '../plan/state-lookups.ts';
import type { ErasureStore, EventFacts, Stay, StateSpan } from '../store.ts';
import type { PageEvent } from './page-event.ts';

/** What is known of a room for one viewer, whatever page they are served: read once for each revision of the room. */
export type ViewerInRoom = {
  readonly indexed: IndexedRoom;
  readonly viewer: Viewer;
  readonly visibilities: readonly StateSpan[];
  readonly visibilityOf: ReadonlyMap<string, HistoryVisibility>;
  /** Memberships of the users by whom the viewer is in rooms. */
  readonly members: readonly StateSpan[];
  readonly stays: readonly Stay[];
  /** The users of whom some membership counted. */
  readonly users: readonly string[];
};

/** Reads it; `undefined` where the store has no events of the room. */
export async function viewerInRoom(store: ErasureStore, roomId: string, viewer: Viewer): Promise<ViewerInRoom | undefined> {
  const indexed = await indexedRoom(store, roomId);
  if (indexed === undefined) return undefined;
  const visibilities = await store.index.spans(roomId, { types: ['m.room.history_visibility'], stateKeys: [''] });
  const events = await eventsById(store, indexed, visibilities.map(({ eventId }) => eventId));
  const { members, stays } = await presenceOf(store, roomId, viewer);
  return {
    indexed, viewer, visibilities, members, stays,
    visibilityOf: new Map([...events].map(([eventId, pdu]) => [eventId, historyVisibilityIn(pdu)])),
    users: await usersThatCounted(store, indexed, members),
  };
}

async function presenceOf(store: ErasureStore, roomId: string, viewer: Viewer): Promise<Pick<ViewerInRoom, 'members' | 'stays'>> {
  if (viewer.kind === 'server') {
    const isTheirs = (user: string): boolean => domainOf(user) === viewer.id;
    const members = await store.index.spans(roomId, { types: ['m.room.member'] });
    return { members: members.filter(({ stateKey }) => isTheirs(stateKey)), stays: (await store.index.stays(roomId)).filter(({ user }) => isTheirs(user)) };
  }
  const id = (viewer.kind === 'user' || viewer.kind === 'guest') ? viewer.id : undefined;
  if (id === undefined) return { members: [], stays: [] };
  return { members: await store.index.spans(roomId, { types: ['m.room.member'], stateKeys: [id] }), stays: await store.index.stays(roomId, [id]) };
}

/** A membership that failed softly, or that the server holds outside the history, is none that the viewer had. */
async function usersThatCounted(store: ErasureStore, { room: { roomId }, read }: IndexedRoom, members: readonly StateSpan[]): Promise<readonly string[]> {
  const ids = [...new Set(members.map(({ eventId }) => eventId))];
  const facts = await inParts(ids, (part) => store.index.facts(roomId, part));
  const refused = new Set(facts.filter(({ verdict }) => verdict === 'rejected' || verdict === 'soft-failed').map(({ eventId }) => eventId));
  const rows = await inParts(ids, (part) => store.events.byIds(roomId, part));
  const outside = new Set(rows.filter((row) => read(row).event.outlier).map(({ eventId }) => eventId));
  return [...new Set(members.filter(({ eventId }) => !refused.has(eventId) && !outside.has(eventId)).map(({ stateKey }) => stateKey))];
}

/** What the room's states say to the viewer, where some people do not count. */
export type ViewerStates = {
  readonly attendance: Attendance;
  readonly includes: (userId: string) => boolean;
  readonly now: StateAt;
  readonly after: (event: PageEvent) => StateAt;
  readonly before: (event: PageEvent) => StateAt;
};

/** Looks states up among the spans: a viewer has few of them. */
export function viewerStates({ indexed: { summary }, viewer, visibilities, visibilityOf, members, stays, users }: ViewerInRoom, erased: readonly string[]): ViewerStates {
  const kindOf = createStateKinds();
  const includes = usersOf(viewer, erased, undefined);
  const theirs = stays.filter(({ user }) => includes(user));
  const counted = new Set(users.filter(includes));
  const memberships = members.filter(({ stateKey }) => counted.has(stateKey));
  const membershipOf = new Map(memberships.map(({ eventId, membership }) => [eventId, (membership ?? null) as Membership | null]));
  const visibilityAt = (position: number): HistoryVisibility => {
    const span = visibilities.find((one) => covers(one, position));
    return span === undefined ? 'shared' : visibilityOf.get(span.eventId) ?? 'shared';
  };
  const membershipAt = (position: number, except?: string): Membership | null => memberships.reduce<Membership | null>((best, { stateKey, membership, ...span }) =>
    (stateKey !== except && covers(span, position) ? betterOf(best, (membership ?? null) as Membership | null) : best), null);
  const at = (position: number): StateAt => kindOf(visibilityAt(position), membershipAt(position));
  const after = ({ facts }: PageEvent): StateAt => (facts === undefined || !facts.stateKnown ? UNKNOWN_STATE : at(facts.position));
  const before = (event: PageEvent): StateAt => {
    const { facts, pdu } = event;
    if (facts === undefined || !facts.stateKnown || !tookItsPlace(event)) return after(event);
    const { position, replaced } = facts;
    if (pdu.type === 'm.room.history_visibility' && pdu.state_key === '') {
      return kindOf(replaced === undefined ? 'shared' : visibilityOf.get(replaced) ?? 'shared', membershipAt(position));
    }
    if (pdu.type !== 'm.room.member') return at(position);
    return kindOf(visibilityAt(position), betterOf(membershipAt(position, pdu.state_key), membershipOf.get(replaced ?? '') ?? null));
  };
  return {
    includes, after, before,
    now: summary.currentKnown ? at(summary.positions) : UNKNOWN_STATE,
    attendance: { users, everJoined: theirs.length > 0, joinedBetween: (from, to) => from <= to && theirs.some((stay) => stay.from <= to && stay.to > from) },
  };
}

function covers({ from, to }: Pick<StateSpan, 'from' | 'to'>, position: number): boolean {
  return from <= position && position <= to;
}

/** Whether an event was in the state after it. */
export function tookItsPlace({ facts, pdu }: { readonly facts: EventFacts | undefined; readonly pdu: PageEvent['pdu'] }): boolean {
  return isState(pdu) && facts !== undefined && facts.stateKnown && facts.verdict !== 'rejected';
}
