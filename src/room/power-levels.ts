import { floatValue, isJsonFloat, isJsonObject, own } from '../json/value.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { Pdu } from '../event/pdu.ts';
import type { AuthorizationRules } from '../rules/types.ts';

/** A power level. Room versions 1 to 5 allow any integer, so it may be a bigint; a creator's, from version 12, is `Infinity`. */
export type PowerLevel = number | bigint;

/** The properties of `m.room.power_levels` that hold one level. */
export type NamedLevel = 'users_default' | 'events_default' | 'state_default' | 'ban' | 'redact' | 'kick' | 'invite';

/** What counts where a level is not set. */
export const NAMED_LEVELS: Readonly<Record<NamedLevel, number>> = {
  users_default: 0,
  events_default: 0,
  state_default: 50,
  ban: 50,
  redact: 50,
  kick: 50,
  invite: 0,
};

/** What the power levels of a room are read from. */
export type PowerLevels = {
  readonly create: Pdu;
  /** The content of `m.room.power_levels`, if the room has such an event. */
  readonly content: JsonObject | undefined;
  readonly rules: AuthorizationRules;
};

const INTEGER_TEXT = /^\s*[+-]?[0-9]+\s*$/;

/**
 * A power level as a room version allows it to be written, or `undefined` if it is none. Floats are cut off at the point.
 * @see https://spec.matrix.org/v1.19/rooms/v1/#mroompower_levels-events-accept-values-as-floats
 * @example parsePowerLevel(' +050 ', 'integer-string') // 50
 */
export function parsePowerLevel(value: JsonValue | undefined, form: AuthorizationRules['powerLevels']): PowerLevel | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  if (form === 'integer') return undefined;
  if (typeof value === 'string') return INTEGER_TEXT.test(value) ? narrow(BigInt(value.trim().replace('+', ''))) : undefined;
  if (form === 'integer-string') return undefined;
  if (typeof value === 'bigint') return narrow(value);
  const float = isJsonFloat(value) ? value[floatValue] : value;
  return typeof float === 'number' && Number.isFinite(float) ? narrow(BigInt(Math.trunc(float))) : undefined;
}

/** A number where it is exact; nothing where it is beyond the range of a double, as the specification asks. */
function narrow(value: bigint): PowerLevel | undefined {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  return Number.isFinite(number) ? value : undefined;
}

/**
 * Whether a user created the room: `content.creator` up to room version 10, the create event's sender from 11,
 * and `additional_creators` as well from 12.
 * @see https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules
 * @example isCreator({ type: 'm.room.create', content: {}, sender: '@a:b' }, '@a:b', roomVersion('11').authorization) // true
 */
export function isCreator(create: Pdu, user: string, rules: AuthorizationRules): boolean {
  if (rules.creatorInContent) return own(create.content, 'creator') === user;
  if (create.sender === user) return true;
  const others = rules.privilegedCreators ? own(create.content, 'additional_creators') : undefined;
  return Array.isArray(others) && others.includes(user);
}

/**
 * The power level of a user.
 * @see https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels
 * @example userLevel({ create: { type: 'm.room.create', content: {}, sender: '@a:b' }, content: undefined, rules: roomVersion('12').authorization }, '@a:b') // Infinity
 */
export function userLevel(levels: PowerLevels, user: string): PowerLevel {
  const creator = isCreator(levels.create, user, levels.rules);
  if (creator && levels.rules.privilegedCreators) return Infinity;
  if (levels.content === undefined) return creator ? 100 : NAMED_LEVELS.users_default;
  return entry(levels.content, 'users', user) ?? namedLevel(levels, 'users_default');
}

/**
 * The level that a property of `m.room.power_levels` sets, or its default.
 * @see https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels
 * @example namedLevel({ create: { type: 'm.room.create', content: {} }, content: { ban: '60' }, rules: roomVersion('9').authorization }, 'ban') // 60
 */
export function namedLevel(levels: PowerLevels, name: NamedLevel): PowerLevel {
  return (levels.content && lenient(own(levels.content, name))) ?? NAMED_LEVELS[name];
}

/**
 * The level that sending an event needs.
 * @see https://spec.matrix.org/v1.19/server-server-api/#definitions
 * @example requiredLevel({ create: { type: 'm.room.create', content: {} }, content: {}, rules: roomVersion('12').authorization }, { type: 'm.room.topic', state_key: '', content: {} }) // 50
 */
export function requiredLevel(levels: PowerLevels, event: Pdu): PowerLevel {
  const listed = levels.content && entry(levels.content, 'events', event.type);
  return listed ?? namedLevel(levels, event.state_key === undefined ? 'events_default' : 'state_default');
}

function entry(content: JsonObject, table: 'users' | 'events', key: string): PowerLevel | undefined {
  const entries = own(content, table);
  return isJsonObject(entries) ? lenient(own(entries, key)) : undefined;
}

// Levels that are already in the room's state passed the rules once; whatever form they have, they are read.
function lenient(value: JsonValue | undefined): PowerLevel | undefined {
  return value === undefined ? undefined : parsePowerLevel(value, 'integer-string-float');
}
