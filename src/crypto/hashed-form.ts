import { encodeCanonicalJson, encodeHistoricalJson } from '../json/canonical-json.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import type { RedactionRules, RoomVersionRules } from '../rules/types.ts';
import type { Pdu } from '../event/pdu.ts';
import { redact, redactContent } from '../event/redact.ts';

const NEVER_SIGNED: ReadonlySet<string> = new Set(['signatures', 'unsigned']);
const NEVER_HASHED: ReadonlySet<string> = new Set(['hashes', 'signatures', 'unsigned']);

/**
 * What the reference hash and every signature of an event cover: its redaction, without `signatures` and `unsigned`.
 * Numbers that have no canonical form do no harm in parts that redaction removes.
 * @throws {UnredactableEventError} when `type` is no string or `content` no object
 * @throws {CanonicalJsonError} when what is kept has no canonical form in this room version
 * @see https://spec.matrix.org/v1.19/server-server-api/#calculating-the-reference-hash-for-an-event
 */
export function signedText(event: Pdu, rules: RoomVersionRules): string {
  return canonicalText(signedForm(event, rules.redaction), rules);
}

/**
 * What the content hash of an event covers: all of it but three keys.
 * @throws {CanonicalJsonError} when it has no canonical form in this room version
 * @see https://spec.matrix.org/v1.19/server-server-api/#calculating-the-content-hash-for-an-event
 */
export function contentText(event: Pdu, rules: RoomVersionRules): string {
  return canonicalText(without(event, NEVER_HASHED), rules);
}

/**
 * What a signature of any other JSON object covers.
 * @throws {CanonicalJsonError} when it has no canonical form
 * @see https://spec.matrix.org/v1.19/appendices/#signing-json
 */
export function signedJsonText(object: JsonObject): string {
  return encodeCanonicalJson(without(object, NEVER_SIGNED));
}

function canonicalText(value: JsonObject, rules: RoomVersionRules): string {
  return rules.format.strictCanonicalJson ? encodeCanonicalJson(value) : encodeHistoricalJson(value);
}

// `without(redact(event), NEVER_SIGNED)`, but in one copy instead of two, which is a quarter of the time of an event ID.
function signedForm(event: Pdu, rules: RedactionRules): JsonObject {
  const content = isRedactable(event) ? redactContent(event, rules) : redact(event, rules).content;
  const form: { [key: string]: JsonValue } = {};
  for (const key in rules.event) {
    if (NEVER_SIGNED.has(key) || !Object.hasOwn(event, key)) continue;
    const value = key === 'content' ? content : event[key];
    if (value !== undefined) form[key] = value;
  }
  return form;
}

// Of an event that is not, `redact` says by an error which field is wrong.
function isRedactable(event: Pdu): boolean {
  return Object.hasOwn(event, 'type') && typeof event.type === 'string' && Object.hasOwn(event, 'content') && isJsonObject(event.content);
}

function without(object: Pdu | JsonObject, keys: ReadonlySet<string>): JsonObject {
  const kept: { [key: string]: JsonValue } = {};
  for (const key in object) {
    const value = object[key];
    if (value === undefined || keys.has(key)) continue;
    // Assigned, this key would set the prototype and be left out of the hash.
    if (key === '__proto__') Object.defineProperty(kept, key, { value, enumerable: true });
    else kept[key] = value;
  }
  return kept;
}
