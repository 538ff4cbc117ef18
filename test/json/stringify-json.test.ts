import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonFault } from '../../src/json/emit.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { JsonValueError, stringifyJson } from '../../src/json/stringify-json.ts';
import { jsonFloat, type JsonValue, MAX_JSON_DEPTH } from '../../src/json/value.ts';
import { arbitraryHistorical, arbitraryStrict, nested } from './values.ts';

test('writes what JSON.stringify writes where nothing special is inside', () => {
  fc.assert(fc.property(arbitraryStrict, (value) => {
    expect(stringifyJson(value)).toBe(JSON.stringify(value));
  }));
});

test('keeps the order of keys around special numbers', () => {
  fc.assert(fc.property(arbitraryHistorical, (value) => {
    const text = stringifyJson({ z: value, a: jsonFloat(1) });
    expect(text).toBe(`{"z":${stringifyJson(value)},"a":1.0}`);
    expect(stringifyJson(parseJson(text))).toBe(text);
  }));
});

test.each([
  ['[-0]', '[-0]'], ['[-0.0]', '[-0.0]'], ['[1.0]', '[1.0]'], ['[1E2]', '[100.0]'], ['[1e400]', '[1e999]'], ['[-1e400]', '[-1e999]'],
  ['[9007199254740993]', '[9007199254740993]'], ['{"__proto__":1.0,"\\ud800":"\\ud800"}', '{"__proto__":1.0,"\\ud800":"\\ud800"}'],
  ['{"b":-0,"a":"\\u0000"}', '{"b":-0,"a":"\\u0000"}'], ['1.5', '1.5'], ['""', '""'],
])('%s is written as %s', (text, written) => {
  expect(stringifyJson(parseJson(text))).toBe(written);
});

test('a plain fraction stays one', () => {
  expect(stringifyJson([1.5, 1e-7])).toBe('[1.5,1e-7]');
});

describe('what JSON does not have', () => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);

  test.each<readonly [string, unknown, JsonFault]>([
    ['NaN', Number.NaN, 'not-finite'],
    ['Infinity', Number.POSITIVE_INFINITY, 'not-finite'],
    ['undefined', undefined, 'unsupported-type'],
    ['a Date', new Date(0), 'unsupported-type'],
    ['a function', () => 1, 'unsupported-type'],
    ['a toJSON function', { toJSON: () => 1 }, 'unsupported-type'],
    ['a cycle', cyclic, 'cycle'],
    ['more than 1,000 levels', nested(MAX_JSON_DEPTH + 1, 1), 'depth'],
    ['far more', nested(200_000, 1), 'depth'],
  ])('%s', (_, value, reason) => {
    for (const place of [value, [value], { 'Alice Secret': value }]) {
      const error = thrown(() => stringifyJson(place as JsonValue));
      expect(error).toMatchObject({ name: 'JsonValueError', reason });
      expect(error.message).not.toContain('Alice');
    }
  });

  test('as deep as may be is written', () => {
    expect(parseJson(stringifyJson(nested(MAX_JSON_DEPTH, 1n)))).toEqual(nested(MAX_JSON_DEPTH, 1));
  });
});

function thrown(run: () => unknown): JsonValueError {
  try {
    run();
  } catch (error) {
    if (error instanceof JsonValueError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
