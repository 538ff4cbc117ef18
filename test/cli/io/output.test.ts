import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openOutput, OutputError, withOutput, writeOutput } from '../../../src/cli/io/output.ts';
import { removeTemporaryFiles } from '../../../src/cli/io/temporary.ts';
import { folder } from '../run.ts';

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test('a file appears with all its text when it is done, and not before', async () => {
  const [path, name] = [await folder(), 'a.txt'];
  await withOutput(join(path, name), async ({ write }) => {
    for (const text of ['a', 'é', '', '語\n']) await write(text);
    expect(await readdir(path)).toHaveLength(1);
    expect(await readdir(path)).not.toContain(name);
  });
  expect(await readdir(path)).toEqual([name]);
  expect(await readFile(join(path, name), 'utf8')).toBe('aé語\n');
});

test('a failure leaves what was there before, and nothing else', async () => {
  const path = await folder();
  await writeFile(join(path, 'old'), 'old');
  for (const name of ['old', 'new', 'new.gz']) {
    const failing = withOutput(join(path, name), async ({ write }) => {
      await write('x'.repeat(1_000_000));
      throw new RangeError('on purpose');
    });
    await expect(failing).rejects.toThrow(RangeError);
  }
  expect(await readdir(path)).toEqual(['old']);
  expect(await readFile(join(path, 'old'), 'utf8')).toBe('old');
});

test('a name that ends with .gz is packed, however much there is to write', async () => {
  const path = join(await folder(), 'a.ndjson.gz');
  const text = 'some text that is written again and again\n'.repeat(5000);
  await withOutput(path, async ({ write }) => {
    for (let i = 0; i < 20; i++) await write(text);
  });
  expect(gunzipSync(await readFile(path)).toString()).toBe(text.repeat(20));
});

test('permissions of a file that is replaced stay, and a link still leads to it', async () => {
  const path = await folder();
  await writeFile(join(path, 'secret'), 'old', { mode: 0o600 });
  await chmod(join(path, 'secret'), 0o640);
  await symlink('secret', join(path, 'link'));
  await writeOutput(join(path, 'link'), 'new');
  expect(await readFile(join(path, 'secret'), 'utf8')).toBe('new');
  expect(await modeOf(join(path, 'secret'))).toBe(0o640);
  expect((await readdir(path)).toSorted()).toEqual(['link', 'secret']);
});

describe('places that cannot be written', () => {
  test.each([
    ['a folder', (path: string) => path, 'EISDIR'],
    ['in a folder that does not exist', (path: string) => join(path, 'none', 'x'), 'ENOENT'],
    ['below a file', (path: string) => join(path, 'file', 'x'), 'ENOTDIR'],
    ['a full device', () => '/dev/full', 'ENOSPC'],
  ])('%s', async (_, place, reason) => {
    const path = await folder();
    await writeFile(join(path, 'file'), '');
    const error: unknown = await writeOutput(place(path), 'x').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OutputError);
    expect(error).toMatchObject({ name: 'OutputError', reason, path: place(path) });
  });
});

test('an interruption removes what is not done, and names what it would have been', async () => {
  const path = await folder();
  await mkdir(join(path, 'b'));
  const outputs = [await openOutput(join(path, 'a')), await openOutput(join(path, 'b', 'c')), await openOutput(join(path, 'd'))];
  await outputs[0]?.commit();
  expect(removeTemporaryFiles()).toEqual([join(path, 'b', 'c'), join(path, 'd')]);
  expect(removeTemporaryFiles()).toEqual([]);
  expect([await readdir(path), await readdir(join(path, 'b'))]).toEqual([['a', 'b'], []]);
  for (const output of outputs.slice(1)) await output.discard();
});
