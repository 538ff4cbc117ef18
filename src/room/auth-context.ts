import { isJsonObject, own } from '../json/value.ts';
import type { JsonValue } from '../json/value.ts';
import type { Pdu } from '../event/pdu.ts';
import type { ServerName } from '../identifiers/identifiers.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import type { PowerLevels } from './power-levels.ts';

/** What an event is judged by: the rules of its room's version and a state of the room. */
export type AuthContext = {
  readonly rules: RoomVersionRules;
  /** The event that holds a place of the state. */
  readonly state: (type: string, stateKey: string) => Pdu | undefined;
  /** The create event's ID; without it that event's own `event_id`, or else the ID is computed. */
  readonly createEventId?: string | undefined;
  /** Whether a server has validly signed an event; without it, that is left to the check of signatures on receipt. */
  readonly signedBy?: ((event: Pdu, server: ServerName) => boolean) | undefined;
};

/** A context whose create event has been found. */
export type RoomContext = AuthContext & { readonly create: Pdu };

/** The memberships that a user can have in a room; `undefined` where the room never heard of them. */
export type Membership = 'join' | 'invite' | 'knock' | 'leave' | 'ban';

const MEMBERSHIPS: ReadonlySet<unknown> = new Set(['join', 'invite', 'knock', 'leave', 'ban']);

/**
 * The membership that a member event gives, or `undefined` if it is missing or of no known kind.
 * @example membershipIn({ type: 'm.room.member', content: { membership: 'join' } }) // 'join'
 */
export function membershipIn(event: Pdu | undefined): Membership | undefined {
  const membership = contentField(event, 'membership');
  return isMembership(membership) ? membership : undefined;
}

/** A field of an event's content; `undefined` where there is no event, or no content. */
export function contentField(event: Pdu | undefined, key: string): JsonValue | undefined {
  return isJsonObject(event?.content) ? own(event.content, key) : undefined;
}

function isMembership(value: unknown): value is Membership {
  return MEMBERSHIPS.has(value);
}

/**
 * A user's membership in a state.
 * @example membershipOf('@a:b', { state: () => undefined }) // undefined
 */
export function membershipOf(user: string, context: Pick<AuthContext, 'state'>): Membership | undefined {
  return membershipIn(context.state('m.room.member', user));
}

/** The power levels of a state. */
export function powerLevelsOf(context: RoomContext): PowerLevels {
  return {
    create: context.create,
    content: context.state('m.room.power_levels', '')?.content,
    rules: context.rules.authorization,
  };
}

/** The part of an ID after its first colon, of whatever grammar: what the rules compare as a domain. */
export function domainOf(id: JsonValue | undefined): string | undefined {
  const colon = typeof id === 'string' ? id.indexOf(':') : -1;
  return typeof id === 'string' && colon >= 0 ? id.slice(colon + 1) : undefined;
}
