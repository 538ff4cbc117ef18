import { isState, type Pdu } from '../event/pdu.ts';
import { membershipOf, powerLevelsOf } from '../room/auth-context.ts';
import { requiredLevel, userLevel } from '../room/power-levels.ts';
import { isLabel } from './decide.ts';
import { hazards, type Standing } from './hazards.ts';
import type { PlanEntry, PlanRemedy, RemedyObstacle } from './plan.ts';
import { isReplaceable } from './remedy-content.ts';
import type { OwnEvent } from './own-event.ts';
import type { CurrentState } from './room-facts.ts';
import type { RoomVersionRules } from '../rules/types.ts';

/** What remedies are looked for in. */
export type RemedyContext = {
  readonly rules: RoomVersionRules;
  readonly current: CurrentState;
  readonly standing: (eventId: string) => Standing;
  /** Who would send them. */
  readonly sender: string | undefined;
};

/** What another member would send first: replacements of what is kept as a hazard while it is current, and of labels that would be lost. */
export function planRemedies(planned: readonly (readonly [OwnEvent, PlanEntry])[], context: RemedyContext): readonly PlanRemedy[] {
  return planned.flatMap(([event, entry]) => {
    const { pdu, eventId } = event;
    const hazard = hazardRemoved(event, entry, context.standing(eventId));
    if (hazard === undefined || !isState(pdu) || !isReplaceable(pdu.type)) return [];
    const obstacle = context.sender === undefined ? undefined : obstacleTo(pdu, context.sender, context);
    return [{
      source: eventId, type: pdu.type, state_key: pdu.state_key, hazard,
      ...(context.sender === undefined ? {} : { sender: context.sender }),
      ...(obstacle === undefined ? {} : { obstacle }),
    }];
  });
}

/** The hazard that goes when the event is no longer current, or `label`. What others rest on stays a hazard all the same. */
function hazardRemoved({ pdu }: OwnEvent, entry: PlanEntry, standing: Standing): string | undefined {
  if (!standing.current) return undefined;
  if (entry.treatment === 'redact' && isLabel(pdu)) return 'label';
  const hazard = hazards.find(({ id }) => id === entry.hazard);
  const ends = hazard?.during === 'current' || (hazard?.during === 'auth-chain' && !standing.inAuthChain);
  return ends ? hazard?.id : undefined;
}

function obstacleTo(replaced: Pdu, sender: string, { rules, current }: RemedyContext): RemedyObstacle | undefined {
  const state = current.event;
  const create = state('m.room.create', '');
  if (create === undefined) return 'state-unknown';
  if (membershipOf(sender, { state }) !== 'join') return 'not-joined';
  const levels = powerLevelsOf({ rules, state, create });
  return userLevel(levels, sender) < requiredLevel(levels, replaced) ? 'no-power' : undefined;
}
