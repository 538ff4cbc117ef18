import { describe, expect, test } from 'vitest';
import { encodeCanonicalJson } from '../../src/json/canonical-json.ts';
import { isJsonFloat, isJsonObject, floatValue, type JsonValue } from '../../src/json/value.ts';
import { canonicalJsonLaws, type CanonicalJsonImplementation } from '../../src/testing.ts';

type Encode = CanonicalJsonImplementation['encode'];

/** What most libraries do: keys in the order of UTF-16, everything else left to the engine. */
const sortsByUtf16: Encode = (value) => {
  encodeCanonicalJson(value);
  return JSON.stringify(rebuilt(value, (a, b) => (a < b ? -1 : 1), (entries) => Object.fromEntries(entries)));
};

/** By assignment, so that `__proto__` is lost. */
const assigns: Encode = (value) => encodeCanonicalJson(rebuilt(value, () => 0, (entries) => {
  const object: Record<string, JsonValue> = {};
  for (const [key, part] of entries) object[key] = part;
  return object;
}));

const sortsNothing: Encode = (value) => {
  encodeCanonicalJson(value);
  return JSON.stringify(value);
};

const acceptsFloats: Encode = (value) => encodeCanonicalJson(rebuiltScalars(value, (part) => (typeof part === 'number' ? Math.trunc(part) || 0 : part)));
const acceptsMinusZero: Encode = (value) => encodeCanonicalJson(rebuiltScalars(value, (part) => (part === 0 ? 0 : part)));
const acceptsBigintegers: Encode = (value) => encodeCanonicalJson(rebuiltScalars(value, (part) => (typeof part === 'bigint' ? Number(BigInt.asIntN(50, part)) : part)));
const repairsSurrogates: Encode = (value) => encodeCanonicalJson(rebuiltScalars(value, (part) => (typeof part === 'string' ? part.replaceAll(/\p{Surrogate}/gu, '\ufffd') : part)));

const mutates: Encode = (value) => {
  if (isJsonObject(value)) for (const key of Object.keys(value).sort().slice(1)) Reflect.deleteProperty(value, key);
  return encodeCanonicalJson(value);
};

type Entries = readonly (readonly [string, JsonValue])[];

function rebuilt(value: JsonValue, compare: (a: string, b: string) => number, build: (entries: Entries) => JsonValue): JsonValue {
  const inner = (part: JsonValue): JsonValue => rebuilt(part, compare, build);
  if (Array.isArray(value)) return value.map(inner);
  if (!isJsonObject(value)) return value;
  return build(Object.entries(value).toSorted(([a], [b]) => compare(a, b)).map(([key, part]) => [key, inner(part)]));
}

function rebuiltScalars(value: JsonValue, change: (part: JsonValue) => JsonValue): JsonValue {
  if (isJsonFloat(value)) return change(value[floatValue]);
  if (Array.isArray(value)) return value.map((part) => rebuiltScalars(part, change));
  if (!isJsonObject(value)) return change(value);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rebuiltScalars(part, change)]));
}

const wrong: readonly { readonly name: string; readonly encode: Encode; readonly breaks: readonly string[] }[] = [
  { name: 'sorts by UTF-16', encode: sortsByUtf16, breaks: ['sorts keys by code point', 'agrees with the text'] },
  { name: 'sorts nothing', encode: sortsNothing, breaks: ['sorts keys by code point', 'depends on no order of keys', 'agrees with the text'] },
  { name: 'loses __proto__', encode: assigns, breaks: ['sorts keys by code point', 'reads back as it was', 'agrees with the text'] },
  { name: 'adds a space', encode: (value) => encodeCanonicalJson(value).replace(',', ', '), breaks: ['agrees with the text'] },
  { name: 'escapes what needs no escape', encode: (value) => encodeCanonicalJson(value).replaceAll('\u{7f}', '\\u007f').replaceAll('/', '\\/'), breaks: ['agrees with the text'] },
  { name: 'mutates', encode: mutates, breaks: ['does not change its input'] },
  { name: 'accepts floats', encode: acceptsFloats, breaks: ['refuses what has no canonical form'] },
  { name: 'accepts -0', encode: acceptsMinusZero, breaks: ['refuses what has no canonical form'] },
  { name: 'accepts large integers', encode: acceptsBigintegers, breaks: ['refuses what has no canonical form'] },
  { name: 'repairs lone surrogates', encode: repairsSurrogates, breaks: ['refuses what has no canonical form'] },
];

describe.each(wrong)('with an encoder that $name', ({ encode, breaks }) => {
  test.each(breaks)('the law "%s" is broken', (name) => {
    const law = canonicalJsonLaws({ encode }).find((candidate) => candidate.name === name);
    expect(law).toBeDefined();
    expect(() => law?.check({ numRuns: 2_000, seed: 7 })).toThrow(/Property failed/);
  });
});
