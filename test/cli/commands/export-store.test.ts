import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../architecture/source.ts';
import { folder, runCli } from '../run.ts';

const room = (name: string): string => join(root, `examples/rooms/${name}.ndjson.gz`);
const person = ['--subject', '@alice:hs1.test:18441', '--at', '1795700000000'];

/** Every file of a folder and what is in it. */
function contentsOf(path: string): readonly (readonly [string, string])[] {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.sort().map((file) => [file.slice(path.length), readFileSync(file, 'base64')]);
}

describe('a copy from a store', () => {
  // Of several rooms a store gives them in the order of their IDs, a file in the order of its lines.
  test.each([['v11-shared', []], ['dm-fed-v11', ['--context']], ['alone-v12', ['--about']]] as const)('is the copy from the file, byte for byte: %s %j', async (name, more) => {
    const cwd = await folder();
    const rooms = [room(name)];
    expect((await runCli(['import', ...rooms, '--store', 's.db'], { cwd })).code).toBe(0);
    expect((await runCli(['export', '--store', 's.db', ...person, ...more, '--out', 'stored'], { cwd })).code).toBe(0);
    expect((await runCli(['export', ...rooms, ...person, ...more, '--out', 'filed'], { cwd })).code).toBe(0);
    const filed = contentsOf(join(cwd, 'filed'));
    expect(filed.length).toBeGreaterThan(10);
    expect(contentsOf(join(cwd, 'stored'))).toEqual(filed);
  });

  test('goes without files, and needs a store', async () => {
    const cwd = await folder();
    expect(await runCli(['export', 'x.ndjson', '--store', 's.db', ...person, '--out', 'o'], { cwd })).toMatchObject({ code: 64, stderr: expect.stringContaining('--store goes without FILES') });
    expect(await runCli(['export', '--store', 's.db', ...person, '--out', 'o'], { cwd })).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no such store') });
  });
});
