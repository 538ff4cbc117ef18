import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ErasurePlan } from '../../src/erasure/plan.ts';
import * as samples from '../portability/import/samples.ts';
import { recorded, sample, type Recorded } from '../portability/import/samples.ts';
import { folder, lines, runCli, type Result } from './run.ts';

const ALICE = '@alice:hs1.test:18441';
const TRANSACTION_EVENT = '$Y1AQ4S1VNOAH4780x5aHgDuK_PgQIxFwQL9-8GJ9DSU';
const KEYS = fileURLToPath(new URL('../vectors/recorded/keys.json', import.meta.url));
const PERSON = ['--subject', ALICE, '--requested-at', '0', '--effective-at', '1895465515601'];

/** Writes files in a new folder. */
async function site(files: Readonly<Record<string, string | Uint8Array>>): Promise<(name: string) => string> {
  const path = await folder();
  const at = (name: string): string => join(path, name);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(at(name)), { recursive: true });
    await writeFile(at(name), content);
  }
  return at;
}

async function planOf(...files: readonly string[]): Promise<{ readonly plan: ErasurePlan; readonly stderr: string }> {
  const { code, stdout, stderr } = await runCli(['plan', ...files, ...PERSON, '--json']);
  expect([code, stderr.includes('could not be used')]).toEqual([0, false]);
  return { plan: JSON.parse(stdout) as ErasurePlan, stderr };
}

/** Every form of the events of servers leads to the plan that the plainest one leads to. */
describe.each(['1', '10', '12'])('a room of version %s', (version) => {
  const records = recorded(version);
  const roomId = records[0]?.room_id ?? '';
  let planned: Promise<ErasurePlan> | undefined;
  /** Made by whichever test comes first. */
  const plain = (): Promise<ErasurePlan> => (planned ??= planPlain());

  async function planPlain(): Promise<ErasurePlan> {
    const at = await site({ 'room.ndjson': records.map(({ room_id, event_id, pdu }) => `${JSON.stringify({ room_id, event_id, pdu })}\n`).join('') });
    const { plan } = await planOf(at('room.ndjson'));
    expect(plan.totals.redact + plan.totals.hide).toBeGreaterThan(20);
    return plan;
  }

  test.each<readonly [string, (records: readonly Recorded[]) => string]>([
    ['room graph', samples.tardis], ['array', samples.array], ['transaction', samples.transaction], ['rows', samples.rows],
  ])('%s', async (_, write) => {
    const at = await site({ file: write(records) });
    expect((await planOf(at('file'))).plan.rooms).toEqual((await plain()).rooms);
  });

  test('a folder that export-data wrote, packed or not', async () => {
    const events = samples.exported(records);
    const at = await site({
      [`export/rooms/${roomId}/events`]: events, [`packed/rooms/${roomId}/events`]: gzipSync(events),
      'export/user_data/profile': '{}', 'export/user_data/devices': '{}', 'export/user_data/account_data/global': '{}', 'export/media_ids/abc': '{}',
      'export/rooms/!other:hs1.test/invite_state': '{}',
    });
    const { plan, stderr } = await planOf(at('export'));
    expect(plan.rooms).toEqual((await plain()).rooms);
    expect(stderr).toBe(`${at('export')}: read as Synapse's export-data: 1 room; not read: 2 files about the account, 1 file of account data, 1 description of media, 1 file about a room that was not entered\n`);
    expect((await planOf(`${at('packed')}/`)).plan.rooms).toEqual((await plain()).rooms);
    expect((await planOf(at(`export/rooms/${roomId}/events`))).plan.rooms).toEqual((await plain()).rooms);
  });
});

describe('an export that begins later', () => {
  const records = recorded('11');
  const roomId = records[0]?.room_id ?? '';
  const [before, after] = [records.slice(0, 12), records.slice(12)];

  test('has the version of the room from its state files, whose events are read once', async () => {
    const state = before.filter(({ pdu }) => pdu.state_key !== undefined);
    const at = await site({
      [`export/rooms/${roomId}/events`]: samples.exported(after),
      [`export/rooms/${roomId}/state/$first`]: samples.exported(state), [`export/rooms/${roomId}/state/$second`]: samples.exported([...state, ...after.slice(0, 2)]),
    });
    const { code, stdout, stderr } = await runCli(['redact', at('export')]);
    expect([code, stderr]).toEqual([0, `${at('export')}: read as Synapse's export-data: 1 room\n`]);
    expect(lines(stdout)).toHaveLength(state.length + after.length);
    const { plan } = await planOf(at('export'));
    const found = plan.rooms.flatMap((room) => room.entries.map((entry) => entry.event_id));
    const sent = [...state, ...after].filter(({ pdu }) => pdu.sender === ALICE).map((record) => record.event_id);
    expect(new Set(found)).toEqual(new Set(sent));
  });

  test('without them, the version has to be given', async () => {
    const at = await site({ [`export/rooms/${roomId}/events`]: samples.exported(after) });
    const missing = await runCli(['redact', at('export')]);
    expect([missing.code, missing.stdout]).toEqual([1, '']);
    expect(missing.stderr).toContain('give --room-version');
    expect(lines((await runCli(['redact', at('export'), '--room-version', '11'])).stdout)).toHaveLength(after.length);
  });
});

test('an export is planned, applied and verified as an event file is', async () => {
  const records = recorded('12');
  const at = await site({ [`export/rooms/${records[0]?.room_id ?? ''}/events`]: samples.exported(records) });
  expect((await runCli(['plan', at('export'), ...PERSON, '--out', at('plan.json')])).code).toBe(0);
  expect((await runCli(['apply', at('plan.json'), at('export'), '--out', at('erased.ndjson')])).code).toBe(0);
  expect(await readFile(at('erased.ndjson'), 'utf8')).toMatch(/^\{"room_id"/);
  const verified = await runCli(['verify', at('plan.json'), '--original', at('export'), '--result', at('erased.ndjson'), '--keys', KEYS, '--json']);
  expect(JSON.parse(verified.stdout)).toMatchObject({ verdict: 'clean' });
  expect(verified.code).toBe(0);
}, 60_000);

describe('events that were served to clients', () => {
  const records = recorded('10');
  const FORMS: readonly (readonly [string, string, string])[] = [
    ['messages', samples.messages(records), 'an answer of /messages'], ['context', samples.context(records), 'an answer of /messages'],
    ['sync', samples.sync(records), 'an answer of /sync'], ['element', samples.element(records), "Element's JSON export"],
    ['a transaction to an application service', sample('as-transaction.json'), 'lists of events'],
  ];

  test.each(FORMS)('%s: a plan is refused by name, and nothing is planned in part', async (_, text, name) => {
    const at = await site({ 'events.json': text });
    const { code, stdout, stderr } = await runCli(['plan', at('events.json'), ...PERSON, '--room-version', '10']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`is ${name}`);
    expect(stderr).toContain('(ClientEventsError)');
  });

  test.each([['view', '--as', '@dave:hs1.test:18441', '--subject', ALICE], ['graph'], ['compare-rules', '10', '11']])('by %s as well', async (...command) => {
    const { code, stderr } = await runCli([...command, '-'], { stdin: samples.messages(records) });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/is an answer of \/messages.*\(ClientEventsError\)/)]);
  });

  test.each(FORMS)('%s: explained, whatever is in it', async (_, text) => {
    const at = await site({ 'events.json': text });
    const { code, stdout } = await runCli(['explain', at('events.json'), '--json', '--room-version', '10']);
    expect(code).toBe(0);
    const explained = JSON.parse(stdout) as readonly { readonly event_id: string }[];
    // The transaction is of another room.
    const known = new Set(records.map((record) => record.event_id));
    expect(explained.length).toBeGreaterThan(0);
    expect(explained.every(({ event_id: id }) => known.has(id) || id === TRANSACTION_EVENT)).toBe(true);
  });

  test('what of a page is no event is said', async () => {
    const { code, stderr } = await runCli(['redact', '-'], { stdin: samples.sync(records) });
    expect([code, stderr]).toEqual([0, 'standard input: read as an answer of /sync; not read: presence events: 1, entries of account data: 2, '
      + 'events of rooms that were not entered, without IDs: 1, ephemeral events: 2, rooms whose older events the page leaves out (limited): 1\n']);
  });

  test('the room version comes from the create event of a page that goes back', async () => {
    const at = await site({ 'page.json': samples.messages(records) });
    expect(lines((await runCli(['redact', at('page.json')])).stdout)).toHaveLength(records.length);
  });
});

describe('a wrong file is named, with what is read and what to do', () => {
  const fails = async (content: string | Uint8Array): Promise<Result> => {
    const at = await site({ file: content });
    return runCli(['plan', at('file'), ...PERSON]);
  };

  test.each<readonly [string, string | Uint8Array, string]>([
    ['a ZIP archive', Buffer.from('PK\u0003\u0004abc'), 'unpack it'],
    ['a database', Buffer.from('SQLite format 3\0{"'), 'event_json'],
    ['HTML', '<html>', 'JSON as a choice'],
    ['UTF-16', Buffer.from('\ufeff{"type":"x"}', 'utf16le'), 'convert it to UTF-8'],
    ['text', 'Dear all,\nhello\n', 'check that it is the right file'],
    ['binary', Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256), 'check that it is the right file'],
    ['other JSON', '{\n  "name": "secret package"\n}\n', 'check that it is the right file'],
    ['packed text', gzipSync('hello'), 'check that it is the right file'],
  ])('%s', async (_, content, fix) => {
    const { code, stdout, stderr } = await fails(content);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(fix);
    expect(stderr).toContain("an event file (NDJSON); rows of Synapse's table event_json");
    expect(stderr).toMatch(/\(UnknownFormatError\)\n$/);
    expect(stderr).not.toContain('secret');
  });

  test.each<readonly [string, string | Uint8Array, string]>([
    ['nothing', '', 'NoEventsError'],
    ['a page that is cut off', samples.messages(recorded('10')).slice(0, -5), 'JsonSyntaxError'],
    ['an export that is cut off', samples.exported(recorded('10').slice(0, 3)).slice(0, -5), 'ObjectStreamError'],
    ['a packed file that is cut off', gzipSync(samples.exported(recorded('10'))).subarray(0, 2000), 'TruncatedGzipError'],
    ['an export that is no UTF-8', Buffer.concat([Buffer.from(samples.exported(recorded('10').slice(0, 3))), Buffer.from([0xff])]), 'InvalidUtf8Error'],
  ])('%s', async (_, content, name) => {
    const { code, stderr } = await fails(content);
    expect(code).toBe(1);
    expect(stderr).toContain(name);
  });

  test('a folder that is no export', async () => {
    const at = await site({ 'folder/rooms/readme': 'x' });
    const { code, stderr } = await runCli(['plan', at('folder'), ...PERSON]);
    expect([code, stderr]).toEqual([64, `matrix-erasure: ${at('folder')}: is a folder, and neither one of Synapse's export-data nor a copy that export made; name the files in it (InputFileError)\n`]);
  });
});

test('rows, a graph and an event file are read together', async () => {
  const at = await site({ a: samples.rows(recorded('10')), b: samples.tardis(recorded('11')), c: samples.bareLines(recorded('2')) });
  const { plan } = await planOf(at('a'), at('b'), at('c'));
  expect(plan.rooms.map((room) => room.room_id).sort()).toEqual(['10', '11', '2'].map((version) => recorded(version)[0]?.room_id).sort());
});
