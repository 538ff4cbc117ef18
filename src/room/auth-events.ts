import { isJsonObject, own } from '../json/value.ts';
import type { Pdu } from '../event/pdu.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { isReadable } from './readable.ts';
import { stateKeyOf } from './state-map.ts';
import type { StateKey, StateMap } from './state-map.ts';
import { ALLOWED, refuse } from './verdict.ts';
import type { AuthVerdict } from './verdict.ts';

/** What the list of an event's auth events is judged by. */
export type AuthEventsContext = {
  readonly rules: RoomVersionRules;
  /** Whether an auth event was itself rejected when it was received. */
  readonly rejected?: ((event: Pdu) => boolean) | undefined;
  /** The ID of the room's accepted create event; without it, from version 12, the room ID goes unchecked. */
  readonly createEventId?: string | undefined;
};

const WITH_JOIN_RULES: ReadonlySet<unknown> = new Set(['join', 'invite', 'knock']);

/**
 * The places of the state from which an event's auth events are taken.
 * @see https://spec.matrix.org/v1.19/server-server-api/#auth-events-selection
 * @example authEventKeys({ type: 'm.room.message', content: {}, sender: '@a:b' }, roomVersion('12')).length // 2
 */
export function authEventKeys(event: Pdu, rules: RoomVersionRules): readonly StateKey[] {
  // A create event comes before everything else.
  if (event.type === 'm.room.create') return [];
  const keys: StateKey[] = [];
  // The create event, unless the room ID already names it.
  if (!rules.authorization.createFromRoomId) keys.push(stateKeyOf('m.room.create', ''));
  // The power levels, and the sender's membership.
  keys.push(stateKeyOf('m.room.power_levels', ''));
  if (event.sender !== undefined) keys.push(stateKeyOf('m.room.member', event.sender));
  if (event.type === 'm.room.member') keys.push(...memberKeys(event, rules));
  return [...new Set(keys)];
}

function memberKeys(event: Pdu, rules: RoomVersionRules): readonly StateKey[] {
  const membership = own(event.content, 'membership');
  const keys: StateKey[] = [];
  // The target's membership.
  if (event.state_key !== undefined) keys.push(stateKeyOf('m.room.member', event.state_key));
  // To join, invite or knock: the join rules.
  if (WITH_JOIN_RULES.has(membership)) keys.push(stateKeyOf('m.room.join_rules', ''));
  // To redeem a third-party invite: the invitation.
  const token = membership === 'invite' ? invitationToken(event) : undefined;
  if (token !== undefined) keys.push(stateKeyOf('m.room.third_party_invite', token));
  // To join with somebody's help: the membership of that user.
  const helper = own(event.content, 'join_authorised_via_users_server');
  if (membership === 'join' && rules.authorization.restricted && typeof helper === 'string') {
    keys.push(stateKeyOf('m.room.member', helper));
  }
  return keys;
}

function invitationToken(event: Pdu): string | undefined {
  const invite = own(event.content, 'third_party_invite');
  const signed = isJsonObject(invite) ? own(invite, 'signed') : undefined;
  const token = isJsonObject(signed) ? own(signed, 'token') : undefined;
  return typeof token === 'string' ? token : undefined;
}

/**
 * The IDs of the auth events that an event sent in this state has.
 * @see https://spec.matrix.org/v1.19/server-server-api/#auth-events-selection
 * @example authEventsFor({ type: 'm.room.topic', state_key: '', content: {} }, new Map([[stateKeyOf('m.room.power_levels', ''), '$levels']]), roomVersion('12')) // ['$levels']
 */
export function authEventsFor(event: Pdu, state: StateMap, rules: RoomVersionRules): readonly string[] {
  return authEventKeys(event, rules).flatMap((key) => state.get(key) ?? []);
}

/**
 * Whether an event may cite these auth events: the rules that look at the list itself. Auth events that are not known
 * are not in the list; whether to wait for them is for the caller to decide.
 * @see https://spec.matrix.org/v1.19/rooms/v11/#authorization-rules
 * @example checkAuthEvents({ type: 'm.room.message', content: {} }, [], { rules: roomVersion('12') }) // { allowed: true }
 */
export function checkAuthEvents(event: Pdu, authEvents: readonly Pdu[], context: AuthEventsContext): AuthVerdict {
  if (!isReadable(event)) return refuse('format', 'the event has not the form of one');
  if (event.type === 'm.room.create') return ALLOWED;

  // From version 12: the room ID is the ID of the create event, with the other sigil.
  if (context.rules.authorization.createFromRoomId && !isOfRoom(event, context.createEventId)) {
    return refuse('room-id-create', 'the room ID is not the ID of an accepted create event');
  }
  const expected: ReadonlySet<string> = new Set(authEventKeys(event, context.rules));
  const places = authEvents.map((auth) => (isReadable(auth) && auth.state_key !== undefined ? stateKeyOf(auth.type, auth.state_key) : undefined));

  // No place of the state is cited twice.
  if (new Set(places).size < places.length) return refuse('auth-events-duplicate', 'two auth events hold the same place of the state');

  // None is cited that the selection does not name: from version 12 the create event is such a one.
  if (!places.every((place) => place !== undefined && expected.has(place))) {
    return refuse('auth-events-unexpected', 'an auth event is not one of those that such an event has');
  }
  // None was rejected.
  if (context.rejected !== undefined && authEvents.some(context.rejected)) {
    return refuse('auth-events-rejected', 'an auth event was rejected');
  }
  // The create event is among them, up to version 11.
  if (!context.rules.authorization.createFromRoomId && !authEvents.some((auth) => auth.type === 'm.room.create')) {
    return refuse('auth-events-create', 'the create event is not among the auth events');
  }
  // All are of the same room.
  return authEvents.every((auth) => auth.room_id === event.room_id)
    ? ALLOWED
    : refuse('auth-events-other-room', 'an auth event is of another room');
}

function isOfRoom(event: Pdu, createEventId: string | undefined): boolean {
  return createEventId === undefined || event.room_id === `!${createEventId.slice(1)}`;
}
