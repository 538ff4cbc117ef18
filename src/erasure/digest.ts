import { sha256Base64 } from '#crypto-backend';
import { encodeHistoricalJson } from '../json/canonical-json.ts';
import type { JsonValue } from '../json/value.ts';

/** SHA-256 of a value's JSON in canonical order (unpadded base64). `undefined` members are not there. */
export function digestOf(value: unknown): string {
  return sha256Base64(encodeHistoricalJson(withoutUndefined(value)));
}

const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * Tables and plans are data of our own: plain, shallow, and JSON but for members that are `undefined`. Types and state keys in
 * them are not: what no UTF-8 can express counts as U+FFFD.
 */
function withoutUndefined(value: unknown): JsonValue {
  if (typeof value === 'string') return value.replace(LONE_SURROGATES, '\ufffd');
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value as JsonValue;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, withoutUndefined(member)]));
}
