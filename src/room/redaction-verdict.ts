import { redactionTarget } from '../event/redaction-target.ts';
import type { Pdu } from '../event/pdu.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { domainOf, powerLevelsOf } from './auth-context.ts';
import type { AuthContext } from './auth-context.ts';
import { namedLevel, userLevel } from './power-levels.ts';
import { isReadable, readableState } from './readable.ts';

/** Why a redaction does not apply to its target. */
export type RedactionRule =
  | 'no-target'
  | 'other-target'
  | 'self'
  | 'mutual'
  | 'other-room'
  | 'create-event'
  | 'power';

/** Whether a redaction applies: yes, no and why, or not to be told yet. */
export type RedactionVerdict =
  | { readonly verdict: 'applies' }
  | { readonly verdict: 'held'; readonly waitsFor: 'target' | 'state' }
  | { readonly verdict: 'ignored'; readonly rule: RedactionRule; readonly reason: string };

/** What a redaction is judged by: the state before it. */
export type RedactionContext = Pick<AuthContext, 'rules' | 'state'>;

const APPLIES: RedactionVerdict = { verdict: 'applies' };

/**
 * Whether a redaction that the authorization rules have let pass applies to the event that it names. Without the target, it is held until it comes.
 * @see https://spec.matrix.org/v1.19/rooms/v11/#handling-redactions
 * @example redactionVerdict({ type: 'm.room.redaction', content: { redacts: '$a' } }, undefined, { rules: roomVersion('11'), state: () => undefined }) // { verdict: 'held', waitsFor: 'target' }
 */
export function redactionVerdict(redaction: Pdu, target: Pdu | undefined, context: RedactionContext): RedactionVerdict {
  const { rules } = context;
  const named = isReadable(redaction) ? redactionTarget(redaction, rules.redacts)?.eventIds ?? [] : [];
  if (named.length === 0) return ignored('no-target', 'it names no event');

  // An event cannot redact itself; where IDs are chosen, it could say so.
  if (redaction.event_id !== undefined && named.includes(redaction.event_id)) return ignored('self', 'it names itself');

  // Both events have been received, as events.
  if (!isReadable(target)) return { verdict: 'held', waitsFor: 'target' };
  const obstacle = obstacleIn(redaction, target, named, rules);
  if (obstacle !== undefined) return obstacle;

  // The sender's server is the target's (in versions 1 and 2, their IDs are of one server), or the sender has the redact level.
  if (isOfSameServer(redaction, target, rules)) return APPLIES;
  const state = readableState(context.state);
  const create = state('m.room.create', '');
  if (create === undefined || redaction.sender === undefined) return { verdict: 'held', waitsFor: 'state' };
  const levels = powerLevelsOf({ rules, state, create });
  return userLevel(levels, redaction.sender) >= namedLevel(levels, 'redact')
    ? APPLIES
    : ignored('power', 'its sender is below the redact level and of another server');
}

function ignored(rule: RedactionRule, reason: string): RedactionVerdict {
  return { verdict: 'ignored', rule, reason };
}

function obstacleIn(redaction: Pdu, target: Pdu, named: readonly string[], rules: RoomVersionRules): RedactionVerdict | undefined {
  if (target.event_id !== undefined && !named.includes(target.event_id)) return ignored('other-target', 'it names another event');
  // The create event is what the room's rules hang on.
  if (target.type === 'm.room.create') return ignored('create-event', 'the create event is never redacted');
  if (redaction.room_id !== target.room_id) return ignored('other-room', 'the target is of another room');
  // Two events that redact each other redact neither.
  const back = redactionTarget(target, rules.redacts)?.eventIds ?? [];
  return redaction.event_id !== undefined && back.includes(redaction.event_id)
    ? ignored('mutual', 'the target redacts the redaction')
    : undefined;
}

function isOfSameServer(redaction: Pdu, target: Pdu, { authorization }: RoomVersionRules): boolean {
  const [one, other] = authorization.redaction ? [redaction.event_id, target.event_id] : [redaction.sender, target.sender];
  const domain = domainOf(one);
  return domain !== undefined && domain === domainOf(other);
}
