import { describe, expect, test } from 'vitest';
import { LineError, UsageError } from '../../src/cli/errors.ts';
import { failureOf } from '../../src/cli/failure.ts';
import { createFaultLog } from '../../src/cli/fault-log.ts';
import { InputFileError, TruncatedGzipError } from '../../src/cli/io/inputs.ts';
import { OutputError } from '../../src/cli/io/output.ts';
import { OutputClosedError } from '../../src/cli/io/sinks.ts';
import { createProgress } from '../../src/cli/progress.ts';
import { coloursFor } from '../../src/cli/colours.ts';

const MARKER = 'quite-private';

describe('how a failed command ends', () => {
  test.each([
    [new UsageError('say it otherwise'), { exitCode: 64, message: 'say it otherwise' }],
    [new OutputClosedError(), { exitCode: 0 }],
    [new InputFileError('a', 'ENOENT'), { exitCode: 64, message: 'a: no such file; check the path (InputFileError)' }],
    [new InputFileError('a', 'EACCES'), { exitCode: 1, message: 'a: may not be read; check its permissions (InputFileError)' }],
    [new InputFileError('a', 'EIO'), { exitCode: 1, message: 'a: cannot be read (EIO) (InputFileError)' }],
    [new OutputError('a', 'ENOSPC'), { exitCode: 1, message: 'a: no space left; make room and run the command again (OutputError)' }],
    [new TruncatedGzipError('a'), { exitCode: 1, message: 'a: the gzip data end too early; copy the file again (TruncatedGzipError)' }],
    [new LineError({ source: 'a', line: 3 }, new TruncatedGzipError('b')), {
      exitCode: 1, message: 'a:3: b: the gzip data end too early; copy the file again (TruncatedGzipError); stopped there',
    }],
  ])('%o', (error, failure) => {
    expect(failureOf(error)).toEqual(failure);
  });

  test.each([
    [new TypeError(MARKER), 'TypeError'],
    [new SyntaxError(MARKER), 'SyntaxError'],
    [Object.assign(new Error(MARKER), { code: 'EIO' }), 'Error EIO'],
    [MARKER, 'something that is no error was thrown'],
  ])('a mistake in the program is reported by its kind, as its message may quote content', (error, kind) => {
    expect(failureOf(error)).toEqual({ exitCode: 1, message: `unexpected: ${kind}; please report this with what you ran` });
  });
});

describe('the log of faults', () => {
  const fault = new LineError({ source: 'a', line: 1 }, new TruncatedGzipError('\u001b[2J'));

  test('writes out what a terminal would obey', () => {
    let written = '';
    createFaultLog({ write: (text) => (written += text) }).add(fault);
    expect(written).toBe('a:1: \\u001b[2J: the gzip data end too early; copy the file again (TruncatedGzipError)\n');
  });

  test('says nothing when there was none', () => {
    createFaultLog({ write: () => expect.unreachable() }).finish();
  });

  test('throws the first where it is to end the command', () => {
    expect(() => createFaultLog({ strict: true }).add(fault)).toThrow(fault);
  });
});

describe('progress', () => {
  test('is shown on a terminal, five times a second at most, and removed', () => {
    let [written, time] = ['', 1000];
    const progress = createProgress('Reading', { isTTY: true, write: (text) => (written += text) }, () => time);
    progress.clear();
    for (let i = 0; i < 10; i++) {
      time += 50;
      progress.advance(1000);
    }
    progress.clear();
    progress.clear();
    expect(written).toBe('\r\x1b[KReading: 4,000 lines, 20,000 a second\r\x1b[KReading: 8,000 lines, 20,000 a second\r\x1b[K');
  });

  test('says how long it will take where the size of the input is known', () => {
    let [written, time] = ['', 0];
    const progress = createProgress('Reading', { isTTY: true, write: (text) => (written += text) }, () => time);
    progress.expect(1000);
    for (const bytes of [250, 250]) {
      time += 30_000;
      progress.read(bytes);
      progress.advance(1000);
    }
    progress.expect(undefined);
    time += 1000;
    progress.advance(0);
    expect(written).toBe('\r\x1b[KReading: 1,000 lines, 33 a second, 1 min 30 s left\r\x1b[KReading: 2,000 lines, 33 a second, 1 min 0 s left\r\x1b[KReading: 2,000 lines, 33 a second');
  });

  test('is not shown elsewhere', () => {
    const progress = createProgress('Reading', { write: () => expect.unreachable() }, () => 0);
    progress.advance(1_000_000);
    progress.clear();
  });
});

test.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: true }, { NO_COLOR: '' }, true],
  [{ isTTY: true }, { NO_COLOR: '1' }, false],
  [{ isTTY: true }, { TERM: 'dumb' }, false],
  [{}, { CI: '1', FORCE_COLOR: '1' }, false],
])('colours on %j with %j: %j', (stream, env, coloured) => {
  expect(coloursFor(stream, env).red('x') !== 'x').toBe(coloured);
});
