import { isState, type Pdu } from '../event/pdu.ts';
import { findHazard, type Standing } from './hazards.ts';
import type { PlanEntry, Reach, Treatment, TreatmentReason } from './plan.ts';
import { storedAs, type ErasureProfile } from './profiles.ts';
import type { OwnEvent } from './room-notes.ts';
import type { RoomVersionRules } from '../rules/types.ts';

/** What a decision about one event rests on. */
export type DecisionContext = {
  readonly rules: RoomVersionRules;
  readonly profile: ErasureProfile;
  /** Whether nobody but the subjects ever had access to anything in the room, and the whole of it is in scope. */
  readonly soleAccess: boolean;
  readonly keepLabels: boolean;
  readonly standing: (eventId: string) => Standing;
  /** Whether a redaction of the subject's takes effect, or may do so once its target arrives. */
  readonly applies: (redaction: OwnEvent) => boolean;
  /** Why a redaction sent into the room would not be accepted. */
  readonly reach: Reach | undefined;
};

/** State that is nothing but a text for people: the room works without it. */
export const ROOM_LABELS: readonly string[] = [
  'm.room.name', 'm.room.topic', 'm.room.avatar', 'm.room.canonical_alias', 'm.room.pinned_events',
];

type Decision = { readonly treatment: Treatment; readonly reason: TreatmentReason; readonly hazard?: string };

/** What happens to one event of the subject. */
export function decide(event: OwnEvent, context: DecisionContext): PlanEntry {
  const decision = decisionFor(event, context);
  const { type, state_key } = event.pdu;
  return {
    event_id: event.eventId,
    type,
    ...(state_key === undefined ? {} : { state_key }),
    ...decision,
    ...(context.reach === undefined || decision.treatment === 'purge' ? {} : { reach: context.reach }),
    ...(event.media.length === 0 ? {} : { media: event.media }),
  };
}

function decisionFor(event: OwnEvent, context: DecisionContext): Decision {
  if (context.soleAccess) return { treatment: 'purge', reason: 'sole-access-room' };
  if (event.pdu.type === 'm.room.redaction' && context.applies(event)) return decideRedaction(context);
  if (isState(event.pdu)) return decideState(event, context);
  return storedAs(context.profile.message) === 'hide'
    ? { treatment: 'hide', reason: 'others-had-access' }
    : { treatment: 'redact', reason: 'others-had-access' };
}

function decideState(event: OwnEvent, context: DecisionContext): Decision {
  const standing = context.standing(event.eventId);
  if (context.keepLabels && standing.current && isLabel(event.pdu)) return { treatment: 'keep', reason: 'room-label' };
  const hazard = findHazard(event.pdu, standing, context.rules);
  if (hazard !== undefined) return { treatment: 'keep', reason: 'hazard', hazard: hazard.id };
  return { treatment: storedAs(context.profile.state), reason: 'own-state' };
}

/** Without its target a redaction would be undone on every server that receives it from here. */
function decideRedaction({ rules }: DecisionContext): Decision {
  return rules.redacts.location === 'event'
    ? { treatment: 'keep', reason: 'applied-redaction' }
    : { treatment: 'redact', reason: 'own-redaction' };
}

/** Whether a state event is a label of its room. */
export function isLabel(event: Pdu): boolean {
  return ROOM_LABELS.includes(event.type);
}
