import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ExportManifest } from '../../../src/portability.ts';
import { readText } from '../../../src/cli/json-file.ts';
import { folder, lines, runCli, startCli } from '../run.ts';

const ALICE = '@alice:hs1.test:18441';
const AT = ['--at', '1795600000000'];
const room = (name: string): string => fileURLToPath(new URL(`../../../examples/rooms/${name}.ndjson.gz`, import.meta.url));
const rooms = ['v1-shared', 'v3-shared', 'dm-fed-v11', 'aliceleft-v10'].map(room);

async function below(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(path, join(entry.parentPath, entry.name))).toSorted();
}

const manifestOf = async (path: string): Promise<ExportManifest> => JSON.parse(await readText(join(path, 'manifest.json'))) as ExportManifest;
const message = (body: object, more: object = {}): string =>
  `${JSON.stringify({ room_version: '10', pdu: { type: 'm.room.message', sender: ALICE, room_id: '!r:s', origin_server_ts: 5, content: body, ...more } })}\n`;

describe('a folder', () => {
  test('has what its manifest says, to the byte, and nobody else may read it', async () => {
    const out = join(await folder(), 'copy');
    const { code, stdout, stderr } = await runCli(['export', ...rooms, '--subject', ALICE, '--out', out, ...AT]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Exported 192 events of 4 rooms.*\nNot in it:\n[^]*open \S+copy\/index\.html in a browser\.\n$/);
    const { files, counts, exportedAt } = await manifestOf(out);
    expect([counts.events, exportedAt]).toEqual([192, 1795600000000]);
    expect(await below(out)).toEqual([...files.map(({ path }) => path), 'manifest.json'].toSorted());
    for (const { path, bytes, sha256 } of files) {
      const content = await readFile(join(out, path));
      expect([path, content.length, createHash('sha256').update(content).digest('hex')]).toEqual([path, bytes, sha256]);
    }
    expect([(await stat(out)).mode & 0o777, (await stat(join(out, 'manifest.json'))).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  test('of somebody who sent nothing is written, with a warning', async () => {
    const { code, stdout, stderr } = await runCli(['export', room('v10-shared'), '--subject', '@nobody:hs1.test', '--out', join(await folder(), 'copy'), ...AT]);
    expect([code, stdout.split('\n')[0], stderr]).toEqual([0, 'Exported 0 events of 0 rooms.', 'nothing that @nobody:hs1.test sent is in it: check the user ID and the input before you hand this copy out\n']);
  });

  test('is read by the other commands, which compute the same IDs and find every event valid', async () => {
    const out = join(await folder(), 'copy');
    await runCli(['export', room('v10-shared'), '--subject', ALICE, '--out', out, ...AT]);
    const events = (await below(out)).filter((path) => /events-.*\.jsonl$/.test(path)).map((path) => join(out, path));
    const copied = (await Promise.all(events.map((path) => readText(path)))).flatMap(lines).map((line) => JSON.parse(line) as { readonly event_id: string });
    const { code, stdout } = await runCli(['plan', ...events, '--subject', ALICE, '--requested-at', '1795600000000', '--json']);
    expect(code).toBe(0);
    const planned = (JSON.parse(stdout) as { readonly rooms: readonly { readonly entries: readonly { readonly event_id: string }[] }[] }).rooms.flatMap(({ entries }) => entries.map(({ event_id: id }) => id));
    expect(planned.toSorted()).toEqual(copied.map(({ event_id: id }) => id).toSorted());
    const whole = await runCli(['plan', out, '--subject', ALICE, '--requested-at', '1795600000000', '--json']);
    expect([whole.stdout, whole.stderr]).toEqual([stdout, expect.stringContaining(`copy: read as a person's copy: ${events.length} file of events, in which there is nothing that others sent\n`)]);
    const again = join(await folder(), 'again');
    expect((await runCli(['export', ...events, '--subject', ALICE, '--out', again, ...AT])).code).toBe(0);
    for (const path of events) expect(await readText(join(again, relative(out, path)))).toBe(await readText(path));
  });

  test('may be there if it is empty, and is not touched if it is not', async () => {
    const at = await folder();
    await mkdir(join(at, 'empty'));
    expect((await runCli(['export', room('alone-v10'), '--subject', ALICE, '--out', join(at, 'empty')])).code).toBe(0);
    await mkdir(join(at, 'full'));
    await writeFile(join(at, 'full', 'mine'), 'x');
    await writeFile(join(at, 'file'), 'x');
    for (const name of ['full', 'file', 'empty']) {
      const { code, stderr } = await runCli(['export', room('alone-v10'), '--subject', ALICE, '--out', join(at, name)]);
      expect([code, stderr]).toEqual([64, expect.stringMatching(/^matrix-erasure: .*(?:is not empty|is a file): name a folder that is not there yet, or a file that ends with \.zip\n$/)]);
    }
    expect((await readdir(at)).toSorted()).toEqual(['empty', 'file', 'full']);
  });
});

describe('a ZIP file', () => {
  test('holds the same as a folder, is the same again whatever the time zone, and opens with other programs', async () => {
    const at = await folder();
    const run = (out: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> => runCli(['export', ...rooms, '--subject', ALICE, '--out', join(at, out), ...AT], { env });
    await run('copy');
    await run('a.zip', { TZ: 'UTC' });
    await run('b.zip', { TZ: 'America/Sao_Paulo' });
    expect(await readFile(join(at, 'a.zip'))).toEqual(await readFile(join(at, 'b.zip')));
    expect((await readdir(at)).toSorted()).toEqual(['a.zip', 'b.zip', 'copy']);
    const expected = await Promise.all((await below(join(at, 'copy'))).map(async (path) => [path, createHash('sha256').update(await readFile(join(at, 'copy', path))).digest('hex')]));
    for (const [program, args] of unpackers) {
      const target = join(at, program);
      if (spawnSync(program, ['--version']).error !== undefined) {
        console.log(`skipped: ${program} is not there`);
        continue;
      }
      const { status, stderr } = spawnSync(program, args(join(at, 'a.zip'), target), { encoding: 'utf8' });
      expect([program, status, stderr]).toEqual([program, 0, '']);
      expect(await Promise.all((await below(target)).map(async (path) => [path, createHash('sha256').update(await readFile(join(target, path))).digest('hex')]))).toEqual(expected);
    }
  });

  const PYTHON = 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])';
  const unpackers: readonly (readonly [string, (zip: string, to: string) => readonly string[]])[] = [
    ['unzip', (zip, to) => ['-q', zip, '-d', to]], ['python3', (zip, to) => ['-c', PYTHON, zip, to]],
  ];
});

describe('files', () => {
  const png = Buffer.from('iVBORw0KGgo', 'base64');
  const picture = (uri: string): string => message({ msgtype: 'm.image', body: 'p', url: uri, info: { mimetype: 'image/png' } }, { origin_server_ts: uri.length });

  test('are found as SERVER/MEDIA-ID and as Synapse stores them, and nothing outside of the folder is taken', async () => {
    const at = await folder();
    const media = join(at, 'media');
    for (const [path, content] of [['s/one', 'one'], ['local_content/tw/oA/BCD', 'two'], ['remote_content/other/th/re/eee', 'three']] as const) {
      await mkdir(join(media, path, '..'), { recursive: true });
      await writeFile(join(media, path), content);
    }
    await writeFile(join(at, 'outside'), png);
    await symlink(join(at, 'outside'), join(media, 's', 'link'));
    await mkdir(join(media, 's', 'folder'));
    const uris = ['mxc://s/one', 'mxc://s/twoABCD', 'mxc://other/threeee', 'mxc://s/link', 'mxc://s/folder', 'mxc://../outside', 'mxc://s/gone'];
    const out = join(at, 'copy');
    const { code, stdout } = await runCli(['export', '-', '--subject', ALICE, '--out', out, '--media', media, '--json', ...AT], { stdin: uris.map(picture).join('') });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ out, counts: { filesIncluded: 3 } });
    const kept = (await below(out)).filter((path) => path.startsWith('media/') && path.endsWith('.png'));
    expect((await Promise.all(kept.map((path) => readText(join(out, path))))).toSorted()).toEqual(['one', 'three', 'two']);
    expect((await manifestOf(out)).files.filter(({ path }) => path.endsWith('.png'))).toHaveLength(3);
  });

  test('need a folder', async () => {
    const at = await folder();
    await writeFile(join(at, 'file'), '');
    const run = (media: string): Promise<{ readonly code: number | null; readonly stderr: string }> => runCli(['export', room('alone-v10'), '--subject', ALICE, '--out', join(at, 'copy'), '--media', join(at, media)]);
    expect(await run('none')).toMatchObject({ code: 64, stderr: expect.stringContaining('no such file') });
    expect(await run('file')).toMatchObject({ code: 1, stderr: expect.stringContaining('is no folder') });
    expect(await readdir(at)).toEqual(['file']);
  });
});

describe('messages of others', () => {
  test('are those that the person could see: none before their join, none after they left', async () => {
    const out = join(await folder(), 'copy');
    const { code } = await runCli(['export', room('aliceleft-v10'), '--subject', ALICE, '--out', out, '--context', '100', ...AT]);
    expect(code).toBe(0);
    const paths = (await below(out)).filter((path) => /context-.*\.jsonl$/.test(path));
    const context = (await Promise.all(paths.map((path) => readText(join(out, path))))).flatMap(lines).map((line) => JSON.parse(line) as { readonly event_id: string });
    const seen = await runCli(['view', room('aliceleft-v10'), '--as', ALICE, '--subject', '@nobody:hs1.test:18441', '--effective-at', '1895600000000', '--json']);
    const full = new Set(lines(seen.stdout).map((line) => JSON.parse(line) as { readonly event_id: string; readonly seen: string }).filter((row) => row.seen === 'full').map((row) => row.event_id));
    expect(context.length).toBeGreaterThan(5);
    expect(context.filter(({ event_id: id }) => !full.has(id))).toEqual([]);
    for (const path of await below(out)) {
      if (!/context-|references-/.test(path)) continue;
      expect(await readText(join(out, path))).not.toMatch(/@(?:bob|carol|dora|erin|harry|mallory):/);
    }
  });
});

describe('what goes wrong', () => {
  test('wrong usage is told, and nothing is written', async () => {
    const at = await folder();
    const input = join(at, 'in.zip');
    await writeFile(input, message({ body: 'x' }));
    const usage: readonly (readonly [readonly string[], RegExp])[] = [
      [['--out', '-'], /a folder or a ZIP file/], [['--out', input], /is read by this command/], [['--out', join(at, 'none', 'copy')], /the folder does not exist/],
      [['--out', join(at, 'x.zip'), '--context', '101'], /from 0 to 100/], [['--out', join(at, 'x'), '--at', 'now'], /ms since 1970/],
    ];
    for (const [args, error] of usage) {
      const { code, stderr } = await runCli(['export', input, '--subject', ALICE, ...args]);
      expect([code, stderr]).toEqual([64, expect.stringMatching(error)]);
    }
    expect(await runCli(['export', '-', '--subject', ALICE, '--out', join(at, 'x'), '--context'], { stdin: message({}) })).toMatchObject({ code: 64, stderr: expect.stringContaining('reads its input twice') });
    expect(await readdir(at)).toEqual(['in.zip']);
    expect(await readText(input)).toBe(message({ body: 'x' }));
  });

  test('a line that cannot be used is named and counted in the manifest; with --strict nothing is written', async () => {
    const at = await folder();
    const stdin = `${message({ body: 'kept' })}{"a":1}\n`;
    const { code, stderr } = await runCli(['export', '-', '--subject', ALICE, '--out', join(at, 'copy')], { stdin });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/standard input:2: .*\n1 line could not be used\n/)]);
    expect((await manifestOf(join(at, 'copy'))).missing[0]).toMatchObject({ what: 'events', reason: 'unusable', count: 1 });
    expect((await runCli(['export', '-', '--subject', ALICE, '--out', join(at, 'strict'), '--strict'], { stdin })).code).toBe(1);
    expect((await runCli(['export', '-', '--subject', ALICE, '--out', join(at, 'empty')], { stdin: '' }))).toMatchObject({ code: 1, stderr: expect.stringContaining('no events in standard input') });
    expect(await readdir(at)).toEqual(['copy']);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s leaves nothing', async (signal) => {
    const at = await realpath(await folder());
    for (const out of ['copy', 'copy.zip']) {
      const child = startCli(['export', '-', '--subject', ALICE, '--out', join(at, out)]);
      let stderr = '';
      child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.stdin?.on('error', () => undefined);
      child.stdin?.write(Array.from({ length: 20_000 }, (_, i) => message({ body: `text ${i}` })).join(''));
      while ((await readdir(at)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      child.kill(signal);
      const [code] = (await once(child, 'close')) as [number];
      expect([code, stderr, await readdir(at)]).toEqual([signal === 'SIGINT' ? 130 : 143, expect.stringContaining(`nothing was written to ${join(at, out)}`), []]);
    }
  });

  test('a disk without room is told', async () => {
    const at = await folder();
    // A limit on the size of files is met like the end of a disk.
    const run = spawnSync('sh', ['-c', 'ulimit -f 8; trap "" XFSZ; exec "$@"', 'sh', process.execPath, '--conditions=matrix-erasure-source', fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url)),
      'export', ...rooms, '--subject', ALICE, '--out', join(at, 'copy')], { encoding: 'utf8' });
    expect([run.status, run.stderr]).toEqual([1, expect.stringMatching(/copy: cannot be written \(EFBIG\)|copy: no space left/)]);
    expect(await readdir(at)).toEqual([]);
  });
});
