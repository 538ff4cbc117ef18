import { runInNewContext } from 'node:vm';
import { walk } from 'canonical-json';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CanonicalJsonError, encodeCanonicalJson, encodeHistoricalJson, writeCanonicalJson } from '../../src/json/canonical-json.ts';
import { compareCodePoints } from '../../src/json/compare.ts';
import type { JsonFault } from '../../src/json/emit.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { jsonFloat, type JsonValue, MAX_JSON_DEPTH } from '../../src/json/value.ts';
import { arbitraryHistorical, arbitraryStrict, nested } from './values.ts';

/** What canonical-json writes, which sorts and quotes right but checks nothing. */
function oracle(value: JsonValue): string {
  let text = '';
  walk(value, (chunk) => (text += chunk), compareCodePoints);
  return text;
}

function written(value: JsonValue): string {
  const chunks: string[] = [];
  writeCanonicalJson(value, (chunk) => void chunks.push(chunk));
  return chunks.join('');
}

function refusal(encode: (value: JsonValue) => unknown, value: unknown): CanonicalJsonError {
  try {
    encode(value as JsonValue);
  } catch (error) {
    if (error instanceof CanonicalJsonError) return error;
    throw error;
  }
  throw new Error('the value was encoded');
}

const encoders = [
  { name: 'encodeCanonicalJson', encode: encodeCanonicalJson },
  { name: 'encodeHistoricalJson', encode: encodeHistoricalJson },
  { name: 'writeCanonicalJson', encode: written },
];

describe.each(encoders)('$name', ({ encode }) => {
  test('writes what canonical-json writes', () => {
    fc.assert(fc.property(arbitraryStrict, (value) => {
      expect(encode(value)).toBe(oracle(value));
    }), { numRuns: 500 });
  });

  test('writes the same for keys in any order', () => {
    fc.assert(fc.property(arbitraryStrict, (value) => {
      expect(encode(reversed(value))).toBe(encode(value));
    }));
  });

  test('changes nothing that it is given', () => {
    fc.assert(fc.property(arbitraryStrict, (value) => {
      const before = JSON.stringify(value);
      encode(deepFrozen(value));
      expect(JSON.stringify(value)).toBe(before);
    }));
  });

  test.each([
    ['{"b":[{"y":1,"x":{"10":1,"9":2}}],"a":{}}', '{"a":{},"b":[{"x":{"10":1,"9":2},"y":1}]}'],
    ['{"b":1,"a":{"__proto__":{"z":1,"a":2}}}', '{"a":{"__proto__":{"a":2,"z":1}},"b":1}'],
    ['{"a":{"__proto__":{"z":1,"a":2}}}', '{"a":{"__proto__":{"a":2,"z":1}}}'],
    ['{"toJSON":{"b":1,"a":2},"hasOwnProperty":1,"constructor":2}', '{"constructor":2,"hasOwnProperty":1,"toJSON":{"a":2,"b":1}}'],
    ['{"a\u{1f600}":1,"a\uff5e":2}', '{"a\uff5e":2,"a\u{1f600}":1}'],
    ['{"\u{1f600}":1,"\uff5e":2}', '{"\uff5e":2,"\u{1f600}":1}'],
    ['{"b":1,"":2,"a":3}', '{"":2,"a":3,"b":1}'],
    ['"\\\\ud800 is no surrogate"', '"\\\\ud800 is no surrogate"'],
    ['"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\\\/\\u007f\\u2028\\ud83d\\ude00"', '"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\/\u007f\u2028\u{1f600}"'],
    ['9007199254740991', '9007199254740991'],
    ['[]', '[]'],
    ['null', 'null'],
  ])('%s', (text, canonical) => {
    expect(encode(JSON.parse(text))).toBe(canonical);
  });

  test('takes a bigint within 2^53-1', () => {
    expect(encode({ b: [5n], a: -9007199254740991n, __proto__: null })).toBe('{"a":-9007199254740991,"b":[5]}');
    expect(encode(JSON.parse('{"__proto__":[1]}', (_, value) => (value === 1 ? 1n : value)))).toBe('{"__proto__":[1]}');
  });

  test('takes objects without a prototype and of another realm', () => {
    expect(encode(Object.assign(Object.create(null), { b: 1, a: 2 }))).toBe('{"a":2,"b":1}');
    expect(encode(runInNewContext('({ b: [1], a: {} })'))).toBe('{"a":{},"b":[1]}');
  });

  test('takes the same object in two places', () => {
    const shared = { y: 1, x: 2 };
    expect(encode([shared, { b: shared, a: shared }])).toBe('[{"x":2,"y":1},{"a":{"x":2,"y":1},"b":{"x":2,"y":1}}]');
  });
});

describe('what has no canonical form', () => {
  const cyclic: Record<string, unknown> = { b: 1 };
  cyclic['a'] = [{ cyclic }];
  const cyclicArray: unknown[] = [];
  cyclicArray.push({ b: 0, a: cyclicArray });
  const withToJson = Object.assign([1], { toJSON: () => 2 });
  class Point { readonly x = 1; }

  const both: readonly (readonly [string, unknown, JsonFault])[] = [
    ['NaN', Number.NaN, 'not-finite'],
    ['Infinity', Number.POSITIVE_INFINITY, 'not-finite'],
    ['-Infinity', Number.NEGATIVE_INFINITY, 'not-finite'],
    ['an infinite float', jsonFloat(Number.POSITIVE_INFINITY), 'not-finite'],
    ['2^53', 2 ** 53, 'unsafe-integer'],
    ['1e21', 1e21, 'unsafe-integer'],
    ['a lone leading surrogate', 'x\ud800', 'lone-surrogate'],
    ['a lone trailing surrogate', '\udc00x', 'lone-surrogate'],
    ['a pair the wrong way round', '\ude00\ud83d', 'lone-surrogate'],
    ['a lone surrogate in a key', { '\ud800': 1 }, 'lone-surrogate'],
    ['undefined', undefined, 'unsupported-type'],
    ['a function', () => 1, 'unsupported-type'],
    ['a symbol', Symbol('x'), 'unsupported-type'],
    ['a Date', new Date(0), 'unsupported-type'],
    ['a Map', new Map([['a', 1]]), 'unsupported-type'],
    ['a Set', new Set([1]), 'unsupported-type'],
    ['a RegExp', /x/, 'unsupported-type'],
    ['an Error', new Error('x'), 'unsupported-type'],
    ['a Uint8Array', new Uint8Array(2), 'unsupported-type'],
    ['a boxed number', Object(1), 'unsupported-type'],
    ['a boxed string', Object('x'), 'unsupported-type'],
    ['a class instance', new Point(), 'unsupported-type'],
    ['an object that inherits', Object.create({ a: 1 }), 'unsupported-type'],
    ['an object with a function toJSON', { toJSON: () => 1 }, 'unsupported-type'],
    ['an array with a function toJSON', withToJson, 'unsupported-type'],
    ['a sparse array', Array.from({ length: 2 }).fill(1, 1), 'unsupported-type'],
    // eslint-disable-next-line no-sparse-arrays
    ['an array with a hole', [1, , 3], 'unsupported-type'],
    ['an object that contains itself', cyclic, 'cycle'],
    ['an array that contains itself', cyclicArray, 'cycle'],
    ['too many arrays', nested(MAX_JSON_DEPTH + 1, 1), 'depth'],
    ['too many objects', nested(MAX_JSON_DEPTH + 1, 1, (value) => ({ b: value, a: 1 })), 'depth'],
    ['far too many arrays', nested(200_000, 1), 'depth'],
  ];
  const strictOnly: readonly (readonly [string, unknown, JsonFault])[] = [
    ['1.5', 1.5, 'float'],
    ['1.0', jsonFloat(1), 'float'],
    ['-0.0', jsonFloat(-0), 'float'],
    ['-0', -0, 'negative-zero'],
    ['-0 in an array', [1, -0], 'negative-zero'],
    ['2^53 as bigint', 2n ** 53n, 'unsafe-integer'],
    ['-2^53 as bigint', -(2n ** 53n), 'unsafe-integer'],
  ];

  test.each(both)('%s', (_, value, reason) => {
    for (const { encode } of encoders) {
      for (const place of [value, [value], { a: value }, { b: 1, a: value }, { x: [{ b: 1, a: [value] }] }]) expect(refusal(encode, place).reason).toBe(reason);
    }
  });

  test.each(strictOnly)('%s, from version 6 on', (_, value, reason) => {
    for (const encode of [encodeCanonicalJson, written]) {
      for (const place of [value, [value], { a: value }, { b: 1, a: value }, { x: [{ b: 1, a: [value] }] }]) expect(refusal(encode, place).reason).toBe(reason);
    }
    expect(typeof encodeHistoricalJson(value as JsonValue)).toBe('string');
  });

  test('is named with its place', () => {
    expect(refusal(encodeCanonicalJson, { b: [{ x: 1.5 }], a: 1 })).toMatchObject({ name: 'CanonicalJsonError', reason: 'float', path: ['b', 0, 'x'] });
    expect(refusal(encodeCanonicalJson, { b: [{ x: 1.5 }], a: 1 }).message).toContain('$.*[0].*');
    expect(refusal(encodeCanonicalJson, cyclic).path).toEqual(['a', 0, 'cyclic']);
  });

  test('is not written, not even in part', () => {
    const chunks: string[] = [];
    expect(() => writeCanonicalJson({ a: 1, b: 1.5 }, (chunk) => void chunks.push(chunk))).toThrow(CanonicalJsonError);
    expect(chunks).toEqual([]);
  });

  test('is not told in the message', () => {
    const secret = 'Alice Secret';
    const values = [{ [secret]: Number.NaN }, { content: { [secret]: { [`${secret}2`]: undefined } } }, [`${secret}\ud800`], { [`${secret}\ud800`]: 1 }, { [secret]: nested(2000, secret) }];
    for (const value of values) {
      for (const { encode } of encoders) {
        const message = messageOf(() => encode(value as JsonValue));
        expect(message).not.toContain('Alice');
        expect(message.length).toBeLessThan(250);
      }
    }
    expect(refusal(encodeCanonicalJson, { content: { [secret]: 1.5 } }).message).toContain('$.content.*');
    expect(refusal(encodeCanonicalJson, { content: { [secret]: 1.5 } }).path).toEqual(['content', secret]);
  });
});

describe('depth', () => {
  const wraps: readonly ((value: JsonValue) => JsonValue)[] = [(value) => [value], (value) => ({ a: value }), (value) => ({ b: value, a: 1 }), (value) => ({ b: 1, a: [value] })];

  test.each([127, MAX_JSON_DEPTH])('%i levels are written', (levels) => {
    for (const wrap of wraps) {
      const value = nested(wrap === wraps[3] ? Math.floor(levels / 2) : levels, 0, wrap);
      for (const { encode } of encoders) expect(encode(value)).toBe(oracle(value));
    }
    expect(encodeHistoricalJson(nested(levels, jsonFloat(1)))).toBe(`${'['.repeat(levels)}1.0${']'.repeat(levels)}`);
  });

  test('objects out of order inside of each other are each looked at once', () => {
    let reads = 0;
    const counted = (record: object): JsonValue => new Proxy(record, { ownKeys: (target) => ((reads += 1), Reflect.ownKeys(target)) }) as JsonValue;
    encodeCanonicalJson(nested(200, 0, (value) => counted({ b: value, a: 1 })));
    expect(reads).toBeLessThan(200 * 10);
  });
});

describe('room versions 1 to 5', () => {
  test.each([
    ['1.0', '1.0'], ['-0', '0'], ['-0.0', '-0.0'], ['-0.5', '-0.5'], ['1e16', '1e+16'], ['1e15', '1000000000000000.0'], ['0.00001', '1e-05'], ['1.10', '1.1'],
    ['9007199254740993', '9007199254740993'], ['123456789012345678901234567890', '123456789012345678901234567890'], ['-9007199254740993', '-9007199254740993'],
  ])('%s is written as %s', (text, canonical) => {
    expect(encodeHistoricalJson(parseJson(`{"b":${text},"a":[${text}]}`))).toBe(`{"a":[${canonical}],"b":${canonical}}`);
  });

  test('a plain fraction is written as a float', () => {
    expect(encodeHistoricalJson({ b: 1.5, a: -1e-7 })).toBe('{"a":-1e-07,"b":1.5}');
  });

  test('keys are sorted around numbers of any kind', () => {
    fc.assert(fc.property(arbitraryHistorical, (value) => {
      const text = encodeHistoricalJson(value);
      expect(encodeHistoricalJson(parseJson(text))).toBe(text);
      expect(encodeHistoricalJson(reversed(value))).toBe(text);
    }));
  });
});

function reversed(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || Object.getOwnPropertySymbols(value).length > 0) return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(Object.entries(value).reverse().map(([key, item]) => [key, reversed(item)]));
}

function deepFrozen(value: JsonValue): JsonValue {
  if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) deepFrozen(item as JsonValue);
  return Object.freeze(value);
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  throw new Error('nothing was thrown');
}

describe('what the careful encoder must not take for a fault', () => {
  test('a value that stands in two places is no cycle', () => {
    const [items, object] = [[1], { b: 1 }];
    expect(encodeCanonicalJson({ 10: items, 9: items, a: object, c: object })).toBe('{"10":[1],"9":[1],"a":{"b":1},"c":{"b":1}}');
  });

  test('the largest and the smallest integer, as bigints', () => {
    expect(encodeCanonicalJson([9007199254740991n, -9007199254740991n])).toBe('[9007199254740991,-9007199254740991]');
    for (const beyond of [9007199254740992n, -9007199254740992n]) expect(() => encodeCanonicalJson([beyond])).toThrow(CanonicalJsonError);
  });
});
