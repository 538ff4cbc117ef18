import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { openRequestBook } from '../../../src/cli/requests/request-book.ts';
import { openRequest } from '../../../src/erasure/rights/request.ts';
import { rightKinds, type RightKind } from '../../../src/erasure/rights/rights.ts';
import { folder, lines, runCli, type Result } from '../run.ts';
import { requestsSchema, rightReportSchema } from './schemas.ts';

const ALICE = '@alice:hs1.test:18441';
const DAY = 24 * 60 * 60 * 1000;
const RECEIVED = Date.UTC(2026, 0, 31, 12);
const ROOMS = fileURLToPath(new URL('../../../examples/rooms/', import.meta.url));
const isList = new Ajv2020({ strict: true }).compile(requestsSchema);
const isReport = new Ajv2020({ strict: true }).compile(rightReportSchema);

type Setting = {
  readonly at: string;
  readonly run: (...args: readonly string[]) => Promise<Result>;
  readonly open: (kind: RightKind, ...args: readonly string[]) => Promise<Result>;
  /** The same without a process of its own. */
  readonly write: (kind: RightKind, id: string) => void;
  readonly file: (name: string, content: object | string) => string;
};

async function setting(): Promise<Setting> {
  const at = await folder();
  const run = (...args: readonly string[]): Promise<Result> => runCli(['requests', ...args], { cwd: at });
  return {
    at, run,
    open: (kind, ...args) => run('open', '--kind', kind, '--subject', ALICE, '--received-at', String(RECEIVED), ...args),
    write: (kind, id) => {
      const book = openRequestBook(join(at, 'requests.db'), { create: true });
      book.open(() => openRequest({ id, kind, subjects: [ALICE], receivedAt: RECEIVED, ...(id === kind ? { counting: { holidays: ['2026-03-02', '2026-03-03'] } } : {}) }));
      book.close();
    },
    file: (name, content) => {
      writeFileSync(join(at, name), typeof content === 'string' ? content : JSON.stringify(content));
      return name;
    },
  };
}

test.each([['requests', requestsSchema], ['right-report', rightReportSchema]])('the published schema of %s is this one', (name, schema) => {
  expect(JSON.parse(readFileSync(new URL(`../../../docs/schema/${name}.schema.json`, import.meta.url), 'utf8'))).toEqual(schema);
});

describe('requests', () => {
  test('are listed due dates first, and the exit code says when one is overdue', async () => {
    const { run, open } = await setting();
    expect((await open('access')).stdout).toBe(`Request 2026-1: access for ${ALICE}, to be answered by 2026-03-02.\n`);
    await open('erasure', '--received-at', String(RECEIVED - 20 * DAY), '--time-zone', 'Europe/Berlin');
    await open('objection', '--received-at', String(RECEIVED + DAY));
    const due = Date.UTC(2026, 1, 11, 23) - 1;
    const [before, after] = [await run('--at', String(due)), await run('--at', String(due + 1))];
    expect([before.code, after.code]).toEqual([0, 2]);
    expect(lines(before.stdout).map((line) => line.split(/ {2,}/))).toEqual([
      ['Due', 'State', 'Right', 'Request', 'Person'],
      ['2026-02-11', 'today', 'open', 'erasure', '2026-2', ALICE],
      ['2026-03-02', 'in 19 days', 'open', 'access', '2026-1', ALICE],
      ['2026-03-02', 'in 19 days', 'open', 'objection', '2026-3', ALICE],
      [''],
      ['Requests: 3 open, 0 overdue, 0 ended. Next due: 2026-02-11.'],
    ]);
    expect(lines(after.stdout)[1]).toMatch(/^2026-02-11 {2}1 day over {2}OVERDUE {2}erasure/);
    expect(lines(after.stdout).at(-1)).toBe('Requests: 3 open, 1 overdue, 0 ended. Next due: 2026-02-11.');
  });

  test('are extended, refused, closed and forgotten, and as JSON have the published form throughout', async () => {
    const { run, open, write } = await setting();
    const json = async (...args: readonly string[]): Promise<{ readonly counts: object; readonly requests: readonly { readonly id: string; readonly status: string }[] }> => {
      const { stdout } = await run('list', '--json', '--at', String(RECEIVED + 40 * DAY), ...args);
      const value = JSON.parse(stdout);
      expect([isList(value), isList.errors]).toEqual([true, null]);
      return value;
    };
    await open('access', '--id', 'access', '--holidays', '2026-03-02,2026-03-03');
    for (const kind of rightKinds) if (kind !== 'access') write(kind, kind);
    const at = ['--at', String(RECEIVED + DAY)];
    expect((await run('extend', 'access', '--reason', 'complexity', '--explanation', 'Forty rooms.', ...at)).stdout).toBe('Request access: extended, to be answered by 2026-04-30.\n');
    expect((await run('refuse', 'erasure', '--ground', 'article-17-3-e', '--explanation', 'A claim.', ...at)).stdout).toBe('Request erasure: refused.\n');
    expect((await run('refuse', 'portability', '--ground', 'rights-of-others', '--explanation', 'Names.', '--in-part', ...at)).stdout).toBe('Request portability: granted in part.\n');
    expect((await run('close', 'informed', '--at', String(RECEIVED + 90 * DAY))).stdout).toBe('Request informed: granted, after the deadline of 2026-03-04.\n');
    expect((await run('close', 'objection', '--as', 'withdrawn', ...at)).stdout).toBe('Request objection: withdrawn.\n');
    const all = await json('--all');
    expect(Object.fromEntries(all.requests.map(({ id, status }) => [id, status]))).toEqual({
      restriction: 'overdue', rectification: 'overdue', 'automated-decisions': 'overdue', access: 'extended', informed: 'granted', erasure: 'refused', portability: 'granted-in-part', objection: 'withdrawn',
    });
    expect(all.counts).toEqual({ open: 4, overdue: 3, ended: 4 });
    expect((await run('forget', 'access')).stderr).toMatch(/nothing is forgotten before it has ended/);
    expect((await run('forget', 'erasure')).stdout).toBe('Request erasure: forgotten.\n');
    expect((await json('--all')).requests.map(({ id }) => id)).not.toContain('erasure');
  });

  test('what was forgotten is not in the file any more, and nobody else can read it', async () => {
    const { run, open, write, at } = await setting();
    await open('access', '--subject', '@somebody-else:b.example');
    write('erasure', 'other');
    const bytes = (): boolean => readFileSync(join(at, 'requests.db')).includes('somebody-else');
    expect([bytes(), statSync(join(at, 'requests.db')).mode & 0o777]).toEqual([true, 0o600]);
    await run('close', '2026-1');
    await run('forget', '2026-1');
    expect(bytes()).toBe(false);
  });

  test.each<readonly [string, readonly string[], number, RegExp]>([
    ['no book', ['none.db'], 64, /none\.db: there is no such book of requests/],
    ['a file that is none', ['other'], 1, /other: it cannot be read as a book of requests/],
    ['no such right', ['open', '--kind', 'oblivion', '--subject', ALICE], 64, /Allowed choices are informed, access/],
    ['nobody', ['open', '--kind', 'access'], 64, /--subject/],
    ['no user', ['open', '--kind', 'access', '--subject', 'alice'], 64, /such as @alice:example\.org/],
    ['a zone that does not exist', ['open', '--kind', 'access', '--subject', ALICE, '--time-zone', 'Mars/Olympus', '--book', 'new.db'], 1, /UnknownTimeZoneError/],
    ['an ID that is taken', ['open', '--kind', 'access', '--subject', ALICE, '--id', 'first'], 64, /there is already a request first/],
    ['an ID that would act', ['open', '--kind', 'access', '--subject', ALICE, '--id', '\u001b[31m'], 1, /its ID is not letters/],
    ['a request that is not there', ['close', '2026-9'], 64, /there is no request 2026-9/],
    ['a ground of another right', ['refuse', 'first', '--ground', 'article-17-3-e', '--explanation', 'x'], 1, /that is no ground against this right/],
    ['a refusal without a reason', ['refuse', 'first', '--ground', 'excessive', '--explanation', ''], 1, /Article 12\(4\)/],
    ['an extension that is late', ['extend', 'first', '--reason', 'complexity', '--at', String(RECEIVED + 40 * DAY)], 1, /had to be told by 2026-03-02/],
    ['an output that is the book', ['show', 'first', '--html', 'requests.db'], 64, /would be replaced/],
    ['a correction of what is none', ['show', 'first', '--correction', 'other'], 64, /belongs to a rectification/],
    ['a hold of no restriction', ['show', 'first', '--hold', 'hold.json'], 64, /--hold needs --restriction/],
  ])('%s is said in a line', async (_, args, code, message) => {
    const { run, write, file } = await setting();
    write('access', 'first');
    file('other', 'no book');
    const result = await run(...args);
    expect([result.code, result.stdout, lines(result.stderr).length]).toEqual([code, '', 1]);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toContain('\u001b');
  });

  test('what cannot be used makes no book', async () => {
    const { run, at } = await setting();
    await run('open', '--kind', 'access', '--subject', ALICE, '--time-zone', 'Mars/Olympus');
    expect(() => statSync(join(at, 'requests.db'))).toThrow(/ENOENT/);
  });
});

const CONTROLLER = {
  name: 'Example e. V.', contact: 'dpo@hs1.test', authority: 'An authority', interests: 'Security.', transfers: 'None by us.', decisions: [], officer: 'Somebody', grounds: { logs: 'Break-ins.' },
};

describe('show, on recorded rooms', () => {
  const rooms = ['v10-shared', 'v12-shared', 'alone-v10', 'aliceleft-v10'].map((name) => join(ROOMS, `${name}.ndjson.gz`));

  test.each(rightKinds)('answers for %s in every form, without a word of hers', async (kind) => {
    const { run, write, file, at } = await setting();
    write(kind, 'it');
    file('account.json', { format: 'matrix-erasure/account', formatVersion: 1, accounts: [{ user: ALICE, data: { email: ['pii_secret@a.example'], pushers: [{}, {}], presence: [] } }] });
    const given = ['--controller', file('us.json', CONTROLLER), '--account', 'account.json'];
    const more: Partial<Record<RightKind, readonly string[]>> = {
      rectification: ['--correction', file('right.json', { type: 'm.room.member', state_key: ALICE, content: { membership: 'join', displayname: 'pii_right' } })],
      restriction: ['--restriction', file('restriction.json', { ground: 'article-18-1-a', reviewAt: '2026-06-01' })],
    };
    const result = await run('show', 'it', ...rooms, ...given, ...(more[kind] ?? []), '--json', '--html', 'a.html', '--markdown', 'a.md', '--at', String(RECEIVED));
    expect([result.code, result.stderr]).toEqual([0, '']);
    const report = JSON.parse(result.stdout);
    expect([isReport(report), isReport.errors]).toEqual([true, null]);
    expect(report.plan.missing).toEqual(kind === 'erasure' ? ['the plan of the erasure'] : []);
    const texts = [result.stdout, ...['a.html', 'a.md'].map((name) => readFileSync(join(at, name), 'utf8'))];
    for (const text of texts) {
      expect(text).not.toMatch(/pii_/);
      expect(text).toContain('You may complain to a supervisory authority');
    }
    for (const { heading } of report.sections) for (const text of texts.slice(1)) expect(text).toContain(heading);
  });

  test('a correction gives events for the rooms in which she may send it, and only their file holds it', async () => {
    const { run, write, file, at } = await setting();
    write('rectification', 'it');
    file('right.json', { type: 'm.room.member', state_key: ALICE, content: { membership: 'join', displayname: 'the right name' } });
    const result = await run('show', 'it', ...rooms, '--correction', 'right.json', '--sender', ALICE, '--events', 'events.ndjson', '--at', '1900000000000', '--markdown', 'a.md');
    expect(result.code).toBe(0);
    const events = lines(readFileSync(join(at, 'events.ndjson'), 'utf8')).map((line) => JSON.parse(line));
    expect(events.map(({ content, sender, origin_server_ts: sent }) => [content.displayname, sender, sent])).toEqual(Array.from({ length: 3 }, () => ['the right name', ALICE, 1_900_000_000_000]));
    expect(`${result.stdout}${readFileSync(join(at, 'a.md'), 'utf8')}${readFileSync(join(at, 'requests.db')).toString('latin1')}`).not.toContain('the right name');
    const nobody = await run('show', 'it', ...rooms, '--correction', 'right.json', '--sender', '@bob:hs1.test:18441', '--events', 'none.ndjson');
    expect([nobody.code, nobody.stderr]).toEqual([64, expect.stringMatching(/in none of these rooms/)]);
  });

  test('the hold of a restriction stops the purge of what she alone could access', async () => {
    const { run, write, file, at } = await setting();
    write('restriction', 'it');
    file('restriction.json', { ground: 'article-18-1-c', from: 1_795_500_000_000, reviewAt: '2027-06-01' });
    expect((await run('show', 'it', '--restriction', 'restriction.json', '--hold', 'hold.json')).code).toBe(0);
    const plan = (...args: readonly string[]): Promise<Result> =>
      runCli(['plan', join(ROOMS, 'alone-v10.ndjson.gz'), '--subject', ALICE, '--requested-at', '1795500000000', ...args], { cwd: at });
    const [held, free] = [await plan('--hold', 'hold.json'), await plan()];
    expect([held.code, free.code]).toEqual([3, 0]);
    expect([lines(held.stdout).at(-1), lines(free.stdout).at(-1)]).toEqual([expect.stringMatching(/\(20 held/), expect.stringMatching(/\(0 held/)]);
  });

  test('an erasure that was planned is in the answer', async () => {
    const { run, write, at } = await setting();
    write('erasure', 'it');
    await runCli(['plan', rooms[0] ?? '', '--subject', ALICE, '--out', 'plan.json'], { cwd: at });
    const { totals } = JSON.parse(readFileSync(join(at, 'plan.json'), 'utf8'));
    await run('show', 'it', '--plan', 'plan.json', '--markdown', 'a.md');
    expect(readFileSync(join(at, 'a.md'), 'utf8')).toContain(`- ${totals.hide} are no longer shown`);
  });

  test('texts that would act are only texts', async () => {
    const { run, file, at } = await setting();
    const hostile = '</title><script>alert(1)</script>\u001b[31m\u202e | cell\n# heading [link](javascript:alert(1)) ![x](http://x.example/y) **bold**';
    file('us.json', { ...CONTROLLER, name: hostile });
    await run('open', '--kind', 'access', '--subject', '@<b>"&|`*_:a.example', '--id', 'it', '--received-at', String(RECEIVED));
    await run('refuse', 'it', '--ground', 'excessive', '--explanation', hostile);
    const result = await run('show', 'it', '--controller', 'us.json', '--html', 'a.html', '--markdown', 'a.md');
    const [page, markdown] = ['a.html', 'a.md'].map((name) => readFileSync(join(at, name), 'utf8'));
    expect(page).not.toMatch(/<script|<b>|\u202e/);
    expect(markdown).not.toMatch(/(?<!\\)<|\u202e|(?<!\\)\]\(|^# heading|(?<!\\)\*/m);
    const printed = `${result.stdout}${(await run('--all')).stdout}`;
    for (const text of [page, markdown, printed]) expect(text).not.toContain('\u001b');
    expect(printed).not.toContain('\u202e');
  });
});
