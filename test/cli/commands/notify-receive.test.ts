import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createServer, request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { signJson } from '../../../src/crypto/sign.ts';
import { generateSigningKey } from '../../../src/crypto/signing-key.ts';
import { noticePaths } from '../../../src/notices/endpoints.ts';
import { signRequest } from '../../../src/notices/x-matrix.ts';
import { createAuthority } from '../notices/certificate.ts';
import { folder, lines, runCli, startCli } from '../run.ts';

const KEY = generateSigningKey(new Uint8Array(32).fill(5), '1');
const authority = createAuthority();
const URI = noticePaths.server.unstable;

/** A server of a user, as far as others see it: where its keys are. Says how often it was asked. */
async function ownServer(): Promise<{ readonly name: string; readonly asked: () => number; readonly stop: () => void }> {
  let asked = 0;
  const server = createServer(authority.issue('127.0.0.1'), (_, response) => {
    asked += 1;
    const keys = { server_name: name, verify_keys: { [KEY.keyId]: { key: KEY.publicKey } }, old_verify_keys: {}, valid_until_ts: Date.now() + 3_600_000 };
    response.end(JSON.stringify(signJson(keys, { server: name, ...KEY })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const name = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(stop);
  return { name, asked: () => asked, stop };
}

type Receiver = { readonly url: string; readonly kill: (signal: NodeJS.Signals) => Promise<number | null>; readonly printed: () => string };

/** The command, listening, as `b.example`. */
async function receiver(at: string, ...args: readonly string[]): Promise<Receiver> {
  writeFileSync(join(at, 'ca.pem'), authority.cert);
  const child = startCli(['notify', 'receive', '--ledger', join(at, 'received.db'), '--listen', '127.0.0.1:0', '--ca', join(at, 'ca.pem'), '--allow-private', ...args]);
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => { out += chunk.toString(); });
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString();
      const found = /Listening on (\S+)\./.exec(err)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(err)));
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const kill = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  };
  return { url, kill, printed: () => out };
}

type Notice = { readonly origin: string; readonly user?: string; readonly destination?: string; readonly seed?: number; readonly body?: string };

async function notify({ url }: Pick<Receiver, 'url'>, { origin, user = `@alice:${origin}`, destination = 'b.example', seed = 5, body }: Notice): Promise<string> {
  const content = { user_id: user };
  const key = generateSigningKey(new Uint8Array(32).fill(seed), '1');
  const authorization = signRequest({ method: 'POST', uri: URI, destination, content }, { server: origin, ...key });
  const answer = await fetch(`${url}${URI}`, { method: 'POST', headers: { authorization }, body: body ?? JSON.stringify(content) });
  return `${answer.status} ${await answer.text()}`;
}

const asB = ['--server', 'b.example'] as const;

describe('notify receive', () => {
  test('takes a notice in once, whoever is killed, and knows it again', async () => {
    const at = await folder();
    const { name } = await ownServer();
    const first = await receiver(at, ...asB);
    expect(await notify(first, { origin: name })).toBe('200 {}');
    await first.kill('SIGKILL');
    const second = await receiver(at, ...asB);
    expect(await notify(second, { origin: name })).toBe('200 {}');
    expect(second.printed()).toContain('known already');
    const listed = await runCli(['notify', 'receive', '--ledger', join(at, 'received.db'), '--list']);
    expect(listed.code).toBe(0);
    expect(lines(listed.stdout)[0]).toMatch(new RegExp(`^@alice:${name} from ${name}: to be erased; received .*, due `));
    expect(listed.stdout).toMatch(new RegExp(`matrix-erasure plan FILES --subject '@alice:${name}' --requested-at \\d+ `));
    expect(lines(listed.stdout).at(-1)).toBe('Received: 1 notice, 1 open.');
    expect(await second.kill('SIGINT')).toBe(0);
  });

  test('listens to nobody else, and takes nothing in for them', async () => {
    const at = await folder();
    const { name, asked } = await ownServer();
    const { url, printed } = await receiver(at, ...asB, '--json');
    expect(await notify({ url }, { origin: name, user: '@bob:c.example' })).toContain('403 {"errcode":"M_FORBIDDEN"');
    expect(await notify({ url }, { origin: name, destination: 'c.example' })).toContain('401 {"errcode":"M_UNAUTHORIZED"');
    expect(asked()).toBe(0);
    expect(await notify({ url }, { origin: name, seed: 6 })).toContain('401 {"errcode":"M_UNAUTHORIZED"');
    expect(await notify({ url }, { origin: name, body: '{' })).toContain('400 {"errcode":"M_NOT_JSON"');
    expect(await notify({ url }, { origin: name, body: `{"user_id":"${'x'.repeat(70_000)}"}` })).toContain('413 {"errcode":"M_TOO_LARGE"');
    expect((await fetch(`${url}${URI}`)).status).toBe(405);
    expect((await fetch(`${url}/_matrix/app/v1/users/erase`, { method: 'POST', body: '{}' })).status).toBe(404);
    const records = lines(printed()).map((line): { readonly outcome: string; readonly errcode: string } => JSON.parse(line));
    expect(records.map(({ outcome, errcode }) => `${outcome} ${errcode}`)).toEqual([
      'refused M_FORBIDDEN', 'refused M_UNAUTHORIZED', 'refused M_UNAUTHORIZED', 'refused M_NOT_JSON', 'refused M_TOO_LARGE', 'refused M_UNRECOGNIZED', 'refused M_UNRECOGNIZED',
    ]);
    expect((await runCli(['notify', 'receive', '--ledger', join(at, 'received.db'), '--list'])).stdout).toBe('Received: 0 notices, 0 open.\n');
  });

  test('asks a server for its keys once, and says "later" while it is away', async () => {
    const at = await folder();
    const { name, asked, stop } = await ownServer();
    const { url } = await receiver(at, ...asB);
    for (let index = 0; index < 5; index += 1) expect(await notify({ url }, { origin: name, user: `@user${index}:${name}` })).toBe('200 {}');
    expect(asked()).toBe(1);
    stop();
    expect(await notify({ url }, { origin: name })).toBe('200 {}');
    expect(await notify({ url }, { origin: '127.0.0.1:9' })).toContain('500 ');
  });

  test('forgets the name of who is erased, and asks a person about who came back', async () => {
    const at = await folder();
    const ledger = join(at, 'received.db');
    const { name } = await ownServer();
    const { url, kill } = await receiver(at, ...asB);
    await notify({ url }, { origin: name });
    expect((await runCli(['notify', 'receive', '--ledger', ledger, '--done', `@alice:${name}`])).stdout).toBe('Received: 1 notice, 0 open.\n');
    expect(await notify({ url }, { origin: name })).toBe('200 {}');
    expect((await runCli(['notify', 'receive', '--ledger', ledger, '--revoked', `@alice:${name}`])).stdout).toBe('Received: 1 notice, 0 open.\n');
    await kill('SIGINT');
    const files = readdirSync(at).filter((name_) => name_.startsWith('received.db'));
    expect(files.filter((file) => readFileSync(join(at, file)).includes(`@alice:${name}`))).toEqual([]);
    expect(files).toContain('received.db');
    const again = await receiver(at, ...asB);
    await notify(again, { origin: name });
    const listed = await runCli(['notify', 'receive', '--ledger', ledger, '--list', '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject({ received: [{ user_id: `@alice:${name}`, status: 'review' }] });
    expect((await runCli(['notify', 'receive', '--ledger', ledger, '--done', '@nobody:a.b'])).code).toBe(64);
  });

  test('takes in the homeserver\'s notices for an application service, and never prints its token', async () => {
    const at = await folder();
    writeFileSync(join(at, 'irc.yaml'), 'id: irc\nurl: "http://127.0.0.1:1"\nas_token: as-secret\nhs_token: hs-secret\nsender_localpart: irc\nnamespaces: {users: [], rooms: [], aliases: []}\n');
    const { url, printed } = await receiver(at, '--registration', join(at, 'irc.yaml'));
    const send = async (token: string): Promise<number> => (await fetch(`${url}/_matrix/app/v1/users/erase`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: '{"user_id":"@a:b.c"}' })).status;
    expect([await send('wrong'), await send('hs-secret'), await send('hs-secret')]).toEqual([403, 200, 200]);
    expect(printed()).not.toContain('secret');
    expect(lines(printed()).length).toBe(3);
  });

  test('speaks TLS with a certificate that it is given', async () => {
    const at = await folder();
    const { cert, key } = authority.issue('127.0.0.1');
    writeFileSync(join(at, 'cert.pem'), cert);
    writeFileSync(join(at, 'key.pem'), key);
    const { url } = await receiver(at, ...asB, '--tls-cert', join(at, 'cert.pem'), '--tls-key', join(at, 'key.pem'));
    expect(url).toMatch(/^https:/);
    const status = await new Promise((resolve, reject) => {
      requestHttps(`${url}${URI}`, { method: 'POST', ca: authority.cert }, (response) => resolve(response.resume().statusCode)).on('error', reject).end('{}');
    });
    expect(status).toBe(401);
  });

  test('two processes share a ledger', async () => {
    const at = await folder();
    const { name } = await ownServer();
    const [one, other] = await Promise.all([receiver(at, ...asB), receiver(at, ...asB)]);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => notify(index % 2 === 0 ? one : other, { origin: name, user: `@user${index % 10}:${name}` })));
    expect(new Set(answers)).toEqual(new Set(['200 {}']));
    const listed = await runCli(['notify', 'receive', '--ledger', join(at, 'received.db'), '--list']);
    expect(lines(listed.stdout).at(-1)).toBe('Received: 10 notices, 10 open.');
  });

  test('who goes away, or sends nothing, holds nobody up; a stop waits for what is being answered', async () => {
    const at = await folder();
    const { name } = await ownServer();
    const { url, kill } = await receiver(at, ...asB);
    const port = Number(new URL(url).port);
    const idle = connect(port, '127.0.0.1');
    const half = connect(port, '127.0.0.1');
    for (const socket of [idle, half]) socket.on('error', () => undefined);
    half.write(`POST ${URI} HTTP/1.1\r\nhost: b.example\r\ncontent-length: 100\r\nauthorization: X-Matrix origin="${name}",destination="b.example",key="ed25519:1",sig="AAAA"\r\n\r\n{`);
    expect(await notify({ url }, { origin: name })).toBe('200 {}');
    half.destroy();
    expect(await notify({ url }, { origin: name })).toBe('200 {}');
    expect(await kill('SIGTERM')).toBe(0);
  });

  test.each([
    [['--list', '--ledger', 'no/such/folder/received.db'], 1, /it cannot be made there/],
    [['--ledger', 'received.db'], 64, /say for whom: --server/],
    [['--ledger', 'received.db', '--server', 'b.example', '--tls-cert', 'x'], 64, /--tls-cert and --tls-key go together/],
    [['--ledger', 'received.db', '--server', 'b.example', '--listen', 'nowhere'], 64, /Give an address and a port/],
    [['--ledger', 'received.db', '--server', 'b.example', '--listen', '192.0.2.1:80'], 64, /cannot listen on 192\.0\.2\.1:80/],
  ])('%j is refused', async (args, code, message) => {
    const result = await runCli(['notify', 'receive', ...args], { cwd: await folder() });
    expect([result.code, lines(result.stderr).length]).toEqual([code, 1]);
    expect(result.stderr).toMatch(message);
  });

  test('a ledger without its key is not begun anew', async () => {
    const at = await folder();
    const { name } = await ownServer();
    const { url, kill } = await receiver(at, ...asB);
    await notify({ url }, { origin: name });
    await kill('SIGINT');
    rmSync(join(at, 'received.db.key'));
    const { code, stderr } = await runCli(['notify', 'receive', '--ledger', join(at, 'received.db'), '--list']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('put it back, or begin a new ledger')]);
  });
});
