import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { UserId } from '../../src/identifiers/identifiers.ts';
import type { ReceivedNotice } from '../../src/notices/authority.ts';
import { noticePaths } from '../../src/notices/endpoints.ts';
import type { FetchHandler } from '../../src/notices/fetch-types.ts';
import { toNodeHandler } from '../../src/notices/node-handler.ts';
import { refusals, type RefusalReason } from '../../src/notices/refusal.ts';
import { ErasureApiOptionsError, serveErasureApi, type ErasureApiOptions, type SubjectStanding } from '../../src/notices/serve.ts';
import { signRequest } from '../../src/notices/x-matrix.ts';
import { A, ALICE, B, NOW, ringOf, SERVER_PATH, SERVICE_PATH, signAs } from './keys.ts';

const TOKEN = 'secret';

type Receiver = { readonly api: FetchHandler; readonly erased: ReceivedNotice[]; readonly reviews: ReceivedNotice[]; readonly standing: Map<string, SubjectStanding> };

/** A homeserver's whole memory of erasures. */
function receiver(changes: Partial<ErasureApiOptions> = {}): Receiver {
  const [erased, reviews, standing]: [ReceivedNotice[], ReceivedNotice[], Map<string, SubjectStanding>] = [[], [], new Map()];
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
  const api = serveErasureApi({
    serverName: B, keys: ringOf({ [A]: 1 }), hsToken: TOKEN, now: () => NOW,
    standing: async (userId) => (await settled(), standing.get(userId) ?? 'none'),
    onErasure: async (notice) => {
      await settled();
      erased.push(notice);
      standing.set(notice.userId, 'erased');
    },
    onReview: async (notice) => {
      await settled();
      reviews.push(notice);
      standing.set(notice.userId, 'in-review');
    },
    ...changes,
  });
  return { api, erased, reviews, standing };
}

type Sent = { readonly path?: string; readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

function fromServer({ path = SERVER_PATH, body = JSON.stringify({ user_id: ALICE }), ...rest }: Sent = {}): Request {
  const authorization = signRequest({ method: 'POST', uri: path, destination: B, content: JSON.parse(body) }, signAs(A));
  return new Request(`https://matrix.b.example:8448${path}`, { method: 'POST', body, ...rest, headers: { authorization, ...rest.headers } });
}

const fromHomeserver = (userId: string = ALICE, path: string = SERVICE_PATH): Request =>
  new Request(`http://bridge${path}`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` }, body: JSON.stringify({ user_id: userId }) });

async function read(answer: Awaited<ReturnType<FetchHandler>>): Promise<unknown> {
  expect(answer.headers.get('content-type')).toBe('application/json');
  return { status: answer.status, ...JSON.parse(await answer.text()) };
}

const expected = (reason: RefusalReason): unknown => ({ ...refusals[reason] });

test('an answer is a Response, as frameworks want it', async () => {
  const answer: Response = await receiver().api(fromServer());
  expect(answer).toBeInstanceOf(Response);
});

describe('a notice', () => {
  test.each([noticePaths.server.stable, noticePaths.server.unstable])('from a server to %s is taken in', async (path) => {
    const { api, erased } = receiver();
    expect(await read(await api(fromServer({ path })))).toEqual({ status: 200 });
    expect(erased).toEqual([{ endpoint: 'server', userId: ALICE, origin: A }]);
  });

  test.each([noticePaths['application-service'].stable, noticePaths['application-service'].unstable])('from the homeserver to %s is taken in', async (path) => {
    const { api, erased } = receiver();
    expect(await read(await api(fromHomeserver('@x:c.example', path)))).toEqual({ status: 200 });
    expect(erased).toEqual([{ endpoint: 'application-service', userId: '@x:c.example' }]);
  });

  test('that is repeated is answered as the first, and changes nothing', async () => {
    const { api, erased, reviews } = receiver();
    for (let i = 0; i < 3; i++) expect((await api(fromServer())).status).toBe(200);
    expect([erased.length, reviews.length]).toEqual([1, 0]);
  });

  test('that comes many times at once is taken in once, and others beside it', async () => {
    const { api, erased } = receiver();
    const users = ['@a:c.example', '@b:c.example', '@c:c.example'];
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => api(fromHomeserver(users[i % 3]))));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(erased.map(({ userId }) => userId).toSorted()).toEqual(users);
  });

  test('after a revocation opens one review, and erases nothing', async () => {
    const { api, erased, reviews, standing } = receiver();
    standing.set(ALICE, 'revoked');
    for (let i = 0; i < 3; i++) expect((await api(fromServer())).status).toBe(200);
    expect([erased.length, reviews.length]).toEqual([0, 1]);
  });

  test('that could not be taken in is not acknowledged, and can be sent again', async () => {
    const faults: unknown[] = [];
    let works = false;
    const done: UserId[] = [];
    const { api } = receiver({
      onFault: (error) => faults.push(error),
      onErasure: ({ userId }) => {
        if (!works) throw new Error('the disk is full of Alice');
        done.push(userId);
      },
    });
    expect(await read(await api(fromServer()))).toEqual(expected('failed'));
    expect(faults).toHaveLength(1);
    works = true;
    expect((await api(fromServer())).status).toBe(200);
    expect(done).toEqual([ALICE]);
  });
});

describe('what is no notice is answered with the error that Matrix has for it', () => {
  const post = (path: string, init: RequestInit = {}): Request => new Request(`https://b.example${path}`, { method: 'POST', ...init });

  test.each<readonly [string, () => Request, RefusalReason]>([
    ['another path', () => post('/_matrix/federation/v1/user'), 'no-endpoint'],
    ['a path that goes on', () => post(`${SERVER_PATH}/`), 'no-endpoint'],
    ['a path in other case', () => post(SERVER_PATH.toUpperCase()), 'no-endpoint'],
    ['an escaped path', () => post(SERVER_PATH.replace('user', '%75ser')), 'no-endpoint'],
    ['the root', () => post('/'), 'no-endpoint'],
    ['another method', () => new Request(`https://b.example${SERVER_PATH}`), 'method'],
    ['PUT', () => post(SERVER_PATH, { method: 'PUT', body: '{}' }), 'method'],
    ['no authorization', () => post(SERVER_PATH, { body: '{}' }), 'no-authorization'],
    ['a token', () => post(SERVER_PATH, { headers: { authorization: `Bearer ${TOKEN}` }, body: `{"user_id":"${ALICE}"}` }), 'malformed-authorization'],
    ['a wrong token', () => post(SERVICE_PATH, { headers: { authorization: 'Bearer x' }, body: '{}' }), 'wrong-token'],
    ['no JSON', () => post(SERVICE_PATH, { headers: { authorization: `Bearer ${TOKEN}` }, body: '{' }), 'not-json'],
    ['no UTF-8', () => post(SERVICE_PATH, { headers: { authorization: `Bearer ${TOKEN}` }, body: Uint8Array.of(0x22, 0xff, 0x22) }), 'not-json'],
    ['no body', () => post(SERVICE_PATH, { headers: { authorization: `Bearer ${TOKEN}` } }), 'not-json'],
    ['no user', () => post(SERVICE_PATH, { headers: { authorization: `Bearer ${TOKEN}` }, body: '{"user_id":"alice"}' }), 'bad-json'],
    ['another server\'s user', () => fromServer({ body: '{"user_id":"@x:c.example"}' }), 'not-own-server'],
    ['too much', () => post(SERVICE_PATH, { headers: { authorization: `Bearer ${TOKEN}` }, body: `"${'x'.repeat(65_536)}"` }), 'too-large'],
  ])('%s', async (_, request, reason) => {
    const { api, erased } = receiver();
    expect(await read(await api(request()))).toEqual(expected(reason));
    expect(erased).toEqual([]);
  });

  test('a method that is not known is told the one that is', async () => {
    const { headers } = await receiver().api(new Request(`https://b.example${SERVER_PATH}`));
    expect(headers.get('allow')).toBe('POST');
  });

  test('a query is covered by the signature', async () => {
    const { api, erased } = receiver();
    expect((await api(fromServer({ path: `${SERVER_PATH}?a=%20b` }))).status).toBe(200);
    const signed = fromServer();
    expect((await api(new Request(`${signed.url}?a=1`, signed))).status).toBe(401);
    expect(erased).toHaveLength(1);
  });

  test('a body is read no further than its limit', async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(1000));
      },
    });
    const request = post(SERVICE_PATH, { headers: { authorization: `Bearer ${TOKEN}` }, body, duplex: 'half' } as RequestInit);
    expect((await receiver({ maxBodyBytes: 5000 }).api(request)).status).toBe(413);
    expect(pulled).toBeLessThan(10);
  });

  test('the body of somebody without authority is not read', async () => {
    const { api } = receiver();
    const headers = ['Bearer wrong', 'X-Matrix origin=a', (fromServer().headers.get('authorization') ?? '').replace(B, 'c.example')];
    for (const authorization of [...headers, null]) {
      const body = { getReader: () => expect.fail('the body was read') };
      const url = authorization?.startsWith('Bearer') === true ? SERVICE_PATH : SERVER_PATH;
      const answer = await api({ method: 'POST', url, headers: { get: () => authorization }, body });
      expect(answer.status).toBe(authorization?.startsWith('Bearer') === true ? 403 : 401);
    }
  });

  test('keys are asked for only when a request could be right', async () => {
    const asked: string[] = [];
    const keys: ErasureApiOptions['keys'] = async (server, keyId) => {
      asked.push(`${server} ${keyId}`);
      return ringOf({ [A]: 1 })(server, keyId);
    };
    const { api } = receiver({ keys });
    await api(post(SERVER_PATH, { headers: { authorization: 'X-Matrix origin=evil' }, body: '{}' }));
    await api(new Request(fromServer(), { headers: { authorization: (fromServer().headers.get('authorization') ?? '').replace(B, 'c.example') } }));
    await api(fromServer({ body: '{}' }));
    await api(fromServer({ body: '{"user_id":"@x:c.example"}' }));
    expect(asked).toEqual([]);
    expect((await api(fromServer())).status).toBe(200);
    expect(asked).toEqual([`${A} ed25519:1`]);
  });

  test('a lookup of keys that fails is a failure here, not a verdict', async () => {
    const { api } = receiver({ keys: () => Promise.reject(new Error('no network')) });
    expect((await api(fromServer())).status).toBe(500);
  });
});

test('whatever comes is answered with an error of Matrix, and nothing of it is repeated', async () => {
  const text = fc.string({ unit: 'binary', minLength: 4, maxLength: 30 }).map((part) => `§${part}`);
  const request = fc.record({
    method: fc.oneof(fc.constantFrom('POST', 'GET', 'post', ''), text),
    url: fc.oneof(fc.constantFrom(SERVER_PATH, SERVICE_PATH, `https://b.example${SERVER_PATH}?`, `//${SERVER_PATH}`, `${SERVER_PATH}#`), text),
    authorization: fc.oneof(fc.constantFrom(null, `Bearer ${TOKEN}`), text, text.map((part) => `X-Matrix origin=${part}`), text.map((part) => `Bearer ${part}`)),
    body: fc.oneof(text, fc.constantFrom('', '{"user_id":"§§§§"}')),
  });
  const codes = new Set<string>(Object.values(refusals).map(({ errcode }) => errcode));
  await fc.assert(fc.asyncProperty(request, async ({ method, url, authorization, body }) => {
    const { api, erased } = receiver({ onFault: (error) => expect.fail(String(error)) });
    const { body: stream } = new Request('http://x', { method: 'POST', body });
    const answer = await api({ method, url, headers: { get: (name) => (name === 'authorization' ? authorization : null) }, body: stream });
    const written = await answer.text();
    expect([400, 401, 403, 404, 405]).toContain(answer.status);
    expect(codes).toContain(JSON.parse(written).errcode);
    expect(written).not.toContain('§');
    expect(erased).toEqual([]);
  }));
});

describe('options', () => {
  const callbacks: ErasureApiOptions = { standing: () => 'none', onErasure: () => undefined, onReview: () => undefined };

  test.each([[{}, 'no-endpoint'], [{ hsToken: '' }, 'empty-token'], [{ serverName: B }, 'half-a-server'], [{ keys: () => undefined, hsToken: TOKEN }, 'half-a-server']])('%j', (options, reason) => {
    expect(() => serveErasureApi({ ...callbacks, ...options })).toThrow(ErasureApiOptionsError);
    expect(() => serveErasureApi({ ...callbacks, ...options })).toThrow(expect.objectContaining({ reason }));
  });

  test('an endpoint without its authority does not exist', async () => {
    const bridge = serveErasureApi({ ...callbacks, hsToken: TOKEN });
    const homeserver = serveErasureApi({ ...callbacks, serverName: B, keys: ringOf({ [A]: 1 }), now: () => NOW });
    expect([(await bridge(fromServer())).status, (await bridge(fromHomeserver())).status]).toEqual([404, 200]);
    expect([(await homeserver(fromServer())).status, (await homeserver(fromHomeserver())).status]).toEqual([200, 404]);
  });
});

describe('in Node\'s own server', () => {
  async function listening(handler: FetchHandler): Promise<string> {
    const server: Server = createServer((incoming, outgoing) => void toNodeHandler(handler)(incoming, outgoing));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test('a signed notice goes over the wire', async () => {
    const { api, erased } = receiver();
    const at = await listening(api);
    const signed = fromServer();
    const answer = await fetch(`${at}${SERVER_PATH}`, { method: 'POST', headers: signed.headers, body: await signed.text() });
    expect([answer.status, answer.headers.get('content-type'), await answer.json()]).toEqual([200, 'application/json', {}]);
    expect(erased).toHaveLength(1);
  });

  test('refusals too, and what is too large is not waited for', async () => {
    const at = await listening(receiver().api);
    expect((await fetch(`${at}${SERVER_PATH}`)).status).toBe(405);
    expect((await fetch(`${at}/`)).status).toBe(404);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = httpRequest(`${at}${SERVICE_PATH}`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` } }, (incoming) => {
        resolve(incoming.statusCode);
        incoming.resume();
      });
      sending.on('error', reject);
      // Never ended: who waits for the end of the body waits for ever.
      sending.write('x'.repeat(70_000));
      onTestFinished(() => void sending.destroy());
    });
    expect(status).toBe(413);
  });

  test('an Express application that is mounted below a path keeps the whole one', async () => {
    const { api, erased } = receiver();
    const signed = fromServer();
    const body = await signed.text();
    const written: unknown[] = [];
    const incoming = Object.assign((async function* () {
      yield Buffer.from(body);
    })(), { method: 'POST', url: '/user/erase', originalUrl: SERVER_PATH, headers: Object.fromEntries(signed.headers) });
    await toNodeHandler(api)(incoming, { writeHead: (...head) => written.push(head), end: (text) => written.push(text) });
    expect(written).toEqual([[200, { 'content-type': 'application/json' }], '{}']);
    expect(erased).toHaveLength(1);
  });
});
