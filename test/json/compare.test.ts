import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareCodePoints } from '../../src/json/compare.ts';
import { arbitraryKey } from './values.ts';

test('the order is that of the UTF-8 bytes', () => {
  fc.assert(fc.property(arbitraryKey, arbitraryKey, (a, b) => {
    expect(compareCodePoints(a, b)).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }), { numRuns: 1000 });
});

test('the order is total, lone surrogates included', () => {
  const any = fc.string({ unit: fc.constantFrom('a', '\ud800', '\udfff', '\uffff', '\ue000', '\ud7ff'), maxLength: 4 });
  fc.assert(fc.property(any, any, any, (a, b, c) => {
    expect(compareCodePoints(a, b) + compareCodePoints(b, a)).toBe(0);
    expect(compareCodePoints(a, b) === 0).toBe(a === b);
    const chained = compareCodePoints(a, b) < 0 && compareCodePoints(b, c) < 0;
    expect(!chained || compareCodePoints(a, c) < 0).toBe(true);
  }));
});

test.each([
  ['\uff5e', '\u{1f600}'], ['\ud7ff', '\ue000'], ['\uffff', '\u{10000}'], ['', 'a'], ['a', 'ab'], ['Z', 'a'], ['10', '9'], ['a\uff5e', 'a\u{1f600}'],
])('%j comes before %j', (a, b) => {
  expect(compareCodePoints(a, b)).toBe(-1);
  expect(compareCodePoints(b, a)).toBe(1);
});
