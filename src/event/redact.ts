import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import type { RedactionRules, Retained, RetainedKeys } from '../rules/types.ts';
import type { Pdu } from './pdu.ts';

/**
 * Removes every key that the room version does not protect. Reference hash, event ID and signatures stay as they were;
 * the input is not changed, and what survives is shared with it, not copied. Keys come in the order of Canonical JSON.
 * @throws {UnredactableEventError} when `type` is no string or `content` no object: no server accepts such an event
 * @see https://spec.matrix.org/v1.19/client-server-api/#redactions
 * @example redact({ type: 'm.room.message', content: { body: 'hi' } }, roomVersion('11').redaction) // { content: {}, type: 'm.room.message' }
 */
export function redact(event: Pdu, rules: RedactionRules): Pdu {
  const content = redactContent(assertRedactable(event), rules);
  const redacted: { [key: string]: JsonValue | undefined } = {};
  for (const key in rules.event) {
    if (key === 'content') redacted[key] = content;
    else if (Object.hasOwn(event, key)) redacted[key] = event[key];
  }
  // Every table keeps `type` and `content`; a copy to prove it to the compiler would cost a third of the speed.
  return redacted as Pdu;
}

/**
 * The `content` that a redaction leaves, the same object where nothing in it goes.
 * @example redactContent({ type: 'm.room.member', content: { membership: 'join', displayname: 'A' } }, roomVersion('9').redaction) // { membership: 'join' }
 */
export function redactContent(event: Pdu, rules: RedactionRules): JsonObject {
  const retained = own(rules.content, event.type);
  if (retained === true) return event.content;
  const byType = retained === undefined ? {} : retainKeys(event.content, retained);
  return hasKeys(rules.anyContent) ? { ...byType, ...retainAnywhere(event.content, rules.anyContent) } : byType;
}

/**
 * Whether a redaction would leave this event as it is, but for `unsigned`, which is no part of the event proper.
 * @example isRedacted({ type: 'm.room.message', content: {}, unsigned: {} }, roomVersion('11').redaction) // true
 */
export function isRedacted(event: Pdu, rules: RedactionRules): boolean {
  const keys = Object.keys(event).every((key) => key === 'unsigned' || Object.hasOwn(rules.event, key));
  return keys && sameKeys(event.content, redactContent(event, rules));
}

function retainKeys(value: JsonObject, retained: RetainedKeys): JsonObject {
  const kept: { [key: string]: JsonValue } = {};
  for (const key in retained) {
    if (!Object.hasOwn(value, key)) continue;
    const survivor = retain(value[key], retained[key] ?? {});
    if (survivor !== undefined) kept[key] = survivor;
  }
  return kept;
}

/** What survives of one value: of a value that should be an object and is none, nothing does. */
function retain(value: JsonValue | undefined, retained: Retained): JsonValue | undefined {
  if (retained === true) return value;
  return isJsonObject(value) ? retainKeys(value, retained) : undefined;
}

/** MSC3389: keys that any type keeps, dropped when nothing below them survives. */
function retainAnywhere(content: JsonObject, anyContent: RetainedKeys): JsonObject {
  const kept = retainKeys(content, anyContent);
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => !isJsonObject(value) || Object.keys(value).length > 0));
}

/** Whether the redacted object still has every key of the original, at every depth that the table reaches. */
function sameKeys(original: JsonObject, redacted: JsonObject): boolean {
  return original === redacted || Object.entries(original).every(([key, value]) => {
    if (!Object.hasOwn(redacted, key)) return false;
    const kept = redacted[key];
    return value === kept || (isJsonObject(value) && isJsonObject(kept) && sameKeys(value, kept));
  });
}

function hasKeys(table: RetainedKeys): boolean {
  for (const key in table) return Object.hasOwn(table, key);
  return false;
}

function assertRedactable(event: Pdu): Pdu {
  const type: unknown = Object.hasOwn(event, 'type') ? event.type : undefined;
  const content: JsonValue | undefined = Object.hasOwn(event, 'content') ? event.content : undefined;
  if (typeof type !== 'string') throw new UnredactableEventError('type', 'a string');
  if (!isJsonObject(content)) throw new UnredactableEventError('content', 'an object');
  return event;
}

/** An event that no room version accepts, so that there is no telling what its redaction would be: drop it. */
export class UnredactableEventError extends Error {
  override readonly name = 'UnredactableEventError';
  readonly field: 'type' | 'content';

  constructor(field: 'type' | 'content', expected: string) {
    super(`cannot redact an event whose "${field}" is not ${expected}: such an event is invalid in every room version`);
    this.field = field;
  }
}
