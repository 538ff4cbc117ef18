import { isState, type Pdu } from '../../event/pdu.ts';
import { redactionTarget } from '../../event/redaction-target.ts';
import { isLabel } from '../decide.ts';
import { findHazard } from '../hazards.ts';
import type { ProfileRow, Seen } from '../profiles.ts';
import { hadAccess, hiddenBefore } from './access.ts';
import { synapseView } from './synapse-law.ts';
import type { ViewContext, ViewDecision, ViewReason, Viewer } from './viewer.ts';

/**
 * How a viewer is served an event after an erasure, and why. What history visibility did not show before, no erasure shows; a server is never
 * served nothing, because its graph would break.
 * @see https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountdeactivate
 * @example decideView({ type: 'm.room.message', sender: '@a:b', content: {} }, { kind: 'anonymous' }, { profile: erasureProfiles.notice, rules: roomVersion('11'), subjects: ['@a:b'], effectiveAt: 9, historyVisibility: 'world_readable', membershipAtEvent: null, joinedUntilErasure: false, joinedAfterErasure: false, everInRoom: false, serverHadAccess: false, isCurrentState: false }) // { seen: 'hidden', reason: 'new-viewer' }
 */
export function decideView(event: Pdu, viewer: Viewer, context: ViewContext): ViewDecision {
  if (context.profile.law === 'synapse') return synapseView(event, viewer, context);
  const hidden = hiddenBefore(event, viewer, context);
  if (hidden !== undefined) return withheld(viewer, hidden);
  const decision = context.subjects.includes(event.sender ?? '') ? decideOwn(event, viewer, context) : NOT_OWN;
  if (decision.seen === 'hidden') return withheld(viewer, decision.reason);
  return decision.seen === 'full' && context.isRedacted === true ? ALREADY_REDACTED : decision;
}

const NOT_OWN: ViewDecision = Object.freeze({ seen: 'full', reason: 'not-own' });
const ALREADY_REDACTED: ViewDecision = Object.freeze({ seen: 'redacted', reason: 'already-redacted' });

function withheld(viewer: Viewer, reason: ViewReason): ViewDecision {
  return { seen: viewer.kind === 'server' ? 'redacted' : 'hidden', reason };
}

function decideOwn(event: Pdu, viewer: Viewer, context: ViewContext): ViewDecision {
  if (context.outOfScope === true) return { seen: 'full', reason: 'out-of-scope' };
  if (viewer.kind === 'user' && context.subjects.includes(viewer.id)) return { seen: 'full', reason: 'own-view' };
  const kept = context.profile.protectsRoom ? keptFor(event, context) : undefined;
  if (kept !== undefined) return kept;
  const [column, reason] = columnFor(viewer, context);
  return { seen: rowOf(event, context)[column], reason };
}

function rowOf(event: Pdu, { profile }: ViewContext): ProfileRow {
  return isState(event) ? profile.state : profile.message;
}

/** What everybody is served so that the room stays one room: what may not be redacted, and redactions with their target. */
function keptFor(event: Pdu, { rules, isCurrentState, inAuthChain = true, applies = true, keepLabels = false }: ViewContext): ViewDecision | undefined {
  if (applies && redactionTarget(event, rules.redacts) !== undefined) {
    // Without its target a redaction would be undone on whoever receives it.
    const seen: Seen = rules.redacts.location === 'event' ? 'full' : 'redacted';
    return { seen, reason: 'applied-redaction' };
  }
  if (!isState(event)) return undefined;
  if (keepLabels && isCurrentState && isLabel(event)) return { seen: 'full', reason: 'room-label' };
  const hazard = findHazard(event, { current: isCurrentState, inAuthChain, inRoom: true }, rules);
  return hazard === undefined ? undefined : { seen: 'full', reason: 'hazard' };
}

/** The column of the profile that a viewer belongs to. */
function columnFor(viewer: Viewer, context: ViewContext): readonly [keyof ProfileRow, ViewReason] {
  switch (viewer.kind) {
    case 'user':
      return hadAccess(context) && context.alreadyErased?.includes(viewer.id) !== true ? ['hadAccess', 'had-access'] : ['newUser', 'new-viewer'];
    case 'guest':
    case 'anonymous':
      return hadAccess(context) ? ['hadAccess', 'had-access'] : ['newGuest', 'new-viewer'];
    case 'server':
      return context.serverHadAccess ? ['serverHadAccess', 'server-had-access'] : ['otherServer', 'other-server'];
    case 'applicationService':
      return context.membershipAtEvent === 'join' ? ['serviceThere', 'service-there'] : ['otherService', 'other-service'];
    case 'admin':
      // What those who had access are served is what is stored.
      return ['hadAccess', 'administrator'];
    default:
      return viewer satisfies never;
  }
}
