import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import { stringifyJson } from '../json/stringify-json.ts';
import type { Pdu } from '../event/pdu.ts';
import { redact } from '../event/redact.ts';
import { findHazard } from './hazards.ts';
import { jsonIn } from './texts.ts';
import type { RoomVersionRules } from '../rules/types.ts';

/** What tells a copy of the subject's from others. */
export type CopyContext = {
  readonly rules: RoomVersionRules;
  readonly isSubject: (sender: string) => boolean;
  /** Whether an event ID is one of the subject's events. */
  readonly isOwnEvent: (eventId: string) => boolean;
  /** Whether the subject ever set this place of the room's state. */
  readonly hasOwnState: (type: string, stateKey: string) => boolean;
  /** Whether copies of an event stay, because whoever gets them is served the event itself as it is. Without it none stay. */
  readonly mayKeep?: (eventId: string) => boolean;
};

/**
 * The event without the copies of the subject's events that a server put into its `unsigned`: the content that a state
 * event replaced, the stripped state of an invite, bundled edits and thread replies, and the reason of a redaction. The
 * same event where there are none. `unsigned` is in no hash and no signature.
 * @see https://spec.matrix.org/v1.19/client-server-api/#definition-clientevent_unsigneddata
 * @example withoutDerivedCopies({ type: 'm.room.topic', content: {}, unsigned: { prev_content: { topic: 'x' }, prev_sender: '@a:b' } }, { rules: roomVersion('11'), isSubject: () => true, isOwnEvent: () => false }).unsigned // { prev_sender: '@a:b' }
 */
export function withoutDerivedCopies(event: Pdu, context: CopyContext): Pdu {
  const { unsigned } = event;
  if (!isJsonObject(unsigned)) return event;
  const cleaned = notesWithoutCopies(unsigned, event, context);
  return cleaned === unsigned ? event : { ...event, unsigned: cleaned };
}

/**
 * The same for what else a server noted beside an event: it may hold anything that `unsigned` may. The same object where there are no copies.
 */
export function notesWithoutCopies(notes: JsonObject, event: Pdu, context: CopyContext): JsonObject {
  // In a place that the subject had, what replaced an event that nobody knows may have replaced theirs.
  const known = saysWhoWasReplaced(notes, context) || !context.hasOwnState(event.type, event.state_key ?? '');
  return cleanObject(known ? notes : omit(notes, 'prev_content'), context);
}

function saysWhoWasReplaced(unsigned: JsonObject, { mayKeep }: CopyContext): boolean {
  const replaced = own(unsigned, 'replaces_state');
  return typeof own(unsigned, 'prev_sender') === 'string' || (typeof replaced === 'string' && mayKeep?.(replaced) === true);
}

function withoutPreviousContent(object: JsonObject, context: CopyContext): JsonObject {
  if (!Object.hasOwn(object, 'prev_content')) return object;
  const sender = own(object, 'prev_sender');
  const replaced = own(object, 'replaces_state');
  if (typeof replaced === 'string' && context.mayKeep?.(replaced) === true) return object;
  const bySubject = typeof sender === 'string' && context.isSubject(sender);
  const ofSubject = typeof replaced === 'string' && context.isOwnEvent(replaced);
  return bySubject || ofSubject ? omit(object, 'prev_content') : object;
}

/** The value without copies, the same value where it has none, or `undefined` where it is a copy that goes as a whole. */
function clean(value: JsonValue, context: CopyContext): JsonValue | undefined {
  if (typeof value === 'string') return cleanText(value, context);
  if (Array.isArray(value)) return cleanArray(value, context);
  if (!isJsonObject(value)) return value;
  return isCopy(value, context) ? cleanCopy(value, context) : cleanObject(value, context);
}

/** Databases keep events as JSON in a text. */
function cleanText(text: string, context: CopyContext): JsonValue | undefined {
  const inside = jsonIn(text);
  if (inside === undefined) return text;
  const cleaned = clean(inside, context);
  if (cleaned === inside) return text;
  return cleaned === undefined ? undefined : stringifyJson(cleaned);
}

function cleanArray(items: readonly JsonValue[], context: CopyContext): readonly JsonValue[] {
  const cleaned = items.map((item) => clean(item, context));
  if (cleaned.every((item, index) => item === items[index])) return items;
  return cleaned.filter((item) => item !== undefined);
}

function cleanObject(object: JsonObject, context: CopyContext): JsonObject {
  const rest = withoutPreviousContent(object, context);
  const members = Object.entries(rest).map(([key, value]) => [key, clean(value, context)] as const);
  if (members.every(([key, value]) => value === rest[key])) return rest;
  return Object.fromEntries(members.filter((member): member is readonly [string, JsonValue] => member[1] !== undefined));
}

function isCopy(value: JsonObject, { isSubject, isOwnEvent, mayKeep }: CopyContext): boolean {
  if (!isJsonObject(own(value, 'content'))) return false;
  const eventId = own(value, 'event_id');
  if (typeof eventId === 'string' && mayKeep?.(eventId) === true) return false;
  // Client events of old had `user_id` where `sender` is now.
  const senders = [own(value, 'sender'), own(value, 'user_id')];
  return senders.some((sender) => typeof sender === 'string' && isSubject(sender)) || (typeof eventId === 'string' && isOwnEvent(eventId));
}

/** State and redactions stay, in redacted form: clients need them to show the room. Of anything else no copy is owed. */
function cleanCopy(copy: JsonObject, { rules }: CopyContext): JsonObject | undefined {
  const type = own(copy, 'type');
  const content = own(copy, 'content');
  if (typeof type !== 'string' || !isJsonObject(content)) return undefined;
  const redacted = redact({ ...copy, type, content }, rules.redaction) as JsonObject;
  if (type === 'm.room.redaction') return unlessSame(copy, { ...redacted, ...targetsIn(copy), content: targetsIn(content) });
  if (typeof own(copy, 'state_key') !== 'string') return undefined;
  return unlessSame(copy, isNeverRedacted({ type, content }, rules) ? { ...redacted, content } : redacted);
}

/** What is a hazard wherever it stands is kept, and its copies with it; whether any other is current a copy does not say. */
function isNeverRedacted(event: Pdu, rules: RoomVersionRules): boolean {
  return findHazard(event, { current: false, inAuthChain: false }, rules) !== undefined;
}

/** The copy itself if nothing has gone from it: values are shared, so that fewer keys at any depth tell. */
function unlessSame(copy: JsonObject, cleaned: JsonObject): JsonObject {
  return hasKeysOf(cleaned, copy) ? copy : cleaned;
}

function hasKeysOf(cleaned: JsonObject, copy: JsonObject): boolean {
  return Object.entries(copy).every(([key, value]) => {
    const kept = own(cleaned, key);
    return kept === value || (isJsonObject(kept) && isJsonObject(value) && hasKeysOf(kept, value));
  });
}

/** What a redaction names, in either place; anything but IDs could be a text. */
function targetsIn(object: JsonObject): JsonObject {
  const redacts = own(object, 'redacts');
  const named = typeof redacts === 'string' || (Array.isArray(redacts) && redacts.every((id) => typeof id === 'string'));
  return named ? { redacts } : {};
}

function omit(object: JsonObject, key: string): JsonObject {
  if (!Object.hasOwn(object, key)) return object;
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
