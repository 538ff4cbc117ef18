import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { GraphModel } from '../../../src/cli/graph/model.ts';
import { folder, lines, runCli } from '../run.ts';
import { ROOM, event, line, start } from './rooms.ts';

const recorded = fileURLToPath(new URL('../../../examples/rooms/v10-shared.ndjson.gz', import.meta.url));
const OTHER = '!other:a.example';
const ndjson = (values: readonly object[]): string => values.map((value) => `${JSON.stringify({ room_version: '10', ...value })}\n`).join('');
const small = ndjson([...start, ...line('$levels', 'm', 6)].map((one) => ({ ...one, room_id: ROOM })));
const vast = ndjson([...start, ...line('$levels', 'm', 20_000)].map((one) => ({ ...one, room_id: ROOM })));
const two = small + ndjson([{ ...event('$o', []), room_id: OTHER }]);

test('a recorded room, as JSON', async () => {
  const { code, stdout, stderr } = await runCli(['graph', recorded, '--json', '--auth']);
  expect([code, stderr]).toEqual([0, '']);
  const model = JSON.parse(stdout) as GraphModel;
  expect(model).toMatchObject({ room_version: '10', totals: { events: 80, state: 39, redacted: 4, redactions: 4, merges: 4, forks: 4, rejected: 0 } });
  expect(model.edges.some(({ kind }) => kind === 'auth')).toBe(true);
  expect(model.nodes.length).toBeLessThan(80);
  expect(stdout).not.toMatch(/pii_|displayname/);
});

test('a page and a text for Graphviz at once, nothing on standard output', async () => {
  const cwd = await folder();
  const result = await runCli(['graph', recorded, '--html', 'graph.html', '--dot', '--out', 'graph.dot', '--all'], { cwd });
  expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await readFile(join(cwd, 'graph.html'), 'utf8')).toMatch(/^<!doctype html>/);
  expect(await readFile(join(cwd, 'graph.dot'), 'utf8')).toMatch(/^digraph room \{\n/);
});

test.each([['--json', /^\{"room_id":/], ['--dot', /^digraph room/], ['--all', /^■ +1 {2}m\.room\.create/]])('%s to a file, packed, or to standard output: the same', async (flag, begins) => {
  const cwd = await folder();
  expect(await runCli(['graph', '-', flag, '--out', 'graph.gz'], { cwd, stdin: small })).toEqual({ code: 0, stdout: '', stderr: '' });
  const { stdout } = await runCli(['graph', '-', flag], { stdin: small });
  expect(stdout).toMatch(begins);
  expect(gunzipSync(await readFile(join(cwd, 'graph.gz'))).toString()).toBe(stdout);
});

test('text without more words, from standard input, without colour', async () => {
  const { code, stdout } = await runCli(['graph'], { stdin: gzipSync(small) });
  expect(code).toBe(0);
  expect(lines(stdout)[3]).toMatch(/^⋮ +4–8 {2}5 events/);
  expect(stdout).not.toContain('\u001b');
});

describe('several rooms', () => {
  test('the first is drawn, with a note', async () => {
    const { code, stdout, stderr } = await runCli(['graph', '--json'], { stdin: two });
    expect([code, stderr]).toEqual([0, `drawing ${ROOM}, the first of 2 rooms; --rooms can also be ${OTHER}\n`]);
    expect(JSON.parse(stdout)).toMatchObject({ room_id: ROOM, totals: { events: 9 } });
  });

  test('or the one that is named, without', async () => {
    const { code, stdout, stderr } = await runCli(['graph', '--json', '--rooms', OTHER], { stdin: two });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ room_id: OTHER, totals: { events: 1 } });
  });

  test('one that is not there is a mistake, and nothing is written', async () => {
    const cwd = await folder();
    const { code, stderr } = await runCli(['graph', '--rooms', '!no:where', '--html', 'graph.html'], { stdin: two, cwd });
    expect([code, stderr]).toEqual([64, `matrix-erasure: no event is of the room !no:where; --rooms can be ${ROOM}, ${OTHER}\n`]);
    expect(existsSync(join(cwd, 'graph.html'))).toBe(false);
  });
});

describe('what goes wrong', () => {
  test.each([
    ['no such file', ['graph', 'nowhere.ndjson'], '', 64, /nowhere\.ndjson: no such file/],
    ['no events', ['graph', '-'], '', 1, /no events in standard input/],
    ['two results for standard output', ['graph', '-', '--json', '--dot'], small, 64, /--dot and --json .*: give one of them/],
    ['a page besides on standard output', ['graph', '-', '--json', '--html', '-'], small, 64, /two results for standard output: give --html another file/],
    ['two results for one file', ['graph', '-', '--json', '--html', 'x', '--out', 'x'], small, 64, /two results for one file/],
    ['nothing for --out', ['graph', '-', '--html', 'x', '--out', 'y'], small, 64, /add --dot or --json/],
    ['several rooms for one graph', ['graph', '-', '--rooms', `${ROOM},${OTHER}`], two, 64, /--rooms can be !graph:a\.example, !other:a\.example$/m],
    ['a folder that is not there', ['graph', '-', '--html', 'nowhere/x'], small, 64, /the folder does not exist; create it first/],
    ['a page that would be too large', ['graph', '-', '--html', 'x', '--all'], vast, 64, /20,003 rows.*leave out --all$/m],
    ['an unknown option', ['graph', '--htlm', 'x'], small, 64, /Did you mean --html/],
    ['a file without a name', ['graph', '--html'], small, 64, /--html/],
    ['an event that comes twice', ['graph', '-'], small + small, 1, /DuplicateEventError/],
  ])('%s', async (_, args, stdin, ...[code, message]) => {
    const result = await runCli(args, { stdin });
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).toMatch(message);
    expect(lines(result.stderr)).toHaveLength(1);
  });

  test('a line that cannot be used is reported, the rest is drawn', async () => {
    const cwd = await folder();
    await writeFile(join(cwd, 'in.ndjson'), `${small}{"quite-private\n`);
    const result = await runCli(['graph', 'in.ndjson', '--json'], { cwd });
    expect([result.code, (JSON.parse(result.stdout) as GraphModel).totals.events]).toEqual([1, 9]);
    expect(result.stderr).toMatch(/^in\.ndjson:10: .*\n1 line could not be used\n$/);
    expect(result.stderr).not.toContain('quite-private');
    const strict = await runCli(['graph', 'in.ndjson', '--html', 'graph.html', '--strict'], { cwd });
    expect([strict.code, existsSync(join(cwd, 'graph.html'))]).toEqual([1, false]);
  });
});
