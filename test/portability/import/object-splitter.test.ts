import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createObjectSplitter, type ObjectPart } from '../../../src/portability/import/object-splitter.ts';

/** Texts that look like structure, and escapes at every place. */
const hostileText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.array(fc.constantFrom('{', '}', '[', ']', '"', '\\', '\\"', '\\\\', '\ufeff', '\r\n', '\u2028', '\u0000', '\ud83d\ude00', '\ud800', '}{', '"}'), { maxLength: 8 }).map((parts) => parts.join('')),
);
const objects = fc.array(fc.dictionary(hostileText, fc.oneof(hostileText, fc.integer(), fc.constant(null), fc.array(hostileText), fc.dictionary(hostileText, hostileText))), { maxLength: 6 });
const spaces = fc.constantFrom('', '', ' ', '\n', '\r\n', '\t\n');

/** A text cut at some places. */
function cut(text: string, places: readonly number[]): readonly string[] {
  const ends = [...places.map((place) => place % (text.length + 1)), text.length].sort((a, b) => a - b);
  return ends.map((end, index) => text.slice(index === 0 ? 0 : ends[index - 1], end));
}

function split(pieces: readonly string[], options = {}): readonly ObjectPart[] {
  const splitter = createObjectSplitter(options);
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

const texts = (parts: readonly ObjectPart[]): readonly string[] => parts.map((part) => part.text ?? part.fault);

describe('objects one behind the other', () => {
  test('come out as they went in, wherever the pieces end', () => {
    fc.assert(fc.property(objects, fc.array(spaces), fc.array(fc.nat()), fc.tuple(fc.constantFrom(undefined, 1, 3), fc.boolean()), (values, gaps, places, [indent, mark]) => {
      const parts = values.map((value) => JSON.stringify(value, null, indent));
      const text = (mark ? '\ufeff' : '') + parts.map((part, index) => (gaps[index] ?? '') + part).join('') + (gaps[0] ?? '');
      const found = split(cut(text, places));
      expect(texts(found)).toEqual(parts);
      expect(found.map((part) => JSON.parse(part.text ?? ''))).toEqual(values.map((value) => JSON.parse(JSON.stringify(value))));
      expect(found.map(({ number }) => number)).toEqual(parts.map((_, index) => index + 1));
    }));
  });

  test('are as many characters as went in, faults included', () => {
    const soup = fc.array(fc.constantFrom('{', '}', '[', ']', '"', '\\', ' ', '\n', 'a', '1', ':', ',', '{"a":"b"}'), { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(fc.property(soup, fc.array(fc.nat()), (text, places) => {
      const whole = split([text]);
      expect(split(cut(text, places))).toEqual(whole);
      // What is no object is named: nothing but spaces goes without a part.
      const rest = whole.reduce((left, part) => (part.text === undefined ? left : left.replace(part.text, '')), text);
      expect(whole.some(({ fault }) => fault !== undefined)).toBe(rest.trim() !== '');
    }));
  });

  test.each([
    ['{"a":1}garbage{"b":2}', ['{"a":1}', 'stray', '{"b":2}']],
    ['{"a":1}[]', ['{"a":1}', 'stray']],
    ['{"a":1}{"b":', ['{"a":1}', 'unfinished']],
    ['{"a":"}', ['unfinished']],
    ['{"a":1}\ufeff{"b":2}', ['{"a":1}', 'stray', '{"b":2}']],
    ['}{"b":2}', ['stray', '{"b":2}']],
    ['', []],
    [' \r\n', []],
  ])('%j gives %j', (text, parts) => {
    expect(texts(split([text]))).toEqual(parts);
  });

  test('over the limit are named, and the next one is read', () => {
    const long = `{"a":"${'x'.repeat(50)}"}`;
    expect(texts(split(cut(`${long}{"b":2}${long}`, [3, 20, 40]), { maxLength: 20 }))).toEqual(['too-long', '{"b":2}', 'too-long']);
    expect(texts(split([long], { maxLength: long.length }))).toEqual([long]);
    expect(texts(split([long], { maxLength: long.length - 1 }))).toEqual(['too-long']);
  });
});
