import { membershipIn } from '../../room/auth-context.ts';
import type { RoomGraph } from '../../room/graph.ts';
import { hadAccess } from './access.ts';
import { isRefused } from './attendance.ts';
import { decideView } from './decide-view.ts';
import type { ViewedEvent } from './places.ts';
import { createDecisionMemo } from './decision-memo.ts';
import { contextAbout, noteRoom, type FactsOptions, type ViewedRoom, type ViewOptions } from './room-facts.ts';
import { pagingIn } from './paging.ts';
import { pastStateRead, stateReadBy } from './state-read.ts';
import type { Surface, ViewDecision, ViewFacts, Viewer, ViewReason } from './viewer.ts';

/**
 * How one viewer is served each event of a room, in the order of the events. The state of the room is looked up once for each change of it.
 * @example viewRoom({ roomId: '!r:b', graph: openRoom([], { rules: roomVersion('11') }), events: [] }, { kind: 'anonymous' }, { erasure: { profile: erasureProfiles.notice, subjects: [], effectiveAt: 0 } }) // []
 */
export function viewRoom(room: ViewedRoom, viewer: Viewer, options: ViewOptions): readonly ViewDecision[] {
  const { surface = 'messages', erasure } = options;
  const about: FactsOptions = { notes: noteRoom(room, viewer, options), erasure, surface };
  const unserved = viewer.kind === 'admin' ? () => undefined : placeTest(room, viewer, { about, options });
  const known = createDecisionMemo(room.graph, about);
  return room.events.map((event, index) => {
    const reason = unserved(event, index);
    if (reason !== undefined) return { seen: viewer.kind === 'server' ? 'redacted' : 'hidden', reason };
    return known(event, index, () => decideIn([event, index], viewer, { graph: room.graph, about }));
  });
}

/** By whose rules an event is decided about, and on what facts. */
export type DecidingIn = { readonly graph: Pick<RoomGraph, 'rules'>; readonly about: FactsOptions };

/** How a viewer is served an event that is in what they read. */
export function decideIn(at: readonly [ViewedEvent, number], viewer: Viewer, { graph, about }: DecidingIn): ViewDecision {
  const [event] = at;
  const context = contextAbout(at, graph, about);
  const facts = event.outlier && about.surface !== 'state' ? { ...context, ...factsOutside(event, viewer) } : context;
  return decideView(event.pdu, viewer, viewer.kind === 'server' ? { ...facts, serverHadAccess: hadAccess(facts) } : facts);
}

/** Why an event is not in what the viewer reads, whatever it holds. */
type Unserved = (event: ViewedEvent, index: number) => ViewReason | undefined;

type PlaceOptions = { readonly about: FactsOptions; readonly options: ViewOptions };

function placeTest(room: ViewedRoom, viewer: Viewer, { about, options }: PlaceOptions): Unserved {
  const isSynapse = options.erasure.profile.law === 'synapse';
  const beyond = isSynapse && 'id' in viewer && viewer.kind !== 'server' && viewer.kind !== 'applicationService' ? pagingIn(room, about.notes, options) : undefined;
  const unread = about.surface === 'state' ? unreadState(room, viewer, { about, options }) : undefined;
  return (event, index) => {
    if (isRefused(room.graph, event.eventId)) return 'rejected';
    if (unread !== undefined) return unread(event.eventId) ? 'not-in-state' : undefined;
    if (event.outlier && !isServedOutside(event, viewer, about.surface)) return 'outside-history';
    return beyond?.(event, index) === true ? 'beyond-paging' : undefined;
  };
}

/** Whether a state event is in no state that a viewer reads. Servers ask for any; where the state is not known, any may be read. */
function unreadState(room: ViewedRoom, viewer: Viewer, { about: { notes, erasure }, options }: PlaceOptions): (eventId: string) => boolean {
  const state = viewer.kind === 'server' ? undefined : stateReadBy(room, notes, erasure.profile.law);
  if (state === undefined) return () => false;
  const past = options.pastStates === true ? pastStateRead(room.events, { graph: room.graph, isShown: shownBefore(room, viewer, options) }) : undefined;
  return (eventId) => !state.has(eventId) && past?.has(eventId) !== true;
}

/** Whether a viewer could be shown an event without the erasure, when they ask for it by its ID. */
function shownBefore(room: ViewedRoom, viewer: Viewer, options: ViewOptions): (index: number) => boolean {
  const decisions = viewRoom(room, viewer, { ...options, surface: 'context', erasure: { ...options.erasure, subjects: [] } });
  return (index) => decisions[index]?.seen !== 'hidden';
}

/** Events outside the history of a room: no page has them, but who is invited may ask for that, and other servers for auth events. */
export function isServedOutside({ pdu }: Pick<ViewedEvent, 'pdu'>, viewer: Viewer, surface: Surface): boolean {
  if (viewer.kind === 'server') return true;
  return surface !== 'messages' && surface !== 'sync' && 'id' in viewer && pdu.type === 'm.room.member' && pdu.state_key === viewer.id;
}

function factsOutside({ pdu }: ViewedEvent, viewer: Viewer): ViewFacts {
  return {
    historyVisibility: viewer.kind === 'server' ? 'shared' : 'world_readable',
    membershipAtEvent: viewer.kind === 'server' ? null : membershipIn(pdu) ?? null,
    joinedUntilErasure: false, joinedAfterErasure: false, everInRoom: false, serverHadAccess: false, isCurrentState: false,
  };
}
