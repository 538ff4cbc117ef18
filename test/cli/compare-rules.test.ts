import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compareRules } from '../../src/lab/compare-rules.ts';
import { readRecord } from '../../src/event/record.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';
import { folder, lines, runCli, type Result } from './run.ts';

const ROOM = fileURLToPath(new URL('../../examples/rooms/v10-shared.ndjson.gz', import.meta.url));
const records = lines(gunzipSync(readFileSync(ROOM)).toString()).map((line) => readRecord(parseJson(line)).record);

type Difference = { readonly room_id: string; readonly event_id: string; readonly type: string; readonly only_first: readonly string[]; readonly only_second: readonly string[]; readonly id_changes: boolean };
const differences = ({ stdout }: Result): readonly Difference[] => lines(stdout).map((line) => JSON.parse(line));

/** Runs the comparison with rule tables in files of the given names. */
async function compareWith(tables: Readonly<Record<string, unknown>>, args: readonly string[], stdin: string = ''): Promise<Result> {
  const cwd = await folder();
  for (const [name, table] of Object.entries(tables)) await writeFile(join(cwd, name), typeof table === 'string' ? table : JSON.stringify(table));
  return runCli(['compare-rules', ...args], { cwd, stdin });
}

describe('versions 10 and 11 on a room of version 10', () => {
  const expected = records.flatMap((record) => {
    const difference = compareRules(record.pdu, roomVersion('10'), roomVersion('11'));
    return difference === undefined ? [] : [{ event_id: record.event_id, only_first: difference.onlyFirst, only_second: difference.onlySecond, id_changes: difference.idChanges }];
  });

  test('one JSON object a line for each event that differs', async () => {
    const result = await runCli(['compare-rules', '10', '11', ROOM, '--json']);
    expect([result.code, result.stderr]).toEqual([0, '']);
    const found = differences(result);
    expect(found.map(({ event_id, only_first, only_second, id_changes }) => ({ event_id, only_first, only_second, id_changes }))).toEqual(expected);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(records.length);
    const create = found.find(({ type }) => type === 'm.room.create');
    expect(create).toMatchObject({ only_first: [], only_second: ['content.org\\.example\\.purpose', 'content.room_version'], id_changes: true });
  });

  test('for people, with a summary by type', async () => {
    const { code, stdout, stderr } = await runCli(['compare-rules', '10', '11', ROOM]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`${records.length} events compared under 10 and 11: ${expected.length} redacted differently, ${expected.filter(({ id_changes: changes }) => changes).length} with another ID.\n`);
    expect(stdout).toMatch(/^\$\S+ m\.room\.create, another ID\n {2}kept by 11 only: content.*\n {2}kept by 11 only: content\.room_version\n/m);
    expect(stdout).toMatch(/\n {2}m\.room\.create 1\n/);
  });

  test('a version agrees with itself', async () => {
    expect(await runCli(['compare-rules', '10', '10', ROOM, '--json'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await runCli(['compare-rules', '10', '10', ROOM])).stdout).toBe(`${records.length} events compared under 10 and 10: 0 redacted differently, 0 with another ID.\n`);
  });

  test('an ID that is written otherwise is another ID, and nothing is redacted differently', async () => {
    const { stdout } = await runCli(['compare-rules', '3', '4', ROOM]);
    const moved = lines(stdout).filter((line) => line.startsWith('$'));
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.every((line) => line.endsWith(', another ID'))).toBe(true);
    expect(stdout).toContain(`${records.length} events compared under 3 and 4: 0 redacted differently, ${moved.length} with another ID.\n`);
  });

  test('into a file', async () => {
    const cwd = await folder();
    const { code, stdout } = await runCli(['compare-rules', '10', '11', ROOM, '--json', '--out', 'out.ndjson'], { cwd });
    expect([code, stdout]).toEqual([0, '']);
    expect(lines(readFileSync(join(cwd, 'out.ndjson'), 'utf8'))).toHaveLength(expected.length);
  });
});

describe('a table of one\'s own', () => {
  const topic = JSON.stringify({ type: 'm.room.topic', content: { topic: 'x', extra: 1 }, room_id: '!r:s', sender: '@a:s', prev_state: [] });

  test('adds to the content of its base', async () => {
    const mine = { id: 'org.example.topic', base: '11', redaction: { content: { 'm.room.topic': { topic: true } } } };
    const result = await compareWith({ 'mine.json': mine }, ['11', 'mine.json', '--json'], `${topic}\n`);
    expect([result.code, result.stderr]).toEqual([0, '']);
    expect(differences(result)).toMatchObject([{ type: 'm.room.topic', only_first: [], only_second: ['content.topic'], id_changes: true }]);
  });

  test('keeps nothing of a type that it empties, and leaves the other types', async () => {
    const mine = { id: 'org.example.less', base: '10', redaction: { content: { 'm.room.member': {} } } };
    const result = await compareWith({ 'mine.json': mine }, ['10', 'mine.json', ROOM, '--json']);
    const members = records.filter(({ pdu }) => pdu.type === 'm.room.member');
    expect(differences(result)).toHaveLength(members.length);
    expect(new Set(differences(result).flatMap((one) => one.only_first))).toEqual(new Set(['content.membership']));
  });

  test('replaces the keys of the event, but content stays', async () => {
    const mine = { id: 'org.example.bare', base: '11', redaction: { event: { type: true, room_id: true } } };
    const result = await compareWith({ 'mine.json': mine }, ['mine.json', '11', '--json'], `${topic}\n`);
    expect(differences(result)).toMatchObject([{ only_first: [], only_second: ['sender'] }]);
  });

  test('keeps relations', async () => {
    const mine = { id: 'org.example.relations', base: '11', redaction: { anyContent: { 'm.relates_to': { rel_type: true } } } };
    const reply = JSON.stringify({ type: 'm.room.message', room_id: '!r:s', content: { body: 'x', 'm.relates_to': { rel_type: 'm.thread', event_id: '$a' } } });
    const result = await compareWith({ 'mine.json': mine }, ['11', 'mine.json', '--json'], `${reply}\n`);
    expect(differences(result)).toMatchObject([{ only_second: ['content.m\\.relates_to.rel_type'] }]);
  });

  test('of a version whose servers choose IDs leaves these, and changes hashes', async () => {
    const mine = { id: 'org.example.topic', base: '1', redaction: { content: { 'm.room.topic': { topic: true } } } };
    const { stdout } = await compareWith({ 'mine.json': mine }, ['1', 'mine.json'], '{"room_version": "1", "room_id": "!r:s", "event_id": "$t:s", "pdu": {"type": "m.room.topic", "content": {"topic": "x"}}}\n');
    expect(stdout).toMatch(/^\$t:s m\.room\.topic, another hash\n[^]*: 1 redacted differently, 0 with another ID\.\n/);
  });

  test('needs no change to be compared', async () => {
    const result = await compareWith({ 'mine.json': { id: 'org.example.same', base: '10' } }, ['10', 'mine.json', ROOM, '--json']);
    expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test.each<readonly [what: string, table: unknown, named: RegExp]>([
    ['no JSON', '{"id": "secret-text', /bad\.json is not a rule table, .* \(it is not JSON\) \(FileShapeError\)/],
    ['no object', [], /bad\.json is not a rule table/],
    ['no base', { id: 'org.example.a' }, /"base" is not as it should be/],
    ['an unknown base', { id: 'org.example.a', base: '99' }, /"base" is not as it should be/],
    ['an ID that is none', { id: 'No such ID', base: '11' }, /"id" is not as it should be/],
    ['a key that a table does not have', { id: 'org.example.a', base: '11', redactions: {} }, /"redactions" is not as it should be/],
    ['a key that a redaction table does not have', { id: 'org.example.a', base: '11', redaction: { contents: {} } }, /"redaction\.contents" is not as it should be/],
    ['false for what is not kept', { id: 'org.example.a', base: '11', redaction: { content: { 'm.room.topic': { topic: false } } } }, /"redaction\.content.* is not as it should be/],
    ['a list of keys', { id: 'org.example.a', base: '11', redaction: { content: { 'm.room.topic': ['topic'] } } }, /is not as it should be/],
  ])('%s is refused', async (_, table, named) => {
    const { code, stdout, stderr } = await compareWith({ 'bad.json': table }, ['11', 'bad.json'], `${topic}\n`);
    expect([code === 0, stdout]).toEqual([false, '']);
    expect(lines(stderr)).toHaveLength(1);
    expect(stderr).toMatch(named);
    expect(stderr).not.toContain('secret-text');
  });

  test('a table that is not there', async () => {
    const { code, stderr } = await compareWith({}, ['11', '13'], `${topic}\n`);
    expect([code, lines(stderr).length]).toEqual([64, 1]);
    expect(stderr).toMatch(/13: neither a room version \(1, 2, .*\) nor a file with a rule table/);
  });

  test('hostile names are names', async () => {
    const mine = '{"id": "org.example.hostile", "base": "11", "redaction": {"content": {"__proto__": {"a": true}, "constructor": {"name": true}}}}';
    const event = '{"type": "constructor", "content": {"name": 1, "toString": 2}, "room_id": "!r:s"}\n{"type": "__proto__", "content": {"a": 1}, "room_id": "!r:s"}\n{"type": "toString", "content": {"a": 1}, "room_id": "!r:s"}\n';
    const result = await compareWith({ 'mine.json': mine }, ['11', 'mine.json', '--json'], event);
    expect(differences(result).map((one) => [one.type, one.only_second])).toEqual([['constructor', ['content.name']], ['__proto__', ['content.a']]]);
  });
});

describe('lines that cannot be used', () => {
  const good = '{"type": "m.room.aliases", "content": {"aliases": []}, "room_id": "!r:s"}';

  test('are named and counted, and the others compared', async () => {
    const { code, stdout, stderr } = await runCli(['compare-rules', '5', '6', '--json'], { stdin: `${good}\nno JSON\n${good}\n` });
    expect([code, lines(stdout).length]).toEqual([1, 2]);
    expect(stderr).toContain('standard input:2');
  });

  test('end the run under --strict, and nothing is written', async () => {
    const cwd = await folder();
    const { code, stdout, stderr } = await runCli(['compare-rules', '5', '6', '--strict', '--json', '--out', 'out'], { stdin: `${good}\nno JSON\n`, cwd });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('standard input:2');
    expect(await readdir(cwd)).toEqual([]);
  });

  test('no line at all is a mistake, and nothing is written', async () => {
    const cwd = await folder();
    const { code, stderr } = await runCli(['compare-rules', '5', '6', '-', '--out', 'out'], { stdin: '', cwd });
    expect([code, await readdir(cwd)]).toEqual([1, []]);
    expect(stderr).toMatch(/^matrix-erasure: no events in standard input.* \(NoEventsError\)\n$/);
  });

  test('such as one whose hash one of the tables cannot tell', async () => {
    const { code, stderr } = await runCli(['compare-rules', '5', '6', '--json'], { stdin: '{"type": "m.room.power_levels", "content": {"ban": 50.5}, "room_id": "!r:s"}\n' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/standard input:1: .*\(CanonicalJsonError\)/);
  });
});
