import { encodeCarefully } from './careful.ts';
import { historicalNumber, strictNumber } from './numbers.ts';
import type { JsonValue } from './value.ts';

/**
 * Canonical JSON, as every event of room version 6 and later must have: the shortest text, keys in code point order, integers
 * within 2^53-1 only.
 * @throws {CanonicalJsonError} when the value has no canonical form
 * @see https://spec.matrix.org/v1.19/appendices/#canonical-json
 * @example encodeCanonicalJson({ b: [1, true], a: 'x' }) // '{"a":"x","b":[1,true]}'
 */
export function encodeCanonicalJson(value: JsonValue): string {
  return encodeCarefully(value, strictNumber);
}

/**
 * Canonical JSON of room versions 1 to 5, whose servers hashed integers of any size and floats as Python prints them.
 * @throws {CanonicalJsonError} when the value has no canonical form
 * @see https://spec.matrix.org/v1.19/rooms/v1/#event-format
 * @example encodeHistoricalJson(parseJson('{"b": 1.0, "a": 9007199254740993}')) // '{"a":9007199254740993,"b":1.0}'
 */
export function encodeHistoricalJson(value: JsonValue): string {
  return encodeCarefully(value, historicalNumber);
}
