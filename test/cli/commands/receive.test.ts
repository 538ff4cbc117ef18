import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, request as httpsRequest } from 'node:https';
import { request as httpRequest } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDeliveryLedger } from '../../../src/cli/notices/delivery-ledger.ts';
import { signJson } from '../../../src/crypto/sign.ts';
import { formatSigningKey, generateSigningKey } from '../../../src/crypto/signing-key.ts';
import { beginDelivery } from '../../../src/notices/delivery/delivery.ts';
import { noticePaths } from '../../../src/notices/endpoints.ts';
import { signRequest } from '../../../src/notices/x-matrix.ts';
import { createAuthority } from '../notices/certificate.ts';
import { folder, lines, runCli, startCli, type Result, type StartOptions } from '../run.ts';

const KEY = generateSigningKey(new Uint8Array(32).fill(3), '1');
const OTHER = generateSigningKey(new Uint8Array(32).fill(4), '1');
const B = 'b.example';
const authority = createAuthority();
const TOKEN = 'a-secret-token';
const COMMON = ['--ledger', 'ledger', '--suppression-key', 'hash.key'];

type Running = { readonly url: string; readonly child: ChildProcess; readonly said: () => readonly string[]; readonly errors: () => string };

/** A receiver, listening. */
async function receiver(at: string, args: readonly string[], options: StartOptions = {}): Promise<Running> {
  const child = startCli(['notify', 'receive', ...COMMON, ...args], { cwd: at, ...options });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [text, errors] = ['', ''];
  child.stderr?.on('data', (chunk: Buffer) => (errors += String(chunk)));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      text += String(chunk);
      const found = /https?:\/\/[^\s"]+/.exec(text);
      if (found !== null) resolve(found[0]);
    });
    child.on('close', () => reject(new Error(`ended: ${errors}`)));
  });
  return { url, child, said: () => lines(text), errors: () => errors };
}

async function stopped({ child }: Running, signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
  child.kill(signal);
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

type Answer = { readonly status: number; readonly body: string };
type Posted = { readonly url: string; readonly path?: string; readonly headers: Readonly<Record<string, string | readonly string[]>>; readonly body: string };

function post({ url, path = noticePaths.server.stable, headers, body }: Posted): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: headers as Record<string, string | string[]>, ca: authority.cert, agent: false as const };
    const sending = (url.startsWith('https') ? httpsRequest : httpRequest)(`${url}${path}`, options, async (response) => {
      resolve({ status: response.statusCode ?? 0, body: (await response.toArray()).map(String).join('') });
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

type Signed = { readonly origin?: string; readonly path?: string; readonly destination?: string; readonly key?: typeof KEY; readonly user?: string };

function signed(url: string, { origin = 'a.example', path = noticePaths.server.stable, destination = B, key = KEY, user = `@alice:${origin}` }: Signed = {}): Posted {
  const content = { user_id: user };
  const authorization = signRequest({ method: 'POST', uri: path, destination, content }, { server: origin, ...key });
  return { url, path, headers: { authorization }, body: JSON.stringify(content) };
}

const fromHomeserver = (url: string, user: string, token = TOKEN): Posted =>
  ({ url, path: noticePaths['application-service'].unstable, headers: { authorization: `Bearer ${token}` }, body: JSON.stringify({ user_id: user }) });

/** A place with the public keys of a.example, c.example and, expired, e.example. */
async function place(): Promise<{ readonly at: string; readonly run: (...args: readonly string[]) => Promise<Result> }> {
  const at = await folder();
  writeFileSync(join(at, 'keys'), JSON.stringify({ 'a.example': { [KEY.keyId]: KEY.publicKey }, 'c.example': { [OTHER.keyId]: OTHER.publicKey } }));
  writeFileSync(join(at, 'token'), `${TOKEN}\n`);
  writeFileSync(join(at, 'ca'), authority.cert);
  return { at, run: (...args) => runCli(['notify', ...args], { cwd: at }) };
}

const GIVEN = ['--server', B, '--keys', 'keys', '--json'];
const outcomes = ({ said }: Running): readonly unknown[] => said().map((line) => JSON.parse(line)).map(({ outcome, reason, why }) => reason ?? why ?? outcome).filter((one) => one !== undefined);

type KeyAnswer = { readonly valid?: number; readonly signWith?: typeof KEY; readonly status?: number };

/** A homeserver that publishes its keys over TLS. */
async function keyServer(answer: KeyAnswer = {}, by = authority): Promise<{ readonly name: string; readonly asked: () => number }> {
  let asked = 0;
  const server = createServer(by.issue('127.0.0.1'), (_, response) => {
    asked += 1;
    const { valid = Date.now() + 86_400_000, signWith = KEY, status = 200 } = answer;
    const keys = { server_name: name, verify_keys: { [KEY.keyId]: { key: KEY.publicKey } }, old_verify_keys: {}, valid_until_ts: valid };
    response.writeHead(status).end(JSON.stringify(signJson(keys, { server: name, ...signWith })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const name = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { name, asked: () => asked };
}

describe('notify receive', () => {
  test('takes in what "notify send" sends, over TLS, with keys that it fetches itself', async () => {
    const { at, run } = await place();
    const { cert, key } = authority.issue('127.0.0.1');
    writeFileSync(join(at, 'cert'), cert);
    writeFileSync(join(at, 'tls.key'), key);
    writeFileSync(join(at, 'signing.key'), formatSigningKey(KEY));
    const origin = await keyServer();
    // The name of the server is where it listens, so that it can be found.
    const { name: destination } = await keyServer();
    const free = destination.replace(/\d+$/, (port) => String(Number(port) > 60_000 ? Number(port) - 137 : Number(port) + 137));
    const running = await receiver(at, ['--server', free, '--listen', free, '--tls-cert', 'cert', '--tls-key', 'tls.key', '--ca', 'ca', '--allow-private']);
    const ledger = openDeliveryLedger(join(at, 'sent'), { create: true });
    ledger.server(origin.name);
    const notice = { id: '1', kind: 'server', destination: free, channel: 'federation', method: 'POST', paths: noticePaths.server, body: { user_id: `@alice:${origin.name}` as const } } as const;
    ledger.add([{ notice, delivery: beginDelivery(notice, { now: 0, deadline: Date.now() + 60_000 }) }]);
    ledger.close();
    const sent = await run('send', '--ledger', 'sent', '--key', 'signing.key', '--server', origin.name, '--ca', 'ca', '--allow-private');
    expect([sent.stderr, sent.stdout]).toEqual(['', '1 try. Notices: 1 acknowledged.\n']);
    expect((await post(signed(running.url, { origin: origin.name, destination: free }))).status).toBe(200);
    expect(origin.asked()).toBe(1);
    expect(await stopped(running)).toBe(0);
    expect(running.said().slice(1)).toEqual([
      expect.stringMatching(/^\S+Z notice 1 from 127\.0\.0\.1:\d+: taken in, due /), expect.stringMatching(/: a repeat, nothing changed$/), 'Stopped.',
    ]);
    expect([running.errors(), running.said().join('').includes('alice')]).toEqual(['', false]);
  });

  test('what came in leads to a plan, a repeat changes nothing, a revocation makes a review, and what is done names nobody', async () => {
    const { at, run } = await place();
    const running = await receiver(at, [...GIVEN, '--token-file', 'token']);
    expect(await post(signed(running.url, { path: noticePaths.server.unstable }))).toEqual({ status: 200, body: '{}' });
    expect((await post(fromHomeserver(running.url, "@o'x y:d.example"))).status).toBe(200);
    const status = await run('status', '--ledger', 'ledger');
    expect([status.code, lines(status.stdout)]).toEqual([0, [
      expect.stringMatching(/^notice 1 from a\.example: due since .*; erase @alice:a\.example by /),
      expect.stringMatching(/^ {2}matrix-erasure plan FILES --subject @alice:a\.example --requested-at \d+ --out plan-1\.json$/),
      '  matrix-erasure notify mark --ledger ledger --received 1 --as erased',
      expect.stringMatching(/^notice 2 from the homeserver: due since /),
      expect.stringContaining(String.raw`--subject '@o'\''x y:d.example' --requested-at`),
      '  matrix-erasure notify mark --ledger ledger --received 2 --as erased',
      expect.stringMatching(/^Received: 2 due\. Next deadline: /),
    ]]);
    expect((await run('status', '--ledger', 'ledger', '--check')).code).toBe(2);
    expect((await run('mark', '--ledger', 'ledger', '--received', '1', '--as', 'erased')).stdout).toBe('Marked as erased: notice 1 that came in.\n');
    expect((await run('mark', '--ledger', 'ledger', '--received', '2', '--as', 'erased')).code).toBe(0);
    const files = readdirSync(at).filter((name) => name.startsWith('ledger')).map((name) => readFileSync(join(at, name), 'latin1')).join('');
    expect(['alice', "o'x"].filter((name) => files.includes(name))).toEqual([]);
    expect((await post(signed(running.url))).status).toBe(200);
    const find = ['--ledger', 'ledger', '--received', '@alice:a.example'];
    expect((await run('mark', ...find, '--as', 'revoked')).code).toBe(64);
    expect((await run('mark', ...find, '--suppression-key', 'hash.key', '--as', 'revoked')).code).toBe(0);
    for (let i = 0; i < 2; i++) expect((await post(signed(running.url))).status).toBe(200);
    expect(outcomes(running)).toEqual(['new', 'new', 'repeat', 'review', 'repeat']);
    const { received, suppression } = JSON.parse((await run('status', '--ledger', 'ledger', '--json')).stdout);
    expect([received.states, received.list[0].userId, received.list[1].userId]).toEqual([{ due: 0, review: 1, erased: 1, revoked: 0 }, '@alice:a.example', undefined]);
    expect(suppression).toEqual([
      { subject: expect.stringMatching(/^[\w-]{43}$/), profile: 'notice', effectiveAt: expect.any(Number), revokedAt: expect.any(Number) },
      { subject: expect.any(String), profile: 'notice', effectiveAt: expect.any(Number) },
    ]);
    expect(await stopped(running, 'SIGTERM')).toBe(0);
  });

  test('refuses whoever has no authority, and says why without saying who', async () => {
    const { at, run } = await place();
    const running = await receiver(at, [...GIVEN, '--token-file', 'token']);
    const { url } = running;
    const good = signed(url);
    const twice = [String(good.headers['authorization']), String(signed(url, { origin: 'c.example', key: OTHER }).headers['authorization'])];
    const cases: readonly (readonly [Posted, number, string])[] = [
      [signed(url, { key: OTHER }), 401, 'bad-signature'],
      [signed(url, { origin: 'c.example', key: OTHER, user: '@alice:a.example' }), 403, 'not-own-server'],
      [signed(url, { origin: 'unknown.example' }), 401, 'unknown-key'],
      [signed(url, { destination: 'c.example' }), 401, 'wrong-destination'],
      [{ ...good, body: '{"user_id":"@bob:a.example"}' }, 401, 'bad-signature'],
      [{ ...good, headers: {} }, 401, 'no-authorization'],
      [{ ...good, headers: { authorization: twice } }, 401, 'malformed-authorization'],
      [{ ...good, headers: { authorization: twice.toReversed() } }, 401, 'malformed-authorization'],
      [{ ...good, body: `{"user_id":"@alice:a.example","x":"${'x'.repeat(1_000_000)}"}` }, 413, 'too-large'],
      [{ ...good, body: '{' }, 400, 'not-json'],
      [{ ...good, body: '{"user_id":"@alice:a.example","user_id":"@bob:a.example"}' }, 400, 'bad-json'],
      [fromHomeserver(url, '@alice:a.example', 'wrong'), 403, 'wrong-token'],
    ];
    for (const [posted, status, reason] of cases) expect([reason, (await post(posted)).status]).toEqual([reason, status]);
    expect((await post({ ...good, path: '/' })).status).toBe(404);
    expect(outcomes(running)).toEqual(cases.map(([, , reason]) => reason));
    expect((await run('status', '--ledger', 'ledger')).stdout).toBe('Notices: none.\n');
    const said = running.said().join('');
    expect([said.includes('alice'), said.includes(TOKEN), said.includes('wrong"')]).toEqual([false, false, false]);
  });

  test.each<readonly [string, KeyAnswer & { readonly by?: typeof authority }, number, string]>([
    ['an expired key', { valid: Date.now() - 1000 }, 401, 'expired-key'],
    ['keys that another key has signed', { signWith: OTHER }, 500, 'keys'],
    ['an error instead of keys', { status: 503 }, 500, 'keys'],
    ['another authority\'s certificate', { by: createAuthority('Somebody else') }, 500, 'keys'],
  ])('%s does not count, and a server is not asked for it each time', async (_, { by, ...answer }, status, outcome) => {
    const { at } = await place();
    const origin = await keyServer(answer, by);
    const running = await receiver(at, ['--server', B, '--ca', 'ca', '--allow-private', '--json']);
    for (let i = 0; i < 3; i++) expect((await post(signed(running.url, { origin: origin.name }))).status).toBe(status);
    expect([outcomes(running), origin.asked() <= 1]).toEqual([[outcome, outcome, outcome], true]);
  });

  test('fetches no key from this machine or its network unless it may', async () => {
    const { at } = await place();
    const origin = await keyServer();
    const running = await receiver(at, ['--server', B, '--ca', 'ca', '--json']);
    expect((await post(signed(running.url, { origin: origin.name }))).status).toBe(500);
    expect([outcomes(running), origin.asked()]).toEqual([['keys'], 0]);
  });

  test('what was answered 200 outlives SIGKILL, and is a repeat afterwards', async () => {
    const { at } = await place();
    const running = await receiver(at, GIVEN);
    const [answered, sent]: [string[], Promise<void>[]] = [[], []];
    for (let i = 0; i < 60; i++) {
      const user = `@u${i}:a.example`;
      sent.push(post(signed(running.url, { user })).then(({ status }) => {
        if (status === 200) answered.push(user);
        if (answered.length === 20) running.child.kill('SIGKILL');
      }, () => undefined));
    }
    await Promise.all(sent);
    expect(answered.length).toBeGreaterThanOrEqual(20);
    const again = await receiver(at, GIVEN);
    for (const user of answered) expect((await post(signed(again.url, { user }))).status).toBe(200);
    expect(outcomes(again)).toEqual(answered.map(() => 'repeat'));
  });

  test('two receivers on one ledger take each notice in once', async () => {
    const { at } = await place();
    const [one, other] = [await receiver(at, GIVEN), await receiver(at, GIVEN)];
    const users = Array.from({ length: 20 }, (_, i) => `@u${i}:a.example`);
    const answers = await Promise.all(users.flatMap((user) => [one, other].map(({ url }) => post(signed(url, { user })))));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const said = [...outcomes(one), ...outcomes(other)];
    expect([said.filter((outcome) => outcome === 'new').length, said.filter((outcome) => outcome === 'repeat').length]).toEqual([20, 20]);
  });

  test('when it is told to stop, a request under way comes to its end', async () => {
    const { at } = await place();
    const running = await receiver(at, GIVEN);
    const { headers, body, path } = signed(running.url);
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += String(chunk)));
    socket.write(`POST ${path} HTTP/1.1\r\nhost: ${B}\r\nauthorization: ${String(headers['authorization'])}\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 5)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    running.child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 200));
    socket.write(body.slice(5));
    const [code] = await once(running.child, 'close');
    expect([code, answer.split('\r\n')[0], running.errors()]).toEqual([0, 'HTTP/1.1 200 OK', '']);
  });

  test('a request that breaks off is no notice, and says so', async () => {
    const { at } = await place();
    const running = await receiver(at, GIVEN);
    const { headers, path } = signed(running.url);
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
    socket.write(`POST ${path} HTTP/1.1\r\nhost: ${B}\r\nauthorization: ${String(headers['authorization'])}\r\ncontent-length: 100\r\n\r\n{"user_id"`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    socket.destroy();
    while (running.said().length < 2) await once(running.child.stdout ?? socket, 'data');
    expect(outcomes(running)).toEqual(['request']);
  });

  test('a disk without room loses nothing: the notice is not acknowledged', async () => {
    const { at } = await place();
    await stopped(await receiver(at, GIVEN));
    const running = await receiver(at, GIVEN, { fileBlocks: 160 });
    const answers: number[] = [];
    for (let i = 0; i < 80 && !answers.includes(500); i++) answers.push((await post(signed(running.url, { user: `@${'u'.repeat(200)}${i}:a.example` }))).status);
    expect([answers.at(-1), outcomes(running).at(-1)]).toEqual([500, 'store']);
    running.child.kill('SIGKILL');
    await once(running.child, 'close');
    const ledger = openDeliveryLedger(join(at, 'ledger'));
    expect(ledger.received.all()).toHaveLength(answers.length - 1);
    ledger.close();
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    ['nothing to take in', [], /nothing to take in: give --server/],
    ['half a certificate', ['--server', B, '--tls-cert', 'ca'], /--tls-cert and --tls-key go together/],
    ['a certificate that is none', ['--server', B, '--tls-cert', 'token', '--tls-key', 'token'], /no certificate and its key/],
    ['two tokens', ['--token-file', 'token', '--registration', 'token'], /exclude each other/],
    ['a token file that is none', ['--token-file', 'ca'], /must hold the token and nothing else/],
    ['an address that is none', ['--server', B, '--listen', 'x:y'], /Give an address and a port/],
    ['an address of somebody else', ['--server', B, '--listen', '192.0.2.1:1'], /nobody can listen on 192\.0\.2\.1:1/],
  ])('%s', async (_, args, message) => {
    const { run } = await place();
    const result = await run('receive', ...COMMON, ...args);
    expect([result.code, result.stdout, result.stderr]).toEqual([64, '', expect.stringMatching(message)]);
  });

  test('a ledger whose users were hashed with another key is refused', async () => {
    const { at, run } = await place();
    await stopped(await receiver(at, GIVEN));
    const result = await run('receive', '--ledger', 'ledger', '--suppression-key', 'another.key', ...GIVEN);
    expect([result.code, result.stderr]).toEqual([1, expect.stringContaining('hashed with another key')]);
  });
});
