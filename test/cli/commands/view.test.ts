import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../../src/json/parse-json.ts';
import { asObject } from '../../crypto/vectors.ts';
import { vectorLines } from '../../room/vectors.ts';
import { folder, lines, runCli, type Result } from '../run.ts';

const ALICE = '@alice:hs1.test:18441';
const ERASED_AT = '1795465515653';
const ROOM = fileURLToPath(new URL('../../../examples/rooms/v10-world_readable.ndjson.gz', import.meta.url));
const REGISTRATION = `id: irc
url: null
as_token: secret
hs_token: secret
sender_localpart: bot
namespaces:
  users:
    - regex: "@_ghost_.*"
      exclusive: true
  aliases: []
`;

const view = (args: readonly string[], options?: Parameters<typeof runCli>[1]): Promise<Result> =>
  runCli(['view', '--subject', ALICE, '--effective-at', ERASED_AT, ...args], options);
const rowsOf = ({ stdout }: Result): ReturnType<typeof asObject>[] => lines(stdout).map((line) => asObject(parseJson(line)));

async function file(content: string): Promise<string> {
  const path = join(await folder(), 'registration.yaml');
  await writeFile(path, content);
  return path;
}

describe('view --json', () => {
  test('writes a line for each event, in the order of the input', async () => {
    const result = await view([ROOM, '--as', 'guest', '--json']);
    expect([result.code, result.stderr]).toEqual([0, '']);
    const ids = lines(gunzipSync(await readFile(ROOM)).toString()).map((line) => asObject(parseJson(line))['event_id']);
    expect(rowsOf(result).map((row) => row['event_id'])).toEqual(ids);
    for (const row of rowsOf(result)) {
      expect(Object.keys(row)).toEqual(['room_id', 'event_id', 'seen', 'reason']);
      expect(['full', 'redacted', 'hidden']).toContain(row['seen']);
    }
  });

  test('predicts what a real server served to a newcomer', async () => {
    const rooms = vectorLines('recorded-views/rooms.ndjson.gz').map((line) => JSON.parse(line));
    const { events, views } = rooms.find(({ room }) => room === 'v10-shared');
    const { seen } = views.find((one: { viewer: string; api: string }) => one.viewer === 'dave' && one.api === 'messages_b');
    const stdin = events.map((event: unknown) => `${JSON.stringify(event)}\n`).join('');
    const rows = rowsOf(await view(['-', '--as', '@dave:hs1.test:18441', '--profile', 'synapse', '--json'], { stdin }));
    const letters = { full: 'F', redacted: 'R', hidden: 'H' } as const;
    const differing = rows.filter((row, index) => !['S', '.', letters[row['seen'] as keyof typeof letters]].includes(seen[index]));
    expect(rows).toHaveLength(events.length);
    expect(differing).toEqual([]);
  });

  test('names the API', async () => {
    const seen = async (surface: string): Promise<readonly unknown[]> =>
      rowsOf(await view([ROOM, '--as', 'anonymous', '--profile', 'synapse', '--surface', surface, '--json'])).map((row) => row['reason']);
    expect(await seen('state')).toContain('not-filtered');
    expect(await seen('messages')).not.toContain('not-filtered');
  });
});

describe('view --events', () => {
  test('prints what would be sent, with no text of Alice\'s to a guest but what must stay', async () => {
    const result = await view([ROOM, '--as', 'guest', '--events']);
    const sent = rowsOf(result);
    expect(sent.length).toBeGreaterThan(10);
    const own = sent.filter((event) => event['sender'] === ALICE && event['type'] !== 'm.room.redaction' && event['type'] !== 'm.room.power_levels');
    expect(own.length).toBeGreaterThan(5);
    expect(JSON.stringify(own)).not.toMatch(/"(?:body|topic|displayname|reason)"/);
  });

  test('beside the decisions with --json', async () => {
    const rows = rowsOf(await view([ROOM, '--as', 'guest', '--events', '--json']));
    for (const row of rows) expect('event' in row).toBe(row['seen'] !== 'hidden');
  });
});

describe('view, for people', () => {
  test('sums up what the viewer is served of the subject\'s events', async () => {
    const { code, stdout } = await view([ROOM, '--as', 'hs2.test:18442']);
    expect(code).toBe(0);
    expect(stdout).toContain(`What server hs2.test:18442 is served of ${ALICE}\n`);
    expect(stdout).toMatch(/\nTotal +\d+ +\d+ +\d+\n/);
    expect(stdout).toMatch(/\nWhy\n *\d+ redacted {2}\w/);
    expect(lines(stdout).at(-1)).toMatch(/^View: \d+ in full, \d+ redacted, 0 hidden\. Nothing changed\.$/);
  });

  test('says so where there is nothing', async () => {
    const { stdout } = await runCli(['view', ROOM, '--as', 'guest', '--subject', '@nobody:hs1.test']);
    expect(lines(stdout).at(-1)).toBe('View: 0 in full, 0 redacted, 0 hidden. Nothing changed.');
  });
});

describe('an application service', () => {
  test('is judged by its registration', async () => {
    const rows = rowsOf(await view([ROOM, '--as', 'as:irc', '--registration', await file(REGISTRATION), '--profile', 'spec', '--json']));
    expect(rows.map((row) => row['reason'])).toContain('service-there');
  });

  test.each([
    ['no registration', ['--as', 'as:irc'], undefined, 64, /needs --registration/],
    ['another one\'s', ['--as', 'as:xmpp'], REGISTRATION, 64, /another application service/],
    ['one for a user', ['--as', '@bob:hs1.test'], REGISTRATION, 64, /goes with --as as:ID/],
    ['no YAML', ['--as', 'as:irc'], 'a: [', 1, /it is not YAML/],
    ['something else', ['--as', 'as:irc'], 'id: irc', 1, /FileShapeError/],
    ['a namespace that is no pattern', ['--as', 'as:irc'], REGISTRATION.replace('@_ghost_.*', '('), 1, /"namespaces\.users\.0\.regex": it is no regular expression/],
  ])('%s', async (...[, args, content, code, message]) => {
    const registration = content === undefined ? [] : ['--registration', await file(content)];
    const result = await view([ROOM, ...args, ...registration]);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).toMatch(message);
  });
});

describe('what is wrong', () => {
  test.each([
    ['a viewer that is nobody', ['--as', 'not a name'], 64, /--as names nobody/],
    ['no viewer', [], 64, /--as/],
    ['an unknown API', ['--as', 'guest', '--surface', 'push'], 64, /--surface/],
    ['an unknown profile', ['--as', 'guest', '--profile', 'nope'], 1, /UnknownProfileError/],
  ])('%s', async (_, args, code, message) => {
    const result = await view([ROOM, ...args]);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).toMatch(message);
  });

  test('clocks that can be forged are told of', async () => {
    const bare = lines(gunzipSync(await readFile(ROOM)).toString()).map((line) => JSON.parse(line)).map(({ received_ts: _, ...record }) => `${JSON.stringify(record)}\n`).join('');
    const { code, stderr, stdout } = await view(['-', '--as', 'guest', '--json'], { stdin: bare });
    expect([code, lines(stdout).length]).toEqual([0, lines(bare).length]);
    expect(stderr).toMatch(/^\d+ events without "received_ts": .* can forge them\n$/);
  });

  test.each(['--json', '--events'])('events from a pipe and from a file come to the same with %s', async (flag) => {
    const args = ['--as', '@bob:hs1.test:18441', '--profile', 'spec', '--json', flag];
    const stdin = gunzipSync(await readFile(ROOM));
    expect(await view(['-', ...args], { stdin })).toEqual(await view([ROOM, ...args]));
  });

  test('paging forwards is asked for', async () => {
    const result = await view([ROOM, '--as', 'guest', '--profile', 'synapse', '--forwards', '--json']);
    expect([result.code, result.stderr]).toEqual([0, '']);
  });

  test('an event that comes twice is named, and judged once', async () => {
    const text = gunzipSync(await readFile(ROOM)).toString();
    const [first = ''] = lines(text);
    const result = await view(['-', '--as', 'guest', '--json'], { stdin: `${text}${first}\n` });
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/DuplicateEventError/);
    expect(rowsOf(result)).toHaveLength(lines(text).length);
  });

  test('no events', async () => {
    const result = await view(['-', '--as', 'guest'], { stdin: '' });
    expect([result.code, result.stdout]).toEqual([1, '']);
    expect(result.stderr).toMatch(/NoEventsError/);
  });
});
