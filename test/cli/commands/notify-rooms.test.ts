import { once } from 'node:events';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loopbackHomeserver, type LoopbackHomeserver, type Moment, type Watch } from '../notices/client-server.ts';
import { setting, type Sent } from '../notices/setting.ts';
import { lines, runCli, startCli, type Result } from '../run.ts';

const ALICE = '@alice:a.example';
const TEXTS = 6;
const FAST = ['--per-second', '1000', '--burst', '1000'];

type Place = { readonly at: string; readonly args: readonly string[]; readonly rooms: (...more: readonly string[]) => Promise<Result>; readonly homeserver: LoopbackHomeserver };
type Given = { readonly watch?: Watch; readonly lags?: boolean };

/** A room in which Alice said things that are to be redacted for everybody, and her homeserver. */
async function place({ watch, lags = false }: Given = {}): Promise<Place> {
  const { at } = await setting(['b.example'], Array.from({ length: TEXTS - 1 }, (_, index): Sent => ['m.room.message', ALICE, { body: `text ${index}` }]));
  const homeserver = await loopbackHomeserver({ tokens: { [ALICE]: 'secret token' }, password: 'secret word', lags, ...(watch === undefined ? {} : { watch }) });
  const planned = await runCli(['plan', 'room', '--subject', ALICE, '--redact-events', '--out', 'plan'], { cwd: at });
  expect(planned.code).toBe(0);
  writeFileSync(join(at, 'tokens'), JSON.stringify({ [ALICE]: { token: 'secret token', password: 'secret word' } }));
  writeFileSync(join(at, 'admin'), 'admin\n');
  const args = ['notify', 'rooms', 'plan', 'room', '--homeserver', homeserver.url, '--token-file', 'tokens', '--admin-token-file', 'admin', ...FAST];
  return { at, args, homeserver, rooms: (...more) => runCli([...args, ...more], { cwd: at }) };
}

/** Every event that is redacted, once and in order, then the departure, then the account. */
function expectAll({ made }: LoopbackHomeserver): void {
  expect(made.slice(-2)).toEqual([`leave ${ALICE}`, `deactivate ${ALICE}`]);
  const redactions = made.slice(0, -2);
  expect(redactions).toEqual([...new Set(redactions)]);
  expect(redactions.length).toBeGreaterThanOrEqual(TEXTS);
  expect(redactions.filter((what) => !/^redact \$\d+:a\.example$/.test(what))).toEqual([]);
}

describe('notify rooms', () => {
  test('says what it would send and how long it takes, and sends only if it may', async () => {
    const { rooms, homeserver } = await place();
    const dry = await rooms('--dry-run', '--per-second', '0.1', '--burst', '1');
    expect([dry.code, dry.stdout]).toEqual([0, expect.stringMatching(/^To send: \d+ redactions, 1 departure and 1 account to close; about \d+ (?:seconds|minutes) at these limits\.\nNothing was sent\.\n$/)]);
    const unasked = await rooms();
    expect([unasked.code, unasked.stdout, unasked.stderr]).toEqual([64, '', 'matrix-erasure: this cannot be undone: look at it with --dry-run, then give --yes\n']);
    expect(homeserver.requests).toEqual([]);
  });

  test('redacts, then leaves, then closes the account, and nothing of it twice', async () => {
    const { rooms, homeserver, at } = await place();
    const first = await rooms('--yes', '--through', 'redact');
    expect([first.code, first.stdout, homeserver.made.every((what) => what.startsWith('redact'))]).toEqual([0, `Sent: ${homeserver.made.length} done.\n`, true]);
    const redactions = homeserver.made.length;
    const second = await rooms('--yes', '--json');
    expect([second.code, lines(second.stdout).map((line) => [JSON.parse(line).send.kind, JSON.parse(line).status])]).toEqual([0, [['leave', 'done'], ['deactivate', 'done']]]);
    expectAll(homeserver);
    const asked = homeserver.requests.length;
    const third = await rooms('--yes');
    expect([third.code, third.stdout, homeserver.requests.length]).toEqual([0, `Sent: ${redactions + 2} in earlier runs.\n`, asked]);
    const journal = join(at, 'plan.sends');
    expect([statSync(journal).mode & 0o777, /secret|text \d|hello/.test(readFileSync(journal, 'utf8'))]).toEqual([0o600, false]);
    // Without its journal it finds in the rooms what has been done.
    const again = await rooms('--yes', '--journal', 'another');
    expect([again.code, homeserver.made.length]).toEqual([1, redactions + 2]);
  });

  test.each([['a server that shows what was done', false], ['a server that shows it later: the transaction IDs count', true]])('killed at any moment and run again, sends nothing twice: %s', async (_, lags) => {
    const moments: readonly Moment[] = ['asked', 'made', 'answered'];
    let kill: (() => void) | undefined;
    let [changes, kills] = [0, 0];
    // At each change in turn, before it, unanswered, and answered.
    const watch: Watch = (_what, moment) => {
      if (moment !== moments[(changes + kills) % moments.length]) return;
      changes += 1;
      kill?.();
      kill = undefined;
    };
    const { args, at, homeserver } = await place({ watch, lags });
    let code: number | null = null;
    for (let run = 0; code !== 0 && run < 40; run += 1) {
      const child = startCli([...args, '--yes'], { cwd: at });
      kill = () => {
        kills += 1;
        child.kill('SIGKILL');
      };
      [code] = (await once(child, 'close')) as [number | null];
      if (code === 1) break;
    }
    expect(code).toBe(0);
    expect(kills).toBeGreaterThan(5);
    expectAll(homeserver);
  });

  test('a journal that was cut short is used up to there, and no other file is', async () => {
    const { rooms, at, homeserver } = await place();
    expect((await rooms('--yes', '--through', 'redact')).code).toBe(0);
    const redactions = homeserver.made.length;
    appendFileSync(join(at, 'plan.sends'), '{"send":"leave !r:a.example @al');
    expect((await rooms('--yes', '--through', 'leave')).stdout).toBe(`Sent: 1 done, ${redactions} in earlier runs.\n`);
    expect(lines(readFileSync(join(at, 'plan.sends'), 'utf8')).map((line) => Object.keys(JSON.parse(line))[0])).toEqual(['format', ...Array.from({ length: redactions + 1 }, () => 'send')]);
    const room = await rooms('--yes', '--journal', 'room');
    expect([room.code, room.stderr]).toEqual([1, 'matrix-erasure: room: it is no journal of sends, or is damaged (SendJournalError)\n']);
    expect((await runCli(['plan', 'room', '--subject', ALICE, '--out', 'plan2'], { cwd: at })).code).toBe(0);
    const other = await runCli(['notify', 'rooms', 'plan2', 'room', '--homeserver', homeserver.url, '--token-file', 'tokens', '--journal', 'plan.sends', '--yes'], { cwd: at });
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('it is the journal of another plan')]);
  });

  test('what is refused or fails is said with what to do, and sent no more than it has to be', async () => {
    const { rooms, at, homeserver } = await place();
    writeFileSync(join(at, 'tokens'), JSON.stringify({ [ALICE]: 'wrong' }));
    const wrong = await rooms('--yes');
    expect([wrong.code, homeserver.made, wrong.stdout]).toEqual([1, [], expect.stringMatching(/: failed \(M_UNKNOWN_TOKEN\); log in again, or/)]);
    expect(lines(wrong.stdout).at(-1)).toMatch(/^Sent: \d+ failed, 2 waiting for those\.$/);
    writeFileSync(join(at, 'tokens'), JSON.stringify({ [ALICE]: 'secret token' }));
    const open = await rooms('--yes');
    expect([open.code, open.stdout]).toEqual([1, expect.stringMatching(/^account of @alice:a\.example: refused \(401\)\nSent: \d+ done, 1 refused\.\n$/)]);
    writeFileSync(join(at, 'tokens'), JSON.stringify({ [ALICE]: { token: 'secret token', password: 'secret word' } }));
    expect((await rooms('--yes')).code).toBe(0);
    expectAll(homeserver);
  });

  test.each<readonly [string, { readonly more?: readonly string[]; readonly tokens?: string; readonly code: number; readonly message: RegExp }]>([
    ['an address in the clear', { more: ['--homeserver', 'http://a.example'], code: 1, message: /access tokens would be sent in the clear.*HomeserverAddressError/ }],
    ['no tokens', { tokens: '{"alice": "secret"}', code: 1, message: /tokens is not a file of access tokens.*FileShapeError/ }],
    ['limits that let nothing through', { more: ['--per-second', '0'], code: 64, message: /Give a number above 0/ }],
  ])('%s is refused before anything is sent', async (_, { more = [], tokens, code, message }) => {
    const { rooms, at, homeserver } = await place();
    if (tokens !== undefined) writeFileSync(join(at, 'tokens'), tokens);
    const result = await rooms('--yes', ...more);
    expect([result.code, result.stderr, homeserver.requests]).toEqual([code, expect.stringMatching(message), []]);
    expect(result.stderr).not.toContain('secret');
  });

  test('refuses a plan of other events', async () => {
    const { rooms, at, homeserver } = await place();
    writeFileSync(join(at, 'room'), lines(readFileSync(join(at, 'room'), 'utf8')).filter((line) => !line.includes('hello')).join('\n'));
    expect([(await rooms('--yes')).code, homeserver.requests]).toEqual([3, []]);
  });
});
