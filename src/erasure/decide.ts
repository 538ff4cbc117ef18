import { isState, type Pdu } from '../event/pdu.ts';
import { findHazard, type Standing } from './hazards.ts';
import type { PlanEntry, Reach, Treatment, TreatmentReason } from './plan.ts';
import { storedAs, type ErasureProfile } from './profiles.ts';
import type { ErasureRequest } from './request.ts';
import type { OwnEvent } from './own-event.ts';
import type { RoomVersionRules } from '../rules/types.ts';

/** What a decision about one event rests on. */
export type DecisionContext = Pick<ErasureRequest, 'keepLabels' | 'redactEvents'> & {
  readonly rules: RoomVersionRules;
  readonly profile: ErasureProfile;
  /** Whether the room goes as a whole: nobody but the subjects ever had access to anything in it, and the whole of it is in scope. */
  readonly goesWhole: boolean;
  /** Whether nobody but the subjects ever had access to an event. */
  readonly soleAccess: (event: OwnEvent) => boolean;
  readonly standing: (eventId: string) => Standing;
  /** Whether a redaction of the subject's takes effect, or may do so once its target arrives. */
  readonly applies: (redaction: OwnEvent) => boolean;
  /** Whether an event is among those of the room. */
  readonly has: (eventId: string) => boolean;
  /** Why a redaction sent into the room would not be accepted. */
  readonly reach: Reach | undefined;
  readonly holdsOn: (event: OwnEvent) => readonly string[];
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
  const reach = reachOf(event, decision, context);
  const holds = context.holdsOn(event);
  return {
    event_id: event.eventId,
    type,
    ...(state_key === undefined ? {} : { state_key }),
    ...decision,
    ...(reach === undefined ? {} : { reach }),
    ...(holds.length === 0 ? {} : { holds }),
    ...(event.redacts.length === 0 ? {} : { redacts: event.redacts }),
    ...(event.media.length === 0 ? {} : { media: event.media }),
  };
}

function reachOf({ redacts }: OwnEvent, { treatment }: Decision, { reach, has }: DecisionContext): Reach | undefined {
  if (treatment === 'purge') return undefined;
  return reach ?? (redacts.length > 0 && !redacts.some(has) ? 'unknown-target' : undefined);
}

function decisionFor(event: OwnEvent, context: DecisionContext): Decision {
  if (context.goesWhole) return { treatment: 'purge', reason: 'sole-access-room' };
  if (event.pdu.type === 'm.room.redaction' && context.applies(event)) return decideRedaction(context);
  const kept = isState(event.pdu) ? whyKept(event, context) : undefined;
  if (kept !== undefined) return kept;
  if (context.soleAccess(event)) return { treatment: 'purge', reason: 'sole-access' };
  if (isState(event.pdu)) return { treatment: storedAs(context.profile.state), reason: 'own-state' };
  if (context.redactEvents === true) return { treatment: 'redact', reason: 'redact-events' };
  return { treatment: storedAs(context.profile.message), reason: 'others-had-access' };
}

function whyKept(event: OwnEvent, context: DecisionContext): Decision | undefined {
  const standing = context.standing(event.eventId);
  if (context.keepLabels === true && standing.current && isLabel(event.pdu)) return { treatment: 'keep', reason: 'room-label' };
  const hazard = findHazard(event.pdu, standing, context.rules);
  return hazard === undefined ? undefined : { treatment: 'keep', reason: 'hazard', hazard: hazard.id };
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
