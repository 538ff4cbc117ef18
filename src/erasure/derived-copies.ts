import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import type { Pdu } from '../event/pdu.ts';
import { redactContent } from '../event/redact.ts';
import { findHazard } from './hazards.ts';
import type { RoomVersionRules } from '../rules/types.ts';

/** What tells a copy of the subject's from others. */
export type CopyContext = {
  readonly rules: RoomVersionRules;
  readonly isSubject: (sender: string) => boolean;
  /** Whether an event ID is one of the subject's events. */
  readonly isOwnEvent: (eventId: string) => boolean;
};

/**
 * The event without the copies of the subject's events that a server put into its `unsigned`: the content that a state
 * event replaced, the stripped state of an invite, bundled edits and thread replies, and the reason of a redaction. The
 * same event where there are none. `unsigned` is in no hash and no signature.
 * @see https://spec.matrix.org/v1.19/client-server-api/#definition-clientevent_unsigneddata
 */
export function withoutDerivedCopies(event: Pdu, context: CopyContext): Pdu {
  const { unsigned } = event;
  if (!isJsonObject(unsigned)) return event;
  const cleaned = cleanObject(withoutPreviousContent(unsigned, context), context);
  return cleaned === unsigned ? event : { ...event, unsigned: cleaned };
}

function withoutPreviousContent(unsigned: JsonObject, context: CopyContext): JsonObject {
  if (!Object.hasOwn(unsigned, 'prev_content')) return unsigned;
  const sender = own(unsigned, 'prev_sender');
  const replaced = own(unsigned, 'replaces_state');
  const bySubject = typeof sender === 'string' && context.isSubject(sender);
  const ofSubject = typeof replaced === 'string' && context.isOwnEvent(replaced);
  return bySubject || ofSubject ? omit(unsigned, 'prev_content') : unsigned;
}

/** The value without copies, the same value where it has none, or `undefined` where it is a copy that goes as a whole. */
function clean(value: JsonValue, context: CopyContext): JsonValue | undefined {
  if (Array.isArray(value)) return cleanArray(value, context);
  if (!isJsonObject(value)) return value;
  return isCopy(value, context) ? cleanCopy(value, context) : cleanObject(value, context);
}

function cleanArray(items: readonly JsonValue[], context: CopyContext): readonly JsonValue[] {
  const cleaned = items.map((item) => clean(item, context));
  if (cleaned.every((item, index) => item === items[index])) return items;
  return cleaned.filter((item) => item !== undefined);
}

function cleanObject(object: JsonObject, context: CopyContext): JsonObject {
  const members = Object.entries(object).map(([key, value]) => [key, clean(value, context)] as const);
  if (members.every(([key, value]) => value === object[key])) return object;
  return Object.fromEntries(members.filter((member): member is readonly [string, JsonValue] => member[1] !== undefined));
}

function isCopy(value: JsonObject, context: CopyContext): boolean {
  const sender = own(value, 'sender');
  return typeof sender === 'string' && isJsonObject(own(value, 'content')) && context.isSubject(sender);
}

/** State and redactions stay, in redacted form: clients need them to show the room. Of anything else no copy is owed. */
function cleanCopy(copy: JsonObject, context: CopyContext): JsonObject | undefined {
  const type = own(copy, 'type');
  const content = own(copy, 'content');
  if (typeof type !== 'string' || !isJsonObject(content)) return undefined;
  if (type === 'm.room.redaction') return withContent(omit(copy, 'unsigned'), content, pick(content, 'redacts'));
  const event: Pdu = { type, content };
  if (typeof own(copy, 'state_key') !== 'string') return undefined;
  const kept = findHazard(event, { current: true, inAuthChain: true }, context.rules) !== undefined;
  return kept ? copy : withContent(omit(copy, 'unsigned'), content, redactContent(event, context.rules.redaction));
}

function withContent(copy: JsonObject, before: JsonObject, after: JsonObject): JsonObject {
  return Object.keys(before).length === Object.keys(after).length ? copy : { ...copy, content: after };
}

function pick(object: JsonObject, key: string): JsonObject {
  const value = own(object, key);
  return value === undefined ? {} : { [key]: value };
}

function omit(object: JsonObject, key: string): JsonObject {
  if (!Object.hasOwn(object, key)) return object;
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
