import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listening, setting } from '../notices/setting.ts';
import { lines, type Result } from '../run.ts';

type Listed = { readonly destination: string; readonly status: string; readonly ask?: string; readonly letter?: string; readonly attempts: number };
const listOf = ({ stdout }: Result): readonly Listed[] => JSON.parse(stdout).list;

describe('notify', () => {
  test('finds who holds copies, tells them, and says who has been told', async () => {
    const [b, c] = [await listening(true), await listening(false)];
    const { run, plan, send, at } = await setting([b.name, c.name]);
    const planned = await plan();
    expect([planned.code, lines(planned.stdout).at(-1), planned.stderr]).toEqual([0, 'Notices: 2 deliveries to 2 recipients, 2 new, 0 known. Nobody was told yet.', '']);
    expect(planned.stdout).toContain(`server ${b.name}: told by federation; since Wed 2026-11-18 11:06 UTC, in the room when it was sent, came later and could read back (1 room)\n`);
    expect(lines((await plan()).stdout).at(-1)).toBe('Notices: 2 deliveries to 2 recipients, 0 new, 2 known. Nobody was told yet.');
    expect([(await run('status', '--ledger', 'ledger')).code, (await run('status', '--ledger', 'ledger', '--check')).code]).toEqual([0, 2]);
    const sent = await send();
    expect([sent.code, sent.stdout, sent.stderr]).toEqual([0, '3 tries. Notices: 1 acknowledged, 1 unsupported. 1 for a person.\n', '']);
    expect(b.erased).toEqual(['@alice:a.example']);
    expect((await send()).stdout).toBe('0 tries. Notices: 1 acknowledged, 1 unsupported. 1 for a person.\n');
    const listed = listOf(await run('status', '--ledger', 'ledger', '--json'));
    expect(listed.map(({ destination, status, ask, attempts }) => [destination, status, ask, attempts]).toSorted()).toEqual([[b.name, 'acknowledged', undefined, 1], [c.name, 'unsupported', 'write', 2]].toSorted());
    expect(listed.find(({ ask }) => ask === 'write')?.letter).toContain(`To whoever runs ${c.name}`);
    expect((await run('mark', '--ledger', 'ledger', '--to', c.name, '--as', 'acknowledged')).stdout).toBe(`Marked as acknowledged: 1 notice to ${c.name}.\n`);
    const end = await run('status', '--ledger', 'ledger', '--check');
    expect([end.code, lines(end.stdout).at(-1)]).toEqual([0, 'Notices: 2 acknowledged.']);
    const files = await Promise.all(['room', 'ledger'].map((name) => readFile(join(at, name))));
    expect(files.map((content) => content.includes('hello'))).toEqual([true, false]);
  });

  test('goes on trying until the deadline, then asks a person', async () => {
    const b = await listening(true);
    const { plan, send, run } = await setting([b.name, '127.0.0.1:1']);
    const deadline = Date.now() + 5000;
    await plan('--deadline', String(deadline));
    const sent = await send('--wait', '--first-delay', '100', '--longest-delay', '400', '--json');
    const { tries, statuses } = JSON.parse(sent.stdout);
    expect([sent.stderr, statuses]).toEqual(['', expect.objectContaining({ acknowledged: 1, failed: 1 })]);
    expect(tries).toBeGreaterThan(3);
    await new Promise((resolve) => setTimeout(resolve, deadline - Date.now()));
    const status = await run('status', '--ledger', 'ledger');
    expect([status.code, lines(status.stdout).at(-1)]).toEqual([2, 'Notices: 1 acknowledged, 1 failed. 1 for a person. 1 overdue.']);
    expect(status.stdout).toContain('server 127.0.0.1:1: failed (connection) since');
  });

  test('connects to no machine of its own network unless it may', async () => {
    const b = await listening(true);
    const { run, plan } = await setting([b.name]);
    await plan();
    const sent = await run('send', '--ledger', 'ledger', '--key', 'key', '--server', 'a.example', '--ca', 'ca');
    expect([sent.code, b.erased]).toEqual([0, []]);
    expect((await run('status', '--ledger', 'ledger')).stdout).toContain(`server ${b.name}: failed (private-address) since`);
  });

  test('a person\'s decision is written down with its reason', async () => {
    const { run, plan } = await setting(['b.example']);
    await plan();
    expect((await run('mark', '--ledger', 'ledger', '--to', 'b.example', '--as', 'impossible')).code).toBe(64);
    expect((await run('mark', '--ledger', 'ledger', '--to', 'c.example', '--as', 'sent')).code).toBe(64);
    expect((await run('mark', '--ledger', 'ledger', '--to', 'b.example', '--as', 'impossible', '--reason', 'the server is gone')).code).toBe(0);
    const status = await run('status', '--ledger', 'ledger', '--check');
    expect([status.code, lines(status.stdout).at(-1)]).toEqual([0, 'Notices: 1 impossible.']);
    expect(status.stdout).toContain('server b.example: impossible (the server is gone) since');
  });

  test.each<readonly [string, readonly string[], number, RegExp]>([
    ['no command', [], 64, /^matrix-erasure: no command; "matrix-erasure notify --help" lists them\n$/],
    ['another server', ['send', '--ledger', 'ledger', '--key', 'key', '--server', 'c.example'], 64, /the ledger is that of a\.example/],
    ['no ledger', ['status', '--ledger', 'none'], 64, /none: there is no such ledger/],
    ['a file that is no ledger', ['status', '--ledger', 'room'], 1, /room: it cannot be read as a ledger/],
    ['a file that is no key', ['send', '--ledger', 'ledger', '--key', 'room', '--server', 'a.example'], 1, /invalid signing key/],
    ['a retry without an end', ['mark', '--ledger', 'ledger', '--to', 'b.example', '--as', 'retry'], 64, /needs --deadline/],
  ])('%s', async (_, args, code, message) => {
    const { run, plan } = await setting(['b.example']);
    await plan();
    const result = await run(...args);
    expect([result.code, result.stdout, result.stderr]).toEqual([code, '', expect.stringMatching(message)]);
  });
});
