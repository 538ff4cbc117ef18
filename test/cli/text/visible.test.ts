import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnsOf, shorten, visible, wrap } from '../../../src/cli/text/visible.ts';
import { hostile } from '../sample-plan.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });

describe('visible', () => {
  test.each([
    ['\u001b[31mred\u009b0m', '\\u001b[31mred\\u009b0m'],
    ['a\r\n\tb\u0000\u0007\u007f', 'a\\u000d\\u000a\\u0009b\\u0000\\u0007\\u007f'],
    ['\u202egnp.exe\u202c \u2066x\u2069 \u200e\u200f\u061c', '\\u202egnp.exe\\u202c \\u2066x\\u2069 \\u200e\\u200f\\u061c'],
    ['zero\u200b\u200d\ufeffwidth\u00ad', 'zero\\u200b\\u200d\\ufeffwidth\\u00ad'],
    ['\u2028\u2029\u0085\u00a0\u3000', '\\u2028\\u2029\\u0085\\u00a0\\u3000'],
    ['\ud800 \udfff', '\\ud800 \\udfff'],
    ['\u{e0041}\u{f0000}', '\\u{e0041}\\u{f0000}'],
    ['a\\u202eb', 'a\\\\u202eb'],
    ['שלום 語 é 🏳️', 'שלום 語 é 🏳️'],
  ])('writes out what cannot be seen: %j', (text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  test('marks are stacked no more than three high', () => {
    expect(visible('Z\u0300\u0301\u0302\u0303\u0304')).toBe('Z\u0300\u0301\u0302\\u0303\\u0304');
  });

  test('no control, format or surrogate is left', () => {
    fc.assert(fc.property(anyText, (text) => {
      expect(visible(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }));
  });

  test('different texts stay different', () => {
    fc.assert(fc.property(anyText, anyText, (a, b) => {
      expect(visible(a) === visible(b)).toBe(a === b);
    }));
  });
});

describe('shorten', () => {
  test('leaves out the middle', () => {
    expect(shorten('!FbxqwBgAfzmQRtKhxw:hs1.test:18441', 21)).toBe('!FbxqwBgAf…test:18441');
    expect(shorten('語'.repeat(20), 10)).toBe('語語…語語');
  });

  test('fits, and is whole where it can be', () => {
    fc.assert(fc.property(fc.constantFrom(...hostile), fc.integer({ min: 3, max: 300 }), (text, width) => {
      const safe = visible(text);
      const short = shorten(safe, width);
      expect(columnsOf(short)).toBeLessThanOrEqual(width);
      expect(short === safe).toBe(columnsOf(safe) <= width);
    }));
  });
});

test('wrap breaks between words and indents', () => {
  expect(wrap('one two three four', 9, '  ')).toBe('one two\n  three\n  four');
  expect(wrap('a-word-longer-than-the-line', 9, '  ')).toBe('a-word-longer-than-the-line');
});
