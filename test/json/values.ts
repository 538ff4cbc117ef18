import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { jsonFloat, type JsonValue } from '../../src/json/value.ts';

/** Keys that break serialisers: prototype members, integers, and both sides of the surrogates. */
const hostileKey = fc.constantFrom(
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'toJSON', '', '10', '9', '1', '01', '-1', '1.5', '4294967295',
  'a', 'b', 'B', '_', '~', '\u007f', '\u0000', '"', '\\', '/', '\n', '\u2028', '\ud7ff', '\ue000', '\uff5e', '\uffff', '\u{10000}', '\u{1f600}', '\u{10ffff}',
  'a\uff5e', 'a\u{1f600}', 'ab\uff5e', 'ab\u{1f600}', '\uff5e\u{1f600}', '\u{1f600}\uff5e',
);
const wellFormed = fc.string({ unit: 'binary', maxLength: 8 });
export const arbitraryKey: fc.Arbitrary<string> = fc.oneof({ weight: 3, arbitrary: hostileKey }, fc.string({ maxLength: 6 }), wellFormed);

const integer = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, 1, -1, 9007199254740991, -9007199254740991)).map((n) => n + 0);

function arbitraryTree(leaf: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> {
  return fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 5 }),
      fc.uniqueArray(fc.tuple(arbitraryKey, tie('value')), { maxLength: 8, selector: ([key]) => key }).map((entries) => Object.fromEntries(entries)),
      // More keys than the encoder sorts by insertion.
      { arbitrary: fc.uniqueArray(fc.tuple(arbitraryKey, leaf), { minLength: 30, maxLength: 45, selector: ([key]) => key }).map((entries) => Object.fromEntries(entries)), weight: 1 },
    ),
  })).value;
}

const scalar: fc.Arbitrary<JsonValue> = fc.oneof(fc.constantFrom(null, true, false), integer, fc.string({ maxLength: 8 }), wellFormed, arbitraryKey);

/** Values that every room version accepts. */
export const arbitraryStrict: fc.Arbitrary<JsonValue> = arbitraryTree(scalar);

/** Values of room versions 1 to 5: integers of any size, and floats. */
export const arbitraryHistorical: fc.Arbitrary<JsonValue> = arbitraryTree(fc.oneof(
  { weight: 3, arbitrary: scalar },
  fc.bigInt().filter((n) => !Number.isSafeInteger(Number(n))),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(jsonFloat),
));

export function readVector(path: string): string {
  const file = readFileSync(new URL(`../vectors/${path}`, import.meta.url));
  return path.endsWith('.gz') ? gunzipSync(file).toString() : file.toString();
}

/** Arrays or objects inside each other. */
export function nested(levels: number, leaf: JsonValue, wrap: (value: JsonValue) => JsonValue = (value) => [value]): JsonValue {
  let value = leaf;
  for (let i = 0; i < levels; i++) value = wrap(value);
  return value;
}
