import { createServer } from 'node:https';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createKeyRing } from '../../../src/crypto/key-ring.ts';
import { formatSigningKey, generateSigningKey } from '../../../src/crypto/signing-key.ts';
import { toNodeHandler } from '../../../src/notices/node-handler.ts';
import { serveErasureApi } from '../../../src/notices/serve.ts';
import { createAuthority } from '../notices/certificate.ts';
import { folder, lines, runCli, type Result } from '../run.ts';

const KEY = generateSigningKey(new Uint8Array(32).fill(3), '1');
const authority = createAuthority();

/** A server that takes notices in from a.example, or has no such endpoint. */
async function listening(supports: boolean): Promise<{ readonly name: string; readonly erased: string[] }> {
  const erased: string[] = [];
  const server = createServer(authority.issue('127.0.0.1'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const name = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api = serveErasureApi({
    serverName: name, keys: createKeyRing({ 'a.example': { [KEY.keyId]: KEY.publicKey } }), standing: (user) => (erased.includes(user) ? 'erased' : 'none'),
    onErasure: ({ userId }) => void erased.push(userId), onReview: () => undefined,
  });
  server.on('request', supports ? toNodeHandler(api) : (_, response) => response.writeHead(404, { 'content-type': 'application/json' }).end('{"errcode":"M_UNRECOGNIZED"}'));
  onTestFinished(() => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  }));
  return { name, erased };
}

type Setting = { readonly run: (...args: readonly string[]) => Promise<Result>; readonly plan: (...args: readonly string[]) => Promise<Result>; readonly send: (...args: readonly string[]) => Promise<Result>; readonly at: string };

type Sent = readonly [type: string, sender: string, content: object, stateKey?: string];

/** The event file of a public room in which one event follows another. */
function roomOf(servers: readonly string[]): readonly string[] {
  const alice = '@alice:a.example';
  const joins = servers.map((name): Sent => ['m.room.member', `@bob:${name}`, { membership: 'join' }, `@bob:${name}`]);
  const sent: readonly Sent[] = [
    ['m.room.create', alice, { creator: alice, room_version: '2' }, ''], ['m.room.member', alice, { membership: 'join' }, alice], ['m.room.join_rules', alice, { join_rule: 'public' }, ''], ...joins,
    ['m.room.message', alice, { body: 'hello' }],
  ];
  const link = (index: number): readonly unknown[] => [`$${index}:a.example`, { sha256: 'x' }];
  return sent.map(([type, sender, content, stateKey], index) => JSON.stringify({
    room_version: '2', event_id: `$${index}:a.example`, received_ts: 1_795_000_000_000 + index,
    pdu: {
      type, sender, content, ...(stateKey === undefined ? {} : { state_key: stateKey }), room_id: '!r:a.example', origin_server_ts: 1, depth: index + 1, hashes: {},
      prev_events: index === 0 ? [] : [link(index - 1)], auth_events: (sender === alice ? [0, 1] : [0, 2]).filter((before) => before < index).map(link),
    },
  }));
}

/** A room of a.example in which users of other servers are, and an erasure of Alice. */
async function setting(servers: readonly string[]): Promise<Setting> {
  const at = await folder();
  const room = roomOf(servers);
  const path = (name: string): string => join(at, name);
  writeFileSync(path('room'), `${room.join('\n')}\n`);
  writeFileSync(path('key'), formatSigningKey(KEY));
  writeFileSync(path('ca'), authority.cert);
  const run = (...args: readonly string[]): Promise<Result> => runCli(['notify', ...args], { cwd: at });
  expect((await runCli(['plan', 'room', '--subject', '@alice:a.example', '--out', 'plan'], { cwd: at })).code).toBe(0);
  return {
    run, at,
    plan: (...args) => run('plan', 'plan', 'room', '--ledger', 'ledger', '--operator', 'Example', '--contact', 'dpo@a.example', ...args),
    send: (...args) => run('send', '--ledger', 'ledger', '--key', 'key', '--server', 'a.example', '--ca', 'ca', '--allow-private', ...args),
  };
}

type Listed = { readonly destination: string; readonly status: string; readonly ask?: string; readonly letter?: string; readonly attempts: number };
const listOf = ({ stdout }: Result): readonly Listed[] => JSON.parse(stdout).list;

describe('notify', () => {
  test('finds who holds copies, tells them, and says who has been told', async () => {
    const [b, c] = [await listening(true), await listening(false)];
    const { run, plan, send, at } = await setting([b.name, c.name]);
    const planned = await plan();
    expect([planned.code, planned.stdout, planned.stderr]).toEqual([0, 'Notices: 2 deliveries to 2 recipients, 2 new, 0 known. Nobody was told yet.\n', '']);
    expect((await plan()).stdout).toBe('Notices: 2 deliveries to 2 recipients, 0 new, 2 known. Nobody was told yet.\n');
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
