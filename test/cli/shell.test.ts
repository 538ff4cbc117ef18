import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { manPage } from '../../src/cli/man-page.ts';
import { createProgram } from '../../src/cli/program.ts';
import { runCli } from './run.ts';

describe('completion', () => {
  test.each([
    [['pl'], /^plan\t/],
    [['plan', '--subj'], /^--subject\t/],
    [['plan', '--profile', 'st'], /^strict\t/],
    [['notify', 'st'], /^status\t/],
  ])('of %j', async (words, first) => {
    const { code, stdout } = await runCli(['complete', '--', ...words]);
    expect(code).toBe(0);
    expect(stdout).toMatch(first);
  });

  test('of a file is left to the shell', async () => {
    expect((await runCli(['complete', '--', 'plan', ''])).stdout).toBe(':0\n');
  });

  test.each(['bash', 'zsh', 'fish', 'powershell'])('has a script for %s', async (shell) => {
    const { stdout } = await runCli(['complete', shell]);
    expect(stdout).toContain('matrix-erasure');
  });

  test('has a script that bash can read, and that falls back to files', async () => {
    const { stdout } = await runCli(['complete', 'bash']);
    expect(spawnSync('bash', ['-n'], { input: stdout }).status).toBe(0);
    expect(stdout).toContain('complete -o default -F __matrix_erasure_complete matrix-erasure');
  });
});

describe('the manual', () => {
  const page = manPage(createProgram('1.2.3'));

  test('has every command and every option', () => {
    const program = createProgram('1.2.3');
    expect(program.commands.length).toBe(commands.length);
    for (const command of program.commands) {
      expect(page).toContain(`.SS ${command.name().replaceAll('-', '\\-')}`);
      for (const { long } of command.options) expect(page).toContain((long ?? '').replaceAll('-', '\\-'));
    }
  });

  test('has no line that is a macro by accident', () => {
    const macros = page.split('\n').filter((line) => line.startsWith('.') || line.startsWith("'")).map((line) => line.split(' ')[0]);
    expect([...new Set(macros)].sort()).toEqual(['.B', '.I', '.PP', '.RI', '.SH', '.SS', '.TH', '.TP', '.fi', '.nf']);
  });

  test('has no warnings of groff, where it is there', () => {
    const { error, stderr, stdout } = spawnSync('groff', ['-man', '-Tutf8', '-ww'], { input: page, encoding: 'utf8' });
    if (error !== undefined) return;
    expect(stderr.replace(/.*(?:can't break|cannot adjust|cannot break).*\n/g, '')).toBe('');
    expect(stdout).toContain('matrix-erasure plan');
  });
});
