import { type DuplicateKeys, readExactly } from './reader.ts';
import { endOfString } from './scan-json.ts';
import { type JsonValue, MAX_JSON_DEPTH } from './value.ts';

/** How to parse JSON text. */
export type ParseJsonOptions = {
  /** What to do when an object has a key twice: keep the value of the last, as servers do, or refuse the text. */
  readonly duplicateKeys?: DuplicateKeys;
};

// A fraction, an exponent, or digits enough to pass 2^53-1, after one of the characters that can stand before a number; or
// more space there than the expression looks through. Strings may match as well: then the text is read exactly, which is right
// for any text. A number that is not inside of an array or object has nothing before it; as an alternative of the same
// expression it would make this one slow.
const MAY_LOSE_DIGITS = /[:,[](?=[\s\d-])(?=\s{0,15}-?(?:\d{16}|\d{1,15}[.eE])|\s{16})/;
const IS_NUMBER = /^\s*[-\d]/;

/**
 * The value of a JSON text with nothing lost: integers beyond 2^53-1 become bigints, numbers with a fraction or an exponent
 * {@link JsonFloat} (`1.5` as well as `1.0`), `-0` stays -0, and a key `__proto__` is a key as any other.
 * @throws {JsonSyntaxError} when the text is not JSON, starts with a byte-order mark, or is nested more than 1,000 deep
 * @example parseJson('{"depth": 9007199254740993, "__proto__": -0}').depth // 9007199254740993n
 */
export function parseJson(text: string, { duplicateKeys = 'last' }: ParseJsonOptions = {}): JsonValue {
  if (duplicateKeys === 'error' || MAY_LOSE_DIGITS.test(text) || IS_NUMBER.test(text) || hasEscapedKey(text)) return readExactly(text, duplicateKeys);
  const value = parseNatively(text);
  if (value === undefined || isTooDeep(text, value)) return readExactly(text, duplicateKeys);
  return value;
}

/**
 * Whether a key is written with an escape. V8 (in Node 24 and 26 at least) now and then takes such a key for another one: after
 * `JSON.parse('{"h":[],"\\\\":0}')`, it reads `{"h":1,"\\"":2}` as if the second key were a backslash.
 * @see https://github.com/nodejs/node/issues/63785
 */
function hasEscapedKey(text: string): boolean {
  for (let at = text.indexOf('\\'); at >= 0; ) {
    const end = endOfString(text, at);
    if (isColonNext(text, end)) return true;
    at = text.indexOf('\\', end);
  }
  return false;
}

function isColonNext(text: string, at: number): boolean {
  for (let i = at; i < text.length; i++) {
    if (text[i] === ':') return true;
    if (text.charCodeAt(i) > 0x20) return false;
  }
  return false;
}

// The engine's own error would quote the text.
function parseNatively(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTooDeep(text: string, value: JsonValue): boolean {
  return text.length > 2 * MAX_JSON_DEPTH && isDeeperThan(value, MAX_JSON_DEPTH);
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    if (typeof item === 'object' && isDeeperThan(item, levels - 1)) return true;
  }
  return false;
}
