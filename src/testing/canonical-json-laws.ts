import * as fc from 'fast-check';
import { parseJson } from '../json/parse-json.ts';
import { jsonFloat, type JsonObject, type JsonValue } from '../json/value.ts';
import { assertAgree, assertDoesNotMutate } from './assertions.ts';
import { canonicalJsonByTheText, compareByCodePoint } from './canonical-json-oracle.ts';
import { arbitraryJsonKey, arbitraryJsonObject, arbitraryJsonValue } from './json-arbitraries.ts';
import { assertNoObjection, outcome, type Law } from './law.ts';
import { reversedKeys, sameJson } from './same-json.ts';

/** An encoder under test. It throws on a value that has no canonical form. */
export type CanonicalJsonImplementation = { readonly encode: (value: JsonValue) => string };

/**
 * The laws of Canonical JSON, for any implementation.
 * @see https://spec.matrix.org/v1.19/appendices/#canonical-json
 * @example canonicalJsonLaws({ encode: encodeCanonicalJson }).map((law) => law.check()).length // 6
 */
export function canonicalJsonLaws({ encode }: CanonicalJsonImplementation): readonly Law[] {
  return [
    { name: 'sorts keys by code point', check: (parameters) => assertNoObjection(arbitraryJsonObject(), (object) => sorted(encode, object), parameters) },
    { name: 'depends on no order of keys', check: (parameters) => assertAgree([encode, (value) => encode(reversedKeys(value))], arbitraryJsonValue(), parameters) },
    { name: 'reads back as it was', check: (parameters) => assertNoObjection(arbitraryJsonValue(), (value) => readsBack(encode, value), parameters) },
    { name: 'does not change its input', check: (parameters) => assertDoesNotMutate(encode, arbitraryJsonValue(), parameters) },
    { name: 'agrees with the text', check: (parameters) => assertAgree([encode, canonicalJsonByTheText], arbitraryJsonValue(), parameters) },
    { name: 'refuses what has no canonical form', check: (parameters) => assertNoObjection(arbitraryUncanonicalJson(), (value) => refused(encode, value), parameters) },
  ];
}

type Wrap = (value: JsonValue) => JsonValue;

/** Values of which one leaf or key, at any depth, has no canonical form. */
function arbitraryUncanonicalJson(): fc.Arbitrary<JsonValue> {
  const leaf = fc.constantFrom<JsonValue[]>(1.5, -0, 2 ** 53, -(2 ** 53), 1e300, Infinity, NaN, 2n ** 53n, jsonFloat(1), jsonFloat(-0), '\ud800', 'a\udfff');
  const wrap = fc.constantFrom<Wrap[]>((value) => [value], (value) => ({ a: value }), (value) => [0, { b: 1, a: [value] }]);
  const badKey: JsonObject = { '\udc00': 1 };
  return fc.tuple(fc.oneof(leaf, fc.constant(badKey)), fc.array(wrap, { maxLength: 3 }), arbitraryJsonKey(), arbitraryJsonValue())
    .map(([bad, wraps, key, good]) => wraps.reduce<JsonValue>((value, next) => next(value), Object.fromEntries([[key, good], ['bad', bad]])));
}

type Encode = CanonicalJsonImplementation['encode'];

// Read back, integer-like keys would be in another order: the text itself has to be looked at.
function sorted(encode: Encode, object: JsonObject): string | undefined {
  const flat = Object.fromEntries(Object.keys(object).map((key) => [key, 0]));
  const keys = encode(flat).slice(1, -1).match(/"(?:[^"\\]|\\.)*"/gu) ?? [];
  const texts = keys.map((key) => String(parseJson(key)));
  const isSorted = texts.every((key, index) => index === 0 || compareByCodePoint([...texts[index - 1] ?? ''], [...key]) < 0);
  return isSorted && texts.length === Object.keys(object).length ? undefined : 'keys are missing or not in order';
}

function readsBack(encode: Encode, value: JsonValue): string | undefined {
  const back: JsonValue = parseJson(encode(value));
  return sameJson(back, value) ? undefined : 'another value is read back';
}

function refused(encode: Encode, value: JsonValue): string | undefined {
  return 'thrown' in outcome(() => encode(value)) ? undefined : 'it is encoded';
}
