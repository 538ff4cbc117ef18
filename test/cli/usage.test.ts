import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { runCli, lines } from './run.ts';

const commands = createProgram('0').commands.map((command) => command.name());

describe('mistakes on the command line: exit code 64 and one line that names the fix', () => {
  test.each([
    [[], 'no command; "matrix-erasure --help" lists them'],
    [['redakt'], "unknown command 'redakt' (Did you mean redact?)"],
    [['forget-everything'], 'unknown command \'forget-everything\'; see "matrix-erasure --help"'],
    [['--verison'], "unknown option '--verison' (Did you mean --version?)"],
    [['redact', '--room-versoin', '10'], "unknown option '--room-versoin' (Did you mean --room-version?)"],
    [['redact', '--frobnicate'], 'unknown option \'--frobnicate\'; see "matrix-erasure redact --help"'],
    [['redact', '--out'], 'option \'--out <path>\' argument missing; see "matrix-erasure redact --help"'],
    [['redact', '-', '-'], '- stands twice: standard input can be read once'],
    [['batch', 'extra'], 'too many arguments for \'batch\'. Expected 0 arguments but got 1: extra.; see "matrix-erasure batch --help"'],
    [['batch', '--crypto', 'magic'], "option '--crypto <backend>' argument 'magic' is invalid. Allowed choices are portable, native."],
    [['explain', 'no-such-file'], 'no-such-file: no such file; check the path (InputFileError)'],
    [['redact', 'package.json/x'], 'package.json/x: no such file; check the path (InputFileError)'],
  ])('%j', async (args, message) => {
    expect(await runCli(args)).toEqual({ code: 64, stdout: '', stderr: `matrix-erasure: ${message}\n` });
  });

  test('a room version that does not exist: those that do are listed', async () => {
    const { code, stderr } = await runCli(['redact', '--room-version', '99']);
    expect([code, lines(stderr).length]).toEqual([64, 1]);
    expect(stderr).toContain('supported are 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12');
  });

  test('what a terminal would obey is written out', async () => {
    const { stderr } = await runCli(['redact', '\u001b[2Jfile']);
    expect(stderr).toBe('matrix-erasure: \\u001b[2Jfile: no such file; check the path (InputFileError)\n');
  });
});

describe('help', () => {
  test('lists every command', async () => {
    const { code, stdout, stderr } = await runCli(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(commands.length).toBeGreaterThan(2);
  });

  test.each(commands)('of %s has examples that begin with its name', (name) => {
    let help = '';
    const command = createProgram('0').commands.find((one) => one.name() === name);
    command?.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toMatch(/^Usage: /);
    expect(help).toMatch(new RegExp(`Examples?:\\n(?:.*\\n)*?.*matrix-erasure ${name}`));
  });
});

test('the version is that of the package', async () => {
  const { version }: { readonly version: string } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});
