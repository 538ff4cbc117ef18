import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/json/parse-json.ts';
import { JsonSyntaxError, type JsonTextFault, readExactly } from '../../src/json/reader.ts';
import { stringifyJson } from '../../src/json/stringify-json.ts';
import { floatValue, isJsonFloat, isJsonObject, type JsonValue, MAX_JSON_DEPTH } from '../../src/json/value.ts';
import { arbitraryHistorical, arbitraryStrict } from './values.ts';

function refusal(run: () => unknown): JsonSyntaxError {
  try {
    run();
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
  throw new Error('the text was read');
}

/** What JSON.parse makes of it: floats and large integers are numbers there. */
function withNumbers(value: JsonValue): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (isJsonFloat(value)) return value[floatValue];
  if (Array.isArray(value)) return value.map(withNumbers);
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withNumbers(item)])) : value;
}

const HAS_ESCAPED_KEY = /\\(?:[^"\\]|\\.)*"\s*:/s;

const readers = [
  { name: 'parseJson', read: (text: string): JsonValue => parseJson(text) },
  { name: 'the exact reader', read: (text: string): JsonValue => readExactly(text, 'last') },
];

describe.each(readers)('$name', ({ read }) => {
  test.each(['1.0', '1.5', '-0.0', '0e0', '0E5', '1E2', '1e+2', '1e-7', '1e400', '-1e400', '123456789012345678901234567890.0', '9007199254740993.0'])('%s is a float', (text) => {
    for (const value of [read(text), read(` ${text} `), read(`[${text}]`), read(`[0,${text}]`), read(`[0 , ${text} ]`), read(`{"a":${text}}`), read(`{"a"\n:\t\r${text}}`), read(`[[],{"a":{"b":[1,${text}]}}]`)]) {
      const [leaf] = leaves(value).slice(-1);
      expect(isJsonFloat(leaf) && Object.is(leaf[floatValue], Number(text))).toBe(true);
      expect(isJsonFloat(leaf) && Object.isFrozen(leaf)).toBe(true);
    }
  });

  test.each(['9007199254740992', '-9007199254740993', '9223372036854775808', '123456789012345678901234567890', `-${'9'.repeat(400)}`, '1'.repeat(65_536)])('%s is a bigint', (text) => {
    for (const value of [read(text), read(`[${text}]`), read(`{"a":1, "b": ${text}}`)]) expect(leaves(value).slice(-1)).toEqual([BigInt(text)]);
  });

  test.each(['0', '-0', '1', '-1', '9007199254740991', '-9007199254740991', '1000000000000000'])('%s is a number', (text) => {
    for (const value of [read(text), read(`[${text}]`), read(`{"a":1, "b": ${text}}`)]) expect(Object.is(leaves(value).slice(-1)[0], Number(text))).toBe(true);
  });

  test('__proto__ is a key as any other, and the last value of a key counts', () => {
    const value = read('{"__proto__":{"a":1.0},"b":1,"__proto__":{"c":2},"b":3,"\\u0062":4}');
    expect(Object.entries(value ?? {})).toEqual([['__proto__', { c: 2 }], ['b', 4]]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test('integer-like keys are kept', () => {
    expect(stringifyJson(read('{"b":1.0,"10":1,"9":2}'))).toBe('{"9":2,"10":1,"b":1.0}');
  });

  test('strings are what JSON.parse makes of them', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '"', '\\', '\\\\', '\\"', '\\n', '\\u0041', '\\ud800', '\\u12', '\\x', '/', '\u2028', '\u{1f600}', '\t', '\u0000', '\ud800'), maxLength: 8 }), (inner) => {
      expect(agrees(`{"${inner}":["${inner}"]}`)).toBe(true);
    }), { numRuns: 1000 });
  });

  test('a text is read if and only if JSON.parse reads it', () => {
    const token = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"b"', '"__proto__"', '1', '-', '0', '-0', '1.5', '01', '.', 'e', '1e5', '1e', 'true', 'false', 'null', 'nul', ' ', '\n', '\u00a0', '\ufeff', '"', '9007199254740993');
    fc.assert(fc.property(fc.array(token, { maxLength: 10 }).map((tokens) => tokens.join('')), (text) => agrees(text)), { numRuns: 3000 });
  });

  test('a text with a piece changed is read if and only if JSON.parse reads it', () => {
    fc.assert(fc.property(arbitraryStrict, fc.nat(), fc.constantFrom('', '"', '\\', ',', ':', '{', ']', '0', '.5', 'e9', '-', ' '), (value, at, piece) => {
      const text = JSON.stringify(value);
      const place = at % (text.length + 1);
      expect(agrees(text.slice(0, place) + piece + text.slice(place + 1))).toBe(true);
    }), { numRuns: 1000 });
  });

  /** Whether the text is read as JSON.parse reads it. Of a key with an escape the engine is no judge; see below. */
  function agrees(text: string): boolean {
    const native = attempt(() => JSON.parse(text) as unknown);
    const value = attempt(() => withNumbers(read(text)));
    if ('error' in native || 'error' in value) return 'error' in native && 'error' in value && value.error instanceof JsonSyntaxError;
    return HAS_ESCAPED_KEY.test(text) || isDeepStrictEqual(value.result, native.result);
  }
});

test('a key with an escape is read right, whatever was read before', () => {
  // https://github.com/nodejs/node/issues/63785: engines have read these keys as that of the text before.
  const escapes = ['\\"', '\\n', '\\u0041', '\\\\', '\\u0000', 'b\\n', '\\/', '\\ud83d\\ude00'];
  for (const before of ['\\\\', 'b\\\\', '\\\\u']) {
    for (const escape of escapes) {
      JSON.parse(`{"h":[],"${before}":0}`);
      for (const text of [`{"h":1,"${escape}":2}`, `{ "h": "\\n\\"", "${escape}" : 2 }`, `[{"h":[{"h":"x\\\\","${escape}"\n:2}]}]`]) {
        const [key] = keysOf(parseJson(text)).slice(-1);
        expect(`"${escape.replace('\\u0041', 'A').replace('\\/', '/').replace('\\ud83d\\ude00', '\u{1f600}')}"`).toBe(JSON.stringify(key));
      }
    }
  }
});

test('what stringifyJson wrote is read back', () => {
  fc.assert(fc.property(arbitraryHistorical, (value) => {
    expect(isDeepStrictEqual(parseJson(stringifyJson(value)), value)).toBe(true);
    expect(parseJson(JSON.stringify(withNumbers(value), null, 2))).toBeDefined();
  }));
});

describe('texts that are refused', () => {
  const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  const deepObject = (levels: number): string => `${'{"a":'.repeat(levels)}1.0${'}'.repeat(levels)}`;

  test.each<readonly [string, JsonTextFault, number]>([
    ['', 'end-of-text', 0],
    ['  ', 'end-of-text', 2],
    ['{"a":1', 'end-of-text', 6],
    ['["abc', 'end-of-text', 5],
    ['{"a":1,}', 'syntax', 7],
    ['[1,]', 'syntax', 3],
    ['[1 2]', 'syntax', 3],
    ['{"a" 1}', 'syntax', 5],
    ['{a:1}', 'syntax', 1],
    ["{'a':1}", 'syntax', 1],
    ['[01]', 'syntax', 1],
    ['[1.]', 'syntax', 3],
    ['[.5]', 'syntax', 1],
    ['[1e]', 'syntax', 3],
    ['[+1]', 'syntax', 1],
    ['[--1]', 'syntax', 2],
    ['[NaN]', 'syntax', 1],
    ['["a\nb"]', 'syntax', 3],
    ['["\\x"]', 'syntax', 1],
    ['1 1', 'syntax', 2],
    ['// x\n1', 'syntax', 0],
    ['\ufeff{}', 'byte-order-mark', 0],
    [deep(MAX_JSON_DEPTH + 1), 'depth', MAX_JSON_DEPTH],
    [deepObject(MAX_JSON_DEPTH + 1), 'depth', 5 * MAX_JSON_DEPTH],
    [deep(500_000), 'depth', MAX_JSON_DEPTH],
    ['['.repeat(500_000), 'depth', MAX_JSON_DEPTH],
    [`[${'1'.repeat(65_537)}]`, 'long-integer', 1],
  ])('%# %.40j: %s', (text, reason, offset) => {
    expect(refusal(() => parseJson(text))).toMatchObject({ name: 'JsonSyntaxError', reason, offset });
  });

  test('long runs of one character are read or refused, and exhaust nothing', () => {
    const runs = 3_000_000;
    expect(parseJson(`[${' '.repeat(runs)}1.5]`)).toEqual([parseJson('1.5')]);
    expect(parseJson(`{"a":"${'\\n'.repeat(runs)}","b":"${', '.repeat(runs)}"}`)).toHaveProperty('b');
    expect(refusal(() => parseJson(`[${'1'.repeat(runs)}]`)).reason).toBe('long-integer');
    expect(refusal(() => parseJson('"'.repeat(runs))).reason).toBe('syntax');
    expect(refusal(() => parseJson('{"\\'.repeat(runs))).reason).toBe('syntax');
    expect(parseJson(`[${'1'.repeat(runs)}.5]`)).toEqual([parseJson('1e400')]);
  });

  test('as deep as may be is read', () => {
    expect(JSON.stringify(parseJson(deep(MAX_JSON_DEPTH)))).toBe(deep(MAX_JSON_DEPTH));
    expect(stringifyJson(parseJson(deepObject(MAX_JSON_DEPTH)))).toBe(deepObject(MAX_JSON_DEPTH));
  });

  test('the line and column are told', () => {
    expect(refusal(() => parseJson('{\n  "a": 1,\n  "b": x\n}'))).toMatchObject({ offset: 19, line: 3, column: 8 });
    expect(refusal(() => parseJson('x'))).toMatchObject({ offset: 0, line: 1, column: 1 });
  });

  test('a key that is there twice, if asked for', () => {
    const twice = (text: string): unknown => parseJson(text, { duplicateKeys: 'error' });
    expect(refusal(() => twice('{"a":1,"b":{"c":1,"\\u0063":2}}'))).toMatchObject({ reason: 'duplicate-key', offset: 18 });
    expect(refusal(() => twice('{"__proto__":1,"__proto__":1}')).reason).toBe('duplicate-key');
    expect(twice('{"a":1,"b":{"a":1},"toString":1}')).toEqual({ a: 1, b: { a: 1 }, toString: 1 });
  });

  test('their text is not told', () => {
    for (const text of ['{"name":"Alice Secret"', '{"Alice Secret":x}', '"Alice \\x Secret"', 'Alice', '{"Alice":1,"Alice":1.0}']) {
      expect(refusal(() => parseJson(text, { duplicateKeys: 'error' })).message).not.toMatch(/Alice|Secret/);
    }
  });
});

function leaves(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value.flatMap(leaves);
  return isJsonObject(value) ? Object.values(value).flatMap(leaves) : [value];
}

function keysOf(value: JsonValue): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  return isJsonObject(value) ? Object.entries(value).flatMap(([key, item]) => [key, ...keysOf(item)]) : [];
}

function attempt<T>(run: () => T): { readonly result: T } | { readonly error: unknown } {
  try {
    return { result: run() };
  } catch (error) {
    return { error };
  }
}
