import { isState, type Pdu } from '../../event/pdu.ts';
import type { Membership } from '../../room/auth-context.ts';
import { historyVisibilityFor, type HistoryVisibility } from '../../room/history-visibility.ts';
import type { ViewErasure, ViewFacts, ViewReason, Surface, Viewer } from './viewer.ts';

/** The facts about a viewer and an event, and the API that is asked. */
export type AccessFacts = ViewFacts & Pick<ViewErasure, 'effectiveAt'> & { readonly surface?: Surface };

/**
 * Whether a viewer had access to an event before the erasure: joined when it was sent; or joined between then and the erasure where history
 * is shared, or was invited at the time where that counts. Whoever could only have peeked had none, and nobody had any to what came later.
 * @example hadAccess({ historyVisibility: 'joined', membershipAtEvent: 'join', joinedUntilErasure: true, joinedAfterErasure: false, everInRoom: true, serverHadAccess: true, isCurrentState: false, effectiveAt: 0 }) // true
 */
export function hadAccess(facts: AccessFacts): boolean {
  if (isAfterErasure(facts)) return false;
  const memberships = membershipsAt(facts);
  if (memberships.includes('join')) return true;
  if (!facts.joinedUntilErasure) return false;
  // Members read the state of a room whatever its history visibility.
  return facts.surface === 'state' || visibilitiesAt(facts).some((visibility) =>
    visibility === 'shared' || visibility === 'world_readable' || (visibility === 'invited' && memberships.includes('invite')));
}

function isAfterErasure({ receivedTs, effectiveAt }: AccessFacts): boolean {
  return receivedTs !== undefined && receivedTs > effectiveAt;
}

/** Why an event was not shown to a viewer before any erasure, or `undefined` if it was. */
export function hiddenBefore(event: Pdu, viewer: Viewer, facts: AccessFacts): ViewReason | undefined {
  if (viewer.kind === 'admin') return undefined;
  // A server that joins is sent the state whatever the history visibility: without it there is no room.
  if (viewer.kind === 'server') return serverMaySee(facts) || (facts.surface === 'state' && isState(event)) ? undefined : whyHidden(facts);
  if (facts.isWithheld === true) return 'withheld-redaction';
  if (facts.surface === 'state' && !isState(event)) return 'not-state';
  return (readsAsState(event, facts) ? readsState(facts) : historyShows(facts)) ? undefined : whyHidden(facts);
}

/** Why history does not show an event: it says so, or is not there to say. */
export function whyHidden(facts: ViewFacts): ViewReason {
  return facts.historyVisibility === 'unknown' ? 'history-unknown' : 'history-visibility';
}

/** Whether any user of a server may see an event, so that the server may have it. */
export function serverMaySee(facts: ViewFacts): boolean {
  const visibilities = visibilitiesAt(facts);
  if (visibilities.length === 0) return false;
  if (facts.serverHadAccess || visibilities.some((visibility) => visibility === 'shared' || visibility === 'world_readable')) return true;
  return shows(visibilities, membershipsAt(facts), false);
}

/** Whether history shows an event to a user: for a change of visibility or of their own membership, the laxer side counts. */
function historyShows(facts: ViewFacts): boolean {
  return shows(visibilitiesAt(facts), membershipsAt(facts), joinedLater(facts));
}

function shows(visibilities: readonly HistoryVisibility[], memberships: readonly (Membership | null)[], later: boolean): boolean {
  return visibilities.some((visibility) => memberships.some((membership) =>
    historyVisibilityFor({ visibility, membership: membership ?? undefined, joinedLater: later }).visible));
}

/** Whether an event comes to the viewer as part of the room's state. */
function readsAsState(event: Pdu, facts: AccessFacts): boolean {
  return facts.surface === 'state' || (facts.surface === 'sync' && facts.isCurrentState && isState(event) && isJoinedNow(facts));
}

/** Whether somebody may read the state of a room: whoever is or was a member, and everybody where the world may read. */
export function readsState(facts: ViewFacts): boolean {
  return facts.everInRoom || joinedLater(facts) || membershipsAt(facts).includes('join') || visibilitiesAt(facts).includes('world_readable');
}

/** Whether a user joined after the event. Whoever was in the room, and had not been at the event, must have. */
export function joinedLater({ joinedUntilErasure, joinedAfterErasure, membershipAtEvent, everInRoom }: ViewFacts): boolean {
  return joinedUntilErasure || joinedAfterErasure || (membershipAtEvent === null && everInRoom);
}

/** Whether a user is in the room, as far as it is known. */
export function isJoinedNow(facts: ViewFacts): boolean {
  return facts.currentMembership === undefined ? joinedLater(facts) : facts.currentMembership === 'join';
}

/** The visibility at the event and, if it changes it, the one before. */
export function visibilitiesAt({ historyVisibility, previousVisibility }: ViewFacts): readonly HistoryVisibility[] {
  if (historyVisibility === 'unknown') return [];
  return previousVisibility === undefined || previousVisibility === 'unknown' ? [historyVisibility] : [historyVisibility, previousVisibility];
}

/** The viewer's membership at the event and, if it changes it, the one before. */
export function membershipsAt({ membershipAtEvent, previousMembership }: ViewFacts): readonly (Membership | null)[] {
  return previousMembership === undefined ? [membershipAtEvent] : [membershipAtEvent, previousMembership];
}
