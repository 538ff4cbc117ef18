import { walk } from 'canonical-json';
import { compareCodePoints } from './compare.ts';
import { type Dialect, emit, emitText, type JsonFault } from './emit.ts';
import { type JsonPath, showPath } from './json-path.ts';
import { historicalNumber, strictNumber } from './numbers.ts';
import { GIVE_UP, tidy } from './tidy.ts';
import { type JsonValue, MAX_JSON_DEPTH } from './value.ts';

/**
 * Canonical JSON, as every event of room version 6 and later must have: the shortest text, keys in code point order, integers
 * within 2^53-1 only.
 * @throws {CanonicalJsonError} when the value has no canonical form
 * @see https://spec.matrix.org/v1.19/appendices/#canonical-json
 * @example encodeCanonicalJson({ b: [1, true], a: 'x' }) // '{"a":"x","b":[1,true]}'
 */
export function encodeCanonicalJson(value: JsonValue): string {
  return quickText(value) ?? emitText(value, STRICT);
}

/**
 * Canonical JSON of room versions 1 to 5, whose servers hashed integers of any size and floats as Python prints them.
 * @throws {CanonicalJsonError} when the value has no canonical form
 * @see https://spec.matrix.org/v1.19/rooms/v1/#event-format
 * @example encodeHistoricalJson(parseJson('{"b": 1.0, "a": 9007199254740993}')) // '{"a":9007199254740993,"b":1.0}'
 */
export function encodeHistoricalJson(value: JsonValue): string {
  return quickText(value) ?? emitText(value, HISTORICAL);
}

/**
 * Writes canonical JSON in chunks, for values whose text should not be held in memory; nothing is written unless all of the
 * value has a canonical form.
 * @throws {CanonicalJsonError} when the value has no canonical form
 * @see https://spec.matrix.org/v1.19/appendices/#canonical-json
 * @example writeCanonicalJson({ b: 2, a: 1 }, () => undefined) // undefined
 */
export function writeCanonicalJson(value: JsonValue, write: (chunk: string) => void): void {
  let bigints = false;
  const number: Dialect['number'] = (n) => ((bigints ||= typeof n === 'bigint'), strictNumber(n));
  emit(value, { ...STRICT, number }, () => undefined);
  walk(bigints ? withNumbers(value) : value, write, compareCodePoints);
}

// Where nothing special is inside, both dialects agree. `JSON.stringify` writes a lone surrogate as an escape, `\ud800`,
// which may as well be the text of a string that talks of escapes.
function quickText(value: JsonValue): string | undefined {
  const tidied = tidy(value);
  if (tidied === GIVE_UP) return undefined;
  const text = JSON.stringify(tidied);
  return text.includes('\\') && text.includes('\\ud') ? undefined : text;
}

// canonical-json knows no bigints. These are within 2^53-1.
function withNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withNumbers);
  const entries = Object.entries(value);
  for (const entry of entries) entry[1] = withNumbers(entry[1]);
  return Object.fromEntries(entries);
}

const STRICT: Dialect = {
  sortedKeys: true,
  loneSurrogates: false,
  number: strictNumber,
  error: (fault, path) => new CanonicalJsonError(fault, path),
};
const HISTORICAL: Dialect = { ...STRICT, number: historicalNumber };

const EXPLANATIONS: Readonly<Record<JsonFault, string>> = {
  float: 'a number with a fraction or an exponent; write it as an integer or a string',
  'negative-zero': 'the number -0; write 0',
  'not-finite': 'a number beyond the largest double, or none; leave it out or write it as a string',
  'unsafe-integer': 'an integer beyond 2^53-1; write it as a string, or as a bigint where the room version allows it',
  'lone-surrogate': 'an unpaired surrogate in a key or string, which UTF-8 cannot express; remove it',
  depth: `more than ${MAX_JSON_DEPTH} arrays and objects inside each other; flatten the value`,
  cycle: 'an array or object that contains itself; break the cycle',
  'unsupported-type': 'a value that JSON does not have; use null, booleans, integers, strings, arrays and plain objects',
};

/** A value has no canonical JSON. The message names no key that could be personal data; `path` has them all. */
export class CanonicalJsonError extends Error {
  override readonly name = 'CanonicalJsonError';
  readonly reason: JsonFault;
  /** The keys and indices that lead to the value, from the outermost. Keys of content may be personal data. */
  readonly path: JsonPath;

  constructor(reason: JsonFault, path: JsonPath) {
    super(`no canonical JSON for the value at ${showPath(path)}: ${EXPLANATIONS[reason]}`);
    this.reason = reason;
    this.path = Object.freeze([...path]);
  }
}
