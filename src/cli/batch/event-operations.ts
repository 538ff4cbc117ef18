import { explainRedaction } from '../../event/explain.ts';
import { asJson } from '../../event/pdu.ts';
import { redact } from '../../event/redact.ts';
import { encodeCanonicalJson, encodeHistoricalJson } from '../../json/canonical-json.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import { roomVersion } from '../../rules/room-versions.ts';
import { eventField, jsonField, rulesField, textField, type Answer, type Operations } from './request.ts';

/** Operations on JSON and on the form of events. */
export const eventOperations: Operations = {
  canonical: (request) => {
    const value = jsonField(request, 'json', 'raw');
    const strict = !Object.hasOwn(request, 'roomVersion') || roomVersion(textField(request, 'roomVersion')).format.strictCanonicalJson;
    return { ok: canonicalText(value, strict) };
  },
  redact: redactEvent,
  explain: (request) => ({ ok: explainRedaction(eventField(request), rulesField(request).redaction) }),
};

/**
 * The redaction of an event that servers could have accepted: they refuse one without a canonical form in its room version,
 * also where redaction would remove the fault. `unsigned` is no part of the event proper.
 */
function redactEvent(request: JsonObject): Answer {
  const event = eventField(request);
  const rules = rulesField(request);
  const redacted = redact(event, rules.redaction);
  canonicalText(withoutUnsigned(event), rules.format.strictCanonicalJson);
  return { ok: asJson(redacted) };
}

function canonicalText(value: JsonValue, strict: boolean): string {
  return strict ? encodeCanonicalJson(value) : encodeHistoricalJson(value);
}

function withoutUnsigned(event: JsonObject): JsonObject {
  return Object.hasOwn(event, 'unsigned') ? Object.fromEntries(Object.entries(event).filter(([key]) => key !== 'unsigned')) : event;
}
