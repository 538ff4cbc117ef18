import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryFiles } from './architecture/paths.ts';
import { root } from './architecture/source.ts';
import { runCli } from './cli/run.ts';
import { shownCommands } from './documentation/blocks.ts';

test('a command, its words and what it prints are read', () => {
  const text = 'a\n\n```console run\n$ matrix-erasure plan x --operator "A B"\nPlan:\n$ matrix-erasure show p\n```\n\n```console\n$ matrix-erasure not run\n```\n';
  expect(shownCommands(text)).toEqual([
    { line: 4, args: ['plan', 'x', '--operator', 'A B'], output: ['Plan:'] },
    { line: 6, args: ['show', 'p'], output: [] },
  ]);
});

const documents = repositoryFiles(root).filter((path) => path.endsWith('.md')).map((path) => [path, shownCommands(readFileSync(join(root, path), 'utf8'))] as const);

describe('commands in documents, in a folder with the rooms of the examples', () => {
  test.each(documents.filter(([, commands]) => commands.length > 0))('%s', async (_path, commands) => {
    const cwd = mkdtempSync(join(tmpdir(), 'matrix-erasure-'));
    try {
      const rooms = join(root, 'examples/rooms');
      for (const name of readdirSync(rooms)) copyFileSync(join(rooms, name), join(cwd, name));
      for (const { line, args, output } of commands) {
        const { code, stdout, stderr } = await runCli(args, { cwd });
        expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
        for (const text of output) expect(`${stdout}${stderr}`, `line ${line}`).toContain(text);
      }
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });
});
