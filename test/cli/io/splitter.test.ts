import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSplitter, type InputLine } from '../../../src/cli/io/splitter.ts';

function split(chunks: readonly Uint8Array[], maxBytes: number = 1000): readonly InputLine[] {
  const splitter = createSplitter('x', maxBytes);
  return [...chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk))), ...splitter.end()];
}

/** A line as `2:text`, or with the name of its fault. */
const shown = (line: InputLine): string => `${line.line}:${line.error === undefined ? line.text : line.error.reason}`;
const shownText = (text: string, maxBytes?: number): readonly string[] => split([Buffer.from(text)], maxBytes).map(shown);

describe('lines', () => {
  test.each([
    ['', []],
    ['a', ['1:a']],
    ['a\n', ['1:a']],
    ['a\nb', ['1:a', '2:b']],
    ['a\r\nb\r\n', ['1:a', '2:b']],
    ['a\r', ['1:a']],
    ['a\rb\n', ['1:a\rb']],
    ['\n\na\n \t \nb\n\r\n', ['3:a', '5:b']],
    ['\ufeffa\n\ufeffb\n', ['1:a', '2:\ufeffb']],
    ['\ufeff\na', ['2:a']],
    ['é\n語\n😀\u2028x\n', ['1:é', '2:語', '3:😀\u2028x']],
  ])('of %j', (text, expected) => {
    expect(shownText(text)).toEqual(expected);
  });

  test('do not depend on where the pieces end', () => {
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\r\n', '\r', '', ' ', 'é', '\ufeff'));
    fc.assert(fc.property(fc.array(part), fc.array(fc.nat(20)), (parts, cuts) => {
      const bytes = Buffer.from(parts.join(''));
      const pieces: Buffer[] = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) pieces.push(bytes.subarray(at, (at += cut)));
      expect(split(pieces).map(shown)).toEqual(split([bytes]).map(shown));
    }));
  });

  test('are those of String.split, blank ones left out', () => {
    const line = fc.string({ unit: 'binary' }).filter((one) => !/[\r\n\ufeff]/.test(one));
    fc.assert(fc.property(fc.array(line), (texts) => {
      const expected = texts.map((text, index) => `${index + 1}:${text}`).filter((_, index) => !/^[ \t]*$/.test(texts[index] ?? ''));
      expect(shownText(texts.join('\n'))).toEqual(expected);
    }));
  });
});

describe('bytes that are no UTF-8', () => {
  test.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong form', [0xc0, 0xaf]],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a cut-off sequence', [0xe2, 0x82]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['UTF-16 with a byte-order mark', [0xff, 0xfe, 0x7b, 0x00]],
  ])('%s: a fault of that line alone', (_, bytes) => {
    const block = Buffer.concat([Buffer.from('a\né\n'), Buffer.from(bytes), Buffer.from('\né\nb')]);
    expect(split([block]).map(shown)).toEqual(['1:a', '2:é', '3:InvalidUtf8Error', '4:é', '5:b']);
    expect(split([...block].map((byte) => Uint8Array.of(byte))).map(shown)).toEqual(['1:a', '2:é', '3:InvalidUtf8Error', '4:é', '5:b']);
  });
});

describe('long lines', () => {
  const [fits, over] = ['x'.repeat(10), 'x'.repeat(11)];

  test.each([
    ['up to the limit are read', `${fits}\n${fits}\r\n${fits}`, ['1:xxxxxxxxxx', '2:xxxxxxxxxx', '3:xxxxxxxxxx']],
    ['over it are faults, and the next line is read', `${over}\na\n${over}\nb\n${over}`, ['1:LineTooLongError', '2:a', '3:LineTooLongError', '4:b', '5:LineTooLongError']],
    ['are counted in bytes', 'ééééé\néééééé\n', ['1:ééééé', '2:LineTooLongError']],
  ])('%s', (_, text, expected) => {
    expect(shownText(text, 10)).toEqual(expected);
    expect(split([...Buffer.from(text)].map((byte) => Uint8Array.of(byte)), 10).map(shown)).toEqual(expected);
  });

  test('are not held', () => {
    const splitter = createSplitter('x', 1000);
    const piece = Buffer.alloc(1_000_000, 0x61);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 100; i++) splitter.push(piece);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    expect(splitter.push(Buffer.from('\nb\n')).map(shown)).toEqual(['1:LineTooLongError', '2:b']);
  });
});

test('a fault says where and what, and holds no text', () => {
  const [line] = split([Buffer.from('quite private\n')], 5);
  expect(line?.error?.message).toBe('x:1: the line is over the limit of 5 bytes; write one record a line (LineTooLongError)');
  expect(line?.error).toMatchObject({ name: 'LineError', source: 'x', line: 1, reason: 'LineTooLongError' });
});
