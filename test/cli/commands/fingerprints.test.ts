import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Fingerprints } from '../../../src/erasure/fingerprints/fingerprints.ts';
import type { Verification } from '../../../src/erasure/verification.ts';
import { ALICE, BOB, buildRoom, type RoomBuilder } from '../../erasure/build-room.ts';
import { folder, lines, runCli, type Result } from '../run.ts';

const PERSON = ['--subject', ALICE, '--effective-at', '1000000'];
const MESSAGE = 'the garden behind the old library is where I hid the silver spoons';
const TOPIC = 'a topic about the hidden silver spoons of my grandmother';
const SAID_BY_BOTH = 'who is bringing the potato salad on saturday evening';
const KEPT = 'an access rule note that has to stay in place for good';

let at: (name: string) => string;

beforeEach(async () => {
  const path = await folder();
  at = (name) => join(path, name);
  await write(room());
});

/** Texts of Alice's that go, one that Bob wrote as well, one that a hazard keeps, and one that is too short. */
function room(): RoomBuilder {
  const built = buildRoom({ powerLevels: { users: { [ALICE]: 100, [BOB]: 100 } } });
  built.join(BOB);
  built.text(ALICE, MESSAGE);
  built.state(ALICE, 'm.room.topic', '', { topic: TOPIC });
  built.state(ALICE, 'm.room.server_acl', '', { allow: ['*'], note: KEPT });
  built.text(ALICE, KEPT);
  built.text(ALICE, SAID_BY_BOTH);
  built.text(BOB, SAID_BY_BOTH);
  built.text(ALICE, 'yes');
  return built;
}

const write = (built: RoomBuilder): Promise<void> => writeFile(at('room'), built.records().map((record) => `${JSON.stringify(record)}\n`).join(''));
const PRINTS = (): readonly string[] => ['--fingerprints', at('prints.json'), '--fingerprint-key', at('key')];
const plan = (...more: readonly string[]): Promise<Result> => runCli(['plan', at('room'), ...PERSON, '--out', at('plan.json'), ...more]);
const erase = async (): Promise<void> => {
  await plan(...PRINTS());
  await runCli(['apply', at('plan.json'), at('room'), '--out', at('erased')]);
};
const verify = async (...more: readonly string[]): Promise<Result & { readonly found: Verification }> => {
  const result = await runCli(['verify', at('plan.json'), '--json', ...more]);
  return { ...result, found: result.stdout === '' ? { verdict: 'unknown', checks: [] } : JSON.parse(result.stdout) };
};
const BOTH = (): readonly string[] => ['--original', at('room'), '--result', at('erased')];

describe('plan --fingerprints', () => {
  test('writes them and makes the key, for its owner alone', async () => {
    const { code, stdout } = await plan(...PRINTS());
    expect([code, lines(stdout).at(-1)]).toEqual([0, expect.stringMatching(/^Plan: /)]);
    const text = await readFile(at('prints.json'), 'utf8');
    const { texts }: Fingerprints = JSON.parse(text);
    expect(texts.map(({ kind }) => kind).sort()).toEqual(['message', 'message', 'message', 'message', 'topic']);
    expect(text).not.toMatch(/spoons|potato|yes/);
    expect((await stat(at('key'))).mode & 0o777).toBe(0o600);
    expect(Buffer.from(await readFile(at('key'), 'utf8'), 'base64')).toHaveLength(32);
  });

  test('takes a key that is there, and texts of the account', async () => {
    await writeFile(at('key'), `${Buffer.alloc(32, 7).toString('base64')}\n`);
    const account = { format: 'matrix-erasure/account', formatVersion: 1, accounts: [{ user: ALICE, data: { email: ['alice@private.example'], 'display-name': [{ name: 'Alice of the Silver Spoons' }] } }] };
    await writeFile(at('account.json'), JSON.stringify(account));
    await plan(...PRINTS(), '--account', at('account.json'));
    expect(await readFile(at('key'), 'utf8')).toBe(`${Buffer.alloc(32, 7).toString('base64')}\n`);
    await writeFile(at('dump'), 'INSERT INTO emails VALUES (1, "Alice@Private.example");\n');
    const { code, found } = await verify(...PRINTS(), '--search', at('dump'));
    expect([code, found.texts?.counts.other]).toEqual([4, { found: 1, 'not-found': 0, unknown: 0 }]);
    expect(found.texts?.counts['display-name']).toEqual({ found: 0, 'not-found': 1, unknown: 0 });
  });

  test.each([
    ['no key', () => ['--fingerprints', at('prints.json')], 64, 'go together'],
    ['no fingerprints', () => ['--fingerprint-key', at('key')], 64, 'go together'],
    ['the plan at the same place', () => ['--fingerprints', at('plan.json'), '--fingerprint-key', at('key')], 64, 'would be written twice'],
    ['the key at the same place', () => ['--fingerprints', at('key'), '--fingerprint-key', at('key')], 64, 'would be written twice'],
    ['the room as the key', () => ['--fingerprints', at('prints.json'), '--fingerprint-key', at('room')], 1, 'is not a key'],
    ['a key in a folder that is not there', () => ['--fingerprints', at('prints.json'), '--fingerprint-key', at('none/key')], 64, 'the folder does not exist'],
  ] as const)('%s is refused', async (_, flags, exit, message) => {
    const { code, stderr } = await plan(...flags());
    expect([code, stderr]).toEqual([exit, expect.stringContaining(message)]);
  });

  test('standard input is refused, as it cannot be read again', async () => {
    const { code, stderr } = await runCli(['plan', '-', ...PERSON, ...PRINTS()], { stdin: await readFile(at('room')) });
    expect([code, stderr]).toEqual([64, expect.stringContaining('give a file instead of "-"')]);
  });
});

describe('verify with fingerprints', () => {
  beforeEach(erase);

  test('after a right erasure nothing is found; what is short or stays is unknown', async () => {
    const { code, found } = await verify(...PRINTS(), ...BOTH());
    expect([code, found.verdict, found.texts?.verdict]).toEqual([0, 'unknown', 'unknown']);
    expect(found.texts?.counts).toEqual({ message: { found: 0, 'not-found': 1, unknown: 3 }, topic: { found: 0, 'not-found': 1, unknown: 0 } });
    expect(found.texts?.texts.map(({ reason }) => reason).sort()).toEqual(['others-wrote-it', 'others-wrote-it', 'too-short']);
    expect(found.checks.some(({ status }) => status === 'failed')).toBe(false);
  });

  test('what was left is found in the result, with file and line, also without the original', async () => {
    const { code, found, stdout } = await verify(...PRINTS(), '--result', at('room'));
    expect([code, found.verdict]).toEqual([4, 'leftovers']);
    expect(found.checks.every(({ status }) => status === 'unknown')).toBe(true);
    const texts = found.texts?.texts.filter(({ status }) => status === 'found') ?? [];
    const source = lines(await readFile(at('room'), 'utf8'));
    expect(texts.map(({ kind, places }) => [kind, places])).toEqual([
      ['message', [{ source: at('room'), line: source.findIndex((line) => line.includes(MESSAGE)) + 1 }]],
      ['topic', [{ source: at('room'), line: source.findIndex((line) => line.includes(TOPIC)) + 1 }]],
    ]);
    expect(stdout).not.toMatch(/spoons|potato/);
  });

  test('dumps are searched, plain or packed, in any case and escaped as they may be, file by file', async () => {
    await writeFile(at('dump.sql.gz'), gzipSync(`INSERT INTO events VALUES ('{"body":"THE GARDEN behind the old\\u0020library is where I hid"}');\n`));
    await writeFile(at('served'), `first\nsecond\n${TOPIC.replaceAll(' ', '&nbsp;')}\n`);
    await writeFile(at('clean'), 'nothing of hers\n');
    const files = [at('dump.sql.gz'), at('served'), at('clean')];
    const { code, found } = await verify(...PRINTS(), '--search', ...files);
    expect([code, found.texts?.files.map(({ file, verdict }) => [file, verdict])]).toEqual([4, [[files[0], 'found'], [files[1], 'found'], [files[2], 'unknown']]]);
    expect(found.texts?.files[1]?.counts.topic).toEqual({ found: 1, 'not-found': 0, unknown: 0 });
    expect(found.texts?.texts.flatMap(({ places }) => places)).toEqual([{ source: files[0], line: 1 }, { source: files[1], line: 3 }]);
  });

  test('without fingerprints, --search takes them from the original in the same run', async () => {
    await writeFile(at('dump'), `${MESSAGE}\n`);
    const { code, found } = await verify(...BOTH(), '--search', at('dump'));
    expect([code, found.texts?.counts.message?.found, found.texts?.counts.topic?.found]).toEqual([4, 1, 0]);
    expect(found.texts?.files.map(({ file, verdict }) => [file, verdict])).toEqual([[at('erased'), 'unknown'], [at('dump'), 'found']]);
  });

  test('is printed, kept in a file, and shown on the page, without a text', async () => {
    await writeFile(at('dump'), `${MESSAGE}\n`);
    const { code, stdout } = await runCli(['verify', at('plan.json'), ...BOTH(), '--search', at('dump'), '--out', at('found.json')], { env: { COLUMNS: '200' } });
    expect(code).toBe(4);
    expect(stdout).toContain('Texts that were searched for: ✗ found\n- messages: 1 found, 0 not found, 3 unknown\n- topics: 0 found, 1 not found, 0 unknown\n');
    expect(stdout).toContain('dump: found: messages 1\n');
    expect(stdout).toMatch(/^- messages of \$\S+: \S+dump:1$/m);
    expect(stdout).toContain('- 1 text unknown: too short');
    expect(lines(stdout).at(-1)).toMatch(/Something is left over: texts of the person were found\..* Texts: 1 found, 1 not found, 3 unknown\.$/);
    await runCli(['show', at('plan.json'), '--verification', at('found.json'), '--html', at('plan.html')]);
    const page = await readFile(at('plan.html'), 'utf8');
    expect(page).toContain('<h2 id="texts-h">Texts that were searched for</h2>');
    expect(page).toContain('<tr><th scope="row">messages</th><td class="n">1</td><td class="n">0</td><td class="n">3</td></tr>');
    expect(`${stdout}${page}${await readFile(at('found.json'), 'utf8')}`).not.toMatch(/spoons|potato/);
  });

  test('a quotation in an event that the plan lists is counted apart', async () => {
    const built = room();
    const said = built.records().find(({ pdu }) => pdu.content['body'] === MESSAGE)?.event_id ?? '';
    built.send(BOB, 'm.room.message', { msgtype: 'm.text', body: `> <${ALICE}> ${MESSAGE}\n\nreally?`, 'm.relates_to': { 'm.in_reply_to': { event_id: said } } });
    await write(built);
    await erase();
    const { code, found } = await verify(...PRINTS(), ...BOTH());
    expect([code, found.texts?.counts.message?.found, found.texts?.listed]).toEqual([0, 0, 1]);
    await writeFile(at('served'), await readFile(at('erased')));
    expect((await verify(...PRINTS(), '--search', at('served'))).code).toBe(4);
  });

  test.each([
    ['another key', async () => { await writeFile(at('key'), Buffer.alloc(32, 9).toString('base64')); return [...PRINTS(), ...BOTH()]; }, 1, 'FingerprintKeyError'],
    ['a key that is not there', async () => ['--fingerprints', at('prints.json'), '--fingerprint-key', at('none'), ...BOTH()], 64, 'no such file'],
    ['a file to search that is not there', async () => [...PRINTS(), '--search', at('none')], 64, 'none: no such file'],
    ['the plan instead of fingerprints', async () => ['--fingerprints', at('plan.json'), '--fingerprint-key', at('key'), ...BOTH()], 1, 'is not fingerprints'],
    ['nothing to search', async () => PRINTS(), 64, 'nothing to look at'],
    ['no original', async () => ['--result', at('erased')], 64, '--original must be given'],
    ['no result', async () => ['--original', at('room')], 64, '--result must be given'],
    ['the result of the search in place of a file that it reads', async () => [...PRINTS(), '--search', at('room'), '--out', at('room')], 64, 'is read by this command'],
    ['its key replaced', async () => [...PRINTS(), '--search', at('room'), '--out', at('key')], 64, 'is read by this command'],
  ] as const)('%s ends with an error that says what to do', async (_, flags, exit, message) => {
    const { code, stderr } = await verify(...(await flags()));
    expect([code, stderr]).toEqual([exit, expect.stringContaining(message)]);
  });
});
