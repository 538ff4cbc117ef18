import { isState, type Pdu } from '../../event/pdu.ts';
import { redactionTarget } from '../../event/redaction-target.ts';
import type { Membership } from '../../room/auth-context.ts';
import type { HistoryVisibility } from '../../room/history-visibility.ts';
import { isJoinedNow, readsState, serverMaySee, visibilitiesAt, whyHidden } from './access.ts';
import type { ViewContext, ViewDecision, ViewFacts, Viewer } from './viewer.ts';

/** Event types that Synapse sends to no client but as state. */
const NEVER_SERVED: ReadonlySet<string> = new Set(['m.room.aliases', 'org.matrix.dummy_event']);

/**
 * What Synapse 1.163 serves, faults included. An erasure turns full into redacted for whoever was not joined when the event was sent, whether
 * or not they had access, and does so in the history that a client asks for; state, the stream of an application service and what an
 * administrator reads are not filtered.
 */
export function synapseView(event: Pdu, viewer: Viewer, context: ViewContext): ViewDecision {
  const isOwn = context.subjects.includes(event.sender ?? '') && context.outOfScope !== true;
  const decision = servedBySynapse(event, viewer, { ...context, isOwn });
  const gone = context.isRedacted === true ? 'already-redacted' : overwritten(event, context) ? 'overwritten' : undefined;
  return gone !== undefined && decision.seen === 'full' ? { seen: 'redacted', reason: gone } : decision;
}

type SynapseContext = ViewContext & { readonly isOwn: boolean };

function servedBySynapse(event: Pdu, viewer: Viewer, context: SynapseContext): ViewDecision {
  switch (viewer.kind) {
    case 'admin':
      return { seen: 'full', reason: 'not-filtered' };
    case 'applicationService':
      return toService(context);
    case 'server':
      return toServer(event, context);
    default:
      return context.surface === 'state' ? asState(event, context) : toClient(event, viewer, context);
  }
}

/** A service is sent everything of the rooms that concern it; what it may read of others its users may. */
function toService(context: SynapseContext): ViewDecision {
  const { visible } = byMembership(context, { isOwn: false, membership: context.membershipAtEvent });
  return visible ? { seen: 'full', reason: 'not-filtered' } : { seen: 'hidden', reason: whyHidden(context) };
}

function toServer(event: Pdu, context: SynapseContext): ViewDecision {
  if (context.surface === 'state' && isState(event)) return { seen: 'full', reason: context.isOwn ? 'not-filtered' : 'not-own' };
  if (context.isOwn) return { seen: 'redacted', reason: 'sender-erased' };
  return serverMaySee(context) ? { seen: 'full', reason: 'not-own' } : { seen: 'redacted', reason: whyHidden(context) };
}

function asState(event: Pdu, context: SynapseContext): ViewDecision {
  if (!isState(event)) return { seen: 'hidden', reason: 'not-state' };
  if (!mayAskForState(context)) return { seen: 'hidden', reason: whyHidden(context) };
  return { seen: 'full', reason: context.isOwn ? 'not-filtered' : 'not-own' };
}

/** Whoever is in the room, or left it; to everybody else, whoever was banned among them, the room is open only if the world may read it. */
function mayAskForState(facts: ViewFacts): boolean {
  const { currentMembership } = facts;
  if (currentMembership === undefined || currentMembership === null) return readsState(facts);
  return currentMembership === 'join' || currentMembership === 'leave' || facts.historyVisibility === 'world_readable';
}

function toClient(event: Pdu, viewer: Viewer, context: SynapseContext): ViewDecision {
  const { isOwn } = context;
  if (NEVER_SERVED.has(event.type)) return { seen: 'hidden', reason: 'never-served' };
  if (context.isWithheld === true || namesNothing(event, context)) return { seen: 'hidden', reason: 'withheld-redaction' };
  if (context.surface === 'sync' && context.isCurrentState && isState(event) && isJoinedNow(context)) {
    return { seen: 'full', reason: isOwn ? 'not-filtered' : 'not-own' };
  }
  const { visible, joined } = byMembership(context, { isOwn, ...membershipFor(event, viewer, context) });
  if (!visible) return { seen: 'hidden', reason: whyHidden(context) };
  if (!isOwn) return { seen: 'full', reason: 'not-own' };
  return joined ? { seen: 'full', reason: 'joined-at-event' } : { seen: 'redacted', reason: 'not-joined-at-event' };
}

type ByMembership = { readonly isOwn: boolean; readonly membership: Membership | null; readonly ownLeave?: boolean };

function byMembership(facts: SynapseContext, { isOwn, membership, ownLeave = false }: ByMembership): { readonly visible: boolean; readonly joined: boolean } {
  const [visibility] = visibilitiesAt(facts);
  if (visibility === undefined) return { visible: false, joined: false };
  // The laxer side of a change of visibility counts only if its sender is not erased.
  const lax = !isOwn && visibilitiesAt(facts).some((either) => showsEverybody(either, facts));
  if (ownLeave) return { visible: true, joined: false };
  if (membership === 'join') return { visible: true, joined: true };
  return { visible: lax || showsEverybody(visibility, facts) || (visibility === 'invited' && membership === 'invite'), joined: false };
}

function showsEverybody(visibility: HistoryVisibility, facts: SynapseContext): boolean {
  return visibility === 'world_readable' || (visibility === 'shared' && readsShared(facts));
}

/** A redaction that names no target: one that was redacted before room version 11, say. */
function namesNothing(event: Pdu, { rules }: SynapseContext): boolean {
  return event.type === 'm.room.redaction' && redactionTarget(event, rules.redacts) === undefined;
}

/** Shared history is for those in the room; to `/messages` and `/sync` those who left are no strangers. */
function readsShared(context: SynapseContext): boolean {
  return context.surface === 'event' || context.surface === 'context' ? isJoinedNow(context) : !peeks(context);
}

function peeks({ currentMembership, everInRoom }: ViewFacts): boolean {
  return currentMembership === undefined ? !everInRoom : currentMembership !== 'join' && currentMembership !== 'leave';
}

const MOST_JOINED: readonly (Membership | null)[] = ['join', 'invite', 'knock', 'leave', 'ban'];

/** Of the viewer's own membership event the better side counts, and a leave is shown to whoever it is about. */
function membershipFor(event: Pdu, viewer: Viewer, facts: ViewFacts): Omit<ByMembership, 'isOwn'> {
  const { membershipAtEvent: now, previousMembership: before } = facts;
  const isTheirs = event.type === 'm.room.member' && 'id' in viewer && event.state_key === viewer.id;
  if (!isTheirs || before === undefined) return { membership: now };
  const ownLeave = now === 'leave' && (before === 'join' || before === 'invite');
  return { membership: MOST_JOINED.find((one) => one === now || one === before) ?? null, ownLeave };
}

/** Whether the server overwrote an event when it parted the erased user from the room. */
function overwritten(event: Pdu, { subjects, subjectWasJoined }: ViewContext): boolean {
  return subjectWasJoined === true && event.type === 'm.room.member' && subjects.includes(event.state_key ?? '');
}
