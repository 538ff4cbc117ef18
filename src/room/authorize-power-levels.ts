import { isJsonObject, own } from '../json/value.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { Pdu } from '../event/pdu.ts';
import { isUserId } from '../identifiers/identifiers.ts';
import type { AuthorizationRules } from '../rules/types.ts';
import { powerLevelsOf } from './auth-context.ts';
import type { RoomContext } from './auth-context.ts';
import { NAMED_LEVELS, isCreator, parsePowerLevel, userLevel } from './power-levels.ts';
import type { PowerLevel } from './power-levels.ts';
import { ALLOWED, refuse } from './verdict.ts';
import type { AuthVerdict } from './verdict.ts';

/** The rules of `m.room.power_levels`. @see https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules */
export function authorizePowerLevels(event: Pdu, sender: string, context: RoomContext): AuthVerdict {
  const rules = context.rules.authorization;
  const next = event.content;

  const form = checkForm(next, rules);
  if (!form.allowed) return form;

  // From version 12: creators have no entry, for their power cannot be changed.
  const users = own(next, 'users');
  if (rules.privilegedCreators && isJsonObject(users) && Object.keys(users).some((user) => isCreator(context.create, user, rules))) {
    return refuse('power-levels-creators', 'content.users has an entry for a creator');
  }
  // The first power levels of a room are free.
  const levels = powerLevelsOf(context);
  if (levels.content === undefined) return ALLOWED;

  return checkChanges(levels.content, next, { sender, power: userLevel(levels, sender), rules });
}

function checkForm(next: JsonObject, rules: AuthorizationRules): AuthVerdict {
  const isLevel = (value: JsonValue): boolean => parsePowerLevel(value, rules.powerLevels) !== undefined;

  // The named levels are numbers of the version's form: from version 10 integers and nothing else.
  for (const name of Object.keys(NAMED_LEVELS)) {
    const value = own(next, name);
    if (value !== undefined && !isLevel(value)) return refuse('power-levels-form', `content.${name} is no power level`);
  }
  // So are the entries of `events` and, where they count, of `notifications`.
  for (const name of limitedTables(rules)) {
    const table = own(next, name);
    const good = isJsonObject(table) ? Object.values(table).every(isLevel) : table === undefined || passesForEmpty(table, rules);
    if (!good) return refuse('power-levels-form', `content.${name} is no object of power levels`);
  }
  // `users` has user IDs as its keys and power levels as its values.
  const users = own(next, 'users') ?? {};
  if (!isJsonObject(users) || !Object.keys(users).every(isUserId) || !Object.values(users).every(isLevel)) {
    return refuse('power-levels-users-form', 'content.users is no object of user IDs and power levels');
  }
  return ALLOWED;
}

/** Only from version 10 must the tables be objects: before, an empty array holds no entry that a rule could refuse. */
function passesForEmpty(table: JsonValue, rules: AuthorizationRules): boolean {
  return rules.powerLevels !== 'integer' && Array.isArray(table) && table.length === 0;
}

function limitedTables(rules: AuthorizationRules): readonly string[] {
  return rules.notifications ? ['events', 'notifications'] : ['events'];
}

type Change = { readonly sender: string; readonly power: PowerLevel; readonly rules: AuthorizationRules };

function checkChanges(current: JsonObject, next: JsonObject, { sender, power, rules }: Change): AuthVerdict {
  // No named level above one's own is touched, none is set above it.
  for (const [name, before, after] of changes(current, next, Object.keys(NAMED_LEVELS))) {
    if (isAbove(before, power) || isAbove(after, power)) return raised(`content.${name}`);
  }
  // The same holds for the entries of `events` and, from version 6, of `notifications`.
  for (const table of limitedTables(rules)) {
    for (const [, before, after] of tableChanges(current, next, table)) {
      if (isAbove(before, power) || isAbove(after, power)) return raised(`an entry of content.${table}`);
    }
  }
  // Among users, an equal's level may not be touched either, only one's own.
  for (const [user, before, after] of tableChanges(current, next, 'users')) {
    if (user !== sender && before !== undefined && before >= power) return raised('the level of an equal');
    if (isAbove(after, power)) return raised('an entry of content.users');
  }
  return ALLOWED;
}

/** Nobody changes a level that is above their own, nor sets one there. */
const raised = (what: string): AuthVerdict => refuse('power-levels-raise', `${what} is or would be beyond the sender's power`);

const isAbove = (level: PowerLevel | undefined, power: PowerLevel): boolean => level !== undefined && level > power;

type LevelChange = readonly [name: string, before: PowerLevel | undefined, after: PowerLevel | undefined];

function tableChanges(current: JsonObject, next: JsonObject, name: string): readonly LevelChange[] {
  const [before, after] = [own(current, name), own(next, name)].map((table) => (isJsonObject(table) ? table : {}));
  if (before === undefined || after === undefined) return [];
  return changes(before, after, new Set([...Object.keys(before), ...Object.keys(after)]));
}

/** The levels that are added, changed or removed; `"50"` and `50` are the same level. */
function changes(current: JsonObject, next: JsonObject, names: Iterable<string>): readonly LevelChange[] {
  return Array.from(names, (name): LevelChange => [name, read(own(current, name)), read(own(next, name))])
    .filter(([, before, after]) => before !== after);
}

function read(value: JsonValue | undefined): PowerLevel | undefined {
  return parsePowerLevel(value, 'integer-string-float');
}
