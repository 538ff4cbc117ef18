import { membershipIn } from '../../room/auth-context.ts';
import { hadAccess } from './access.ts';
import { isRefused } from './attendance.ts';
import { decideView } from './decide-view.ts';
import type { ViewedEvent } from './places.ts';
import { createDecisionMemo } from './decision-memo.ts';
import { contextAbout, noteRoom, type FactsOptions, type ViewedRoom, type ViewOptions } from './room-facts.ts';
import { stateReadBy } from './state-read.ts';
import type { ViewDecision, ViewFacts, Viewer, ViewReason } from './viewer.ts';

/**
 * How one viewer is served each event of a room, in the order of the events. The state of the room is looked up once for each change of it.
 * @example viewRoom({ roomId: '!r:b', graph: openRoom([], { rules: roomVersion('11') }), events: [] }, { kind: 'anonymous' }, { erasure: { profile: erasureProfiles.notice, subjects: [], effectiveAt: 0 } }) // []
 */
export function viewRoom(room: ViewedRoom, viewer: Viewer, options: ViewOptions): readonly ViewDecision[] {
  const { surface = 'messages', erasure, pastStates = false } = options;
  const about: FactsOptions = { notes: noteRoom(room, viewer, options), erasure, surface };
  const unserved = viewer.kind === 'admin' ? () => undefined : placeTest(room, viewer, { ...about, pastStates });
  const known = createDecisionMemo(room.graph, about);
  return room.events.map((event, index) => {
    const reason = unserved(event);
    if (reason !== undefined) return { seen: viewer.kind === 'server' ? 'redacted' : 'hidden', reason };
    return known(event, index, () => decideIn(room, [event, index], viewer, about));
  });
}

function decideIn(room: ViewedRoom, at: readonly [ViewedEvent, number], viewer: Viewer, about: FactsOptions): ViewDecision {
  const [event] = at;
  const context = contextAbout(at, room.graph, about);
  const facts = event.outlier && about.surface !== 'state' ? { ...context, ...factsOutside(event, viewer) } : context;
  return decideView(event.pdu, viewer, viewer.kind === 'server' ? { ...facts, serverHadAccess: hadAccess(facts) } : facts);
}

/** Why an event is not in what the viewer reads, whatever it holds. */
type Unserved = (event: ViewedEvent) => ViewReason | undefined;

type PlaceOptions = FactsOptions & { readonly pastStates: boolean };

function placeTest(room: ViewedRoom, viewer: Viewer, { surface, notes, pastStates, erasure }: PlaceOptions): Unserved {
  const state = surface === 'state' && viewer.kind !== 'server' && !pastStates ? stateReadBy(room, notes, erasure.profile.law) : undefined;
  return (event) => {
    if (isRefused(room.graph, event.eventId)) return 'rejected';
    if (surface === 'state') return state === undefined || state.has(event.eventId) ? undefined : 'not-in-state';
    return event.outlier && !isServedOutside(event, viewer) ? 'outside-history' : undefined;
  };
}

/** Events outside the history of a room: invites and their refusals concern one user, and other servers ask for auth events. */
function isServedOutside({ pdu }: ViewedEvent, viewer: Viewer): boolean {
  return viewer.kind === 'server' || ('id' in viewer && pdu.type === 'm.room.member' && pdu.state_key === viewer.id);
}

function factsOutside({ pdu }: ViewedEvent, viewer: Viewer): ViewFacts {
  return {
    historyVisibility: viewer.kind === 'server' ? 'shared' : 'world_readable',
    membershipAtEvent: viewer.kind === 'server' ? null : membershipIn(pdu) ?? null,
    joinedUntilErasure: false, joinedAfterErasure: false, everInRoom: false, serverHadAccess: false, isCurrentState: false,
  };
}
