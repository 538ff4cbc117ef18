import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { jsonFloat, type JsonObject, type JsonValue } from '../json/value.ts';
import { INTEGER_LIKE_KEYS, MISSPELT_KEYS, PROTOTYPE_KEYS, UNICODE_KEYS } from './hostile-keys.ts';

/** Which numbers there may be: a room version's `format` says it. */
export type JsonOptions = {
  /** Integers within 2^53-1 only (the default), or those of room versions 1 to 5 as well: of any size, and floats. */
  readonly strictCanonicalJson?: boolean;
};

/** A key and its value, before they are in an object. */
export type JsonEntry = readonly [key: string, value: JsonValue];

const MAX_KEYS = 4;
const MAX_DEPTH = 3;

/**
 * Any JSON value that has a canonical form, its objects with keys that trip careless code.
 * @example fc.sample(arbitraryJsonValue(), 3).length // 3
 */
export function arbitraryJsonValue(options: JsonOptions = {}): Arbitrary<JsonValue> {
  return jsonOf(options).value;
}

/**
 * Any JSON object that has a canonical form. Keys such as `__proto__` are its own.
 * @example fc.sample(arbitraryJsonObject(), 3).length // 3
 */
export function arbitraryJsonObject(options: JsonOptions = {}): Arbitrary<JsonObject> {
  return jsonOf(options).object;
}

/**
 * Any key, half of the time one of those that are known to trip: inherited names, integers, the ends of the planes.
 * @example fc.sample(arbitraryJsonKey(), 3).length // 3
 */
export function arbitraryJsonKey(): Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 4 }), weight: 3 },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 3 }), weight: 1 },
    { arbitrary: fc.constant('__proto__'), weight: 1 },
    { arbitrary: fc.constantFrom(...PROTOTYPE_KEYS), weight: 2 },
    { arbitrary: fc.constantFrom(...INTEGER_LIKE_KEYS, ...UNICODE_KEYS, ...MISSPELT_KEYS), weight: 2 },
  );
}

/** An object of entries of which no two have the same key. Built so that an own `__proto__` stays one. */
export function objectOf(entry: Arbitrary<JsonEntry>, maxLength: number): Arbitrary<JsonObject> {
  return entriesOf(entry, maxLength).map((entries) => Object.fromEntries(entries));
}

/** Entries in any order, of which no two have the same key. */
export function entriesOf(entry: Arbitrary<JsonEntry>, maxLength: number): Arbitrary<readonly JsonEntry[]> {
  return fc.uniqueArray(entry, { selector: ([key]) => key, maxLength, size: 'max' });
}

/** Text without lone surrogates, which have no canonical form. */
export function arbitraryText(): Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 8 }), weight: 3 },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 4 }), weight: 1 },
  );
}

type Json = { readonly value: JsonValue; readonly array: JsonValue; readonly object: JsonObject };

function jsonOf({ strictCanonicalJson = true }: JsonOptions): { readonly [K in keyof Json]: Arbitrary<Json[K]> } {
  return fc.letrec<Json>((tie) => ({
    value: fc.oneof(
      { maxDepth: MAX_DEPTH, withCrossShrink: true },
      { arbitrary: scalar(strictCanonicalJson), weight: 3 },
      { arbitrary: tie('array'), weight: 1 },
      { arbitrary: tie('object'), weight: 1 },
    ),
    array: fc.array(tie('value'), { maxLength: MAX_KEYS }),
    object: objectOf(fc.tuple(arbitraryJsonKey(), tie('value')), MAX_KEYS),
  }));
}

function scalar(strict: boolean): Arbitrary<JsonValue> {
  const anyVersion = [fc.constant(null), fc.boolean(), safeInteger(), arbitraryText()];
  return fc.oneof({ withCrossShrink: true }, ...anyVersion, ...(strict ? [] : historicalNumbers()));
}

function safeInteger(): Arbitrary<number> {
  return fc.oneof(
    { arbitrary: fc.integer({ min: -100, max: 100 }), weight: 3 },
    { arbitrary: fc.maxSafeInteger().map((value) => (Object.is(value, -0) ? 0 : value)), weight: 1 },
    { arbitrary: fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER), weight: 1 },
  );
}

/** Numbers as `parseJson` gives them where Canonical JSON is not enforced: bigints only beyond 2^53-1, floats never as plain numbers. */
function historicalNumbers(): readonly Arbitrary<JsonValue>[] {
  const beyond = fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n });
  return [
    fc.oneof(beyond, beyond.map((value) => -value)),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(jsonFloat),
    fc.constantFrom(-0, 1, 1e16, 1e-5, 5e-324, Number.MAX_VALUE).map(jsonFloat),
  ];
}
