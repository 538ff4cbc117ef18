import { own } from '../json/value.ts';
import type { Pdu } from '../event/pdu.ts';
import { isUserId } from '../identifiers/identifiers.ts';
import { domainOf, membershipOf, powerLevelsOf } from './auth-context.ts';
import type { AuthContext, RoomContext } from './auth-context.ts';
import { authorizeCreate } from './authorize-create.ts';
import { authorizeMember } from './authorize-member.ts';
import { authorizePowerLevels } from './authorize-power-levels.ts';
import { namedLevel, requiredLevel, userLevel } from './power-levels.ts';
import { isReadable, readableState } from './readable.ts';
import { ALLOWED, refuse } from './verdict.ts';
import type { AuthVerdict } from './verdict.ts';

/**
 * Whether the rules allow an event in a state of its room. The rules about the event's own list of auth events are
 * {@link checkAuthEvents}; an event received is judged by both.
 * @throws {CanonicalJsonError} when the create event's ID is not given and it has no canonical form to compute it from
 * @see https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules
 * @example authorize({ type: 'm.room.message', content: {}, sender: '@eve:example.org' }, { rules: roomVersion('11'), state: () => undefined }) // { allowed: false, rule: 'create-missing', reason: 'the state has no create event' }
 */
export function authorize(event: Pdu, context: AuthContext): AuthVerdict {
  // What has not the form of an event of its version is none.
  if (!isReadable(event)) return refuse('format', 'the event has not the form of one');
  return authorizeReadable(event, { ...context, state: readableState(context.state) });
}

/** The same where the event and the state are known to have the form of events. */
export function authorizeReadable(event: Pdu, context: AuthContext): AuthVerdict {
  if (event.type === 'm.room.create') return authorizeCreate(event, context.rules);

  // Without a create event among what allows it nothing is allowed.
  const create = context.state('m.room.create', '');
  if (create === undefined) return refuse('create-missing', 'the state has no create event');
  return authorizeInRoom(event, { ...context, create });
}

function authorizeInRoom(event: Pdu, context: RoomContext): AuthVerdict {
  const rules = context.rules.authorization;
  const { sender } = event;
  // A room that does not federate takes events from its creator's server alone.
  if (own(context.create.content, 'm.federate') === false && domainOf(sender) !== domainOf(context.create.sender)) {
    return refuse('federation', 'the room does not federate and the sender is of another server than its creator');
  }
  // An event has a sender, who is a user.
  if (sender === undefined || !isUserId(sender)) return refuse('sender', 'the sender is no user ID');

  // Versions 1 to 5: aliases belong to a server, whatever the sender's power.
  if (rules.aliases && event.type === 'm.room.aliases') return authorizeAliases(event);

  if (event.type === 'm.room.member') return authorizeMember(event, sender, context);

  // Everything else is for members.
  if (membershipOf(sender, context) !== 'join') return refuse('sender-not-joined', 'the sender is not joined');

  return authorizeByPower(event, sender, context);
}

function authorizeAliases(event: Pdu): AuthVerdict {
  // Without a state key it is refused.
  if (event.state_key === undefined) return refuse('aliases-state-key', 'an aliases event has a state key');
  // The state key is the sender's server.
  return domainOf(event.sender) === event.state_key
    ? ALLOWED
    : refuse('aliases-domain', 'the state key is not the sender\'s server');
}

function authorizeByPower(event: Pdu, sender: string, context: RoomContext): AuthVerdict {
  const levels = powerLevelsOf(context);
  const power = userLevel(levels, sender);

  // A third-party invite needs the invite level, and that alone.
  if (event.type === 'm.room.third_party_invite') {
    return power >= namedLevel(levels, 'invite') ? ALLOWED : refuse('third-party-invite-power', 'the sender is below the invite level');
  }
  // The sender has the level that events of this type need.
  if (requiredLevel(levels, event) > power) return refuse('required-power', 'the sender is below the level that this type needs');

  // A state key that begins with @ is for the user whom it names.
  if (event.state_key?.startsWith('@') === true && !ownsStateKey(event.state_key, sender, context)) {
    return refuse('owned-state-key', 'the state key names another user');
  }
  if (event.type === 'm.room.power_levels') return authorizePowerLevels(event, sender, context);

  // Versions 1 and 2: a redaction needs the redact level, or a target from the same server.
  if (context.rules.authorization.redaction && event.type === 'm.room.redaction') {
    const near = domainOf(event.redacts);
    if (power < namedLevel(levels, 'redact') && (near === undefined || near !== domainOf(event.event_id))) {
      return refuse('redaction-power', 'the sender is below the redact level and the target\'s ID is of another server');
    }
  }
  return ALLOWED;
}

/** With MSC3757 a user also owns keys that begin with their ID and an underscore, and outranks the owners below them. */
function ownsStateKey(stateKey: string, sender: string, context: RoomContext): boolean {
  if (stateKey === sender) return true;
  if (!context.rules.authorization.ownedStateSuffix) return false;
  const underscore = stateKey.indexOf('_', stateKey.indexOf(':') + 1);
  const owner = underscore < 0 ? stateKey : stateKey.slice(0, underscore);
  if (!isUserId(owner)) return false;
  const levels = powerLevelsOf(context);
  return owner === sender || userLevel(levels, sender) > userLevel(levels, owner);
}
