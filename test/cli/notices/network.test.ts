import { createServer as createPlain, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ExchangeError } from '../../../src/cli/notices/exchange.ts';
import { createNetwork, type Network, type NetworkOptions, type Target } from '../../../src/cli/notices/network.ts';
import { createAuthority } from './certificate.ts';

const authority = createAuthority();
const stranger = createAuthority('Somebody else');

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => {
    if ('closeAllConnections' in server) (server.closeAllConnections as () => void)();
    server.close(() => resolve());
  }));
  return (server.address() as AddressInfo).port;
}

const serve = (listener: RequestListener, by = authority, ...names: readonly string[]): Promise<number> =>
  listen(createServer(by.issue(...(names.length === 0 ? ['b.example', '127.0.0.1'] : names)), listener));

function network(options: NetworkOptions = {}): Network {
  const made = createNetwork({ ca: authority.cert, allowPrivate: true, resolve: async () => ['127.0.0.1'], resolveSrv: async () => [], limits: { timeoutMs: 2000, maxBytes: 1000 }, ...options });
  onTestFinished(() => made.close());
  return made;
}

const at = (port: number, name = 'b.example'): Target => ({ host: name, port, hostHeader: `${name}:${port}`, tlsName: name });
const GET = { method: 'GET', path: '/x', headers: {} };
const POST = { method: 'POST', path: '/x', headers: {}, body: '{}' };

const faultOf = (made: Network, targets: readonly Target[], request = POST): Promise<readonly [string, boolean]> =>
  made.send(targets, request).then(() => expect.fail('there was an answer'), (error: ExchangeError) => [error.fault, error.handedOver] as const);

async function bodyOf(request: IncomingMessage): Promise<string> {
  return (await request.toArray()).map(String).join('');
}

describe('send', () => {
  test('sends what it was given, to the address, under the name', async () => {
    const port = await serve(async (request, response) => {
      response.setHeader('x-seen', `${request.method} ${request.url} ${request.headers.host} ${request.headers.authorization} ${await bodyOf(request)}`);
      response.writeHead(201).end('täxt');
    });
    const answer = await network().send([at(port)], { ...POST, headers: { authorization: 'X' } });
    expect([answer.status, answer.body, answer.headers['x-seen']]).toEqual([201, 'täxt', `POST /x b.example:${port} X {}`]);
  });

  test('speaks to an IP address whose certificate is for it', async () => {
    const port = await serve((_, response) => response.end('{}'));
    expect((await network().send([{ host: '127.0.0.1', port, hostHeader: '127.0.0.1', tlsName: '127.0.0.1' }], GET)).status).toBe(200);
  });

  test.each([
    ['another authority\'s certificate', stranger, ['b.example']],
    ['a certificate for another name', authority, ['c.example', '127.0.0.1']],
  ] as const)('hands nothing over to %s', async (_, by, names) => {
    let asked = 0;
    const port = await serve((_request, response) => (asked++, response.end('{}')), by, ...names);
    expect(await faultOf(network(), [at(port)])).toEqual(['tls', false]);
    expect(asked).toBe(0);
  });

  test('a server whose certificate no known authority has made needs a file of its own', async () => {
    const port = await serve((_, response) => response.end('{}'));
    expect(await faultOf(network({ ca: undefined }), [at(port)])).toEqual(['tls', false]);
  });

  test('connects to no address of this machine or its network, whatever the name, unless it may', async () => {
    let asked = 0;
    const port = await serve((_, response) => (asked++, response.end('{}')));
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '10.0.0.1', '169.254.169.254']) {
      expect(await faultOf(network({ allowPrivate: false, resolve: async () => [address] }), [at(port)])).toEqual(['private-address', false]);
    }
    expect(await faultOf(network({ allowPrivate: false }), [at(port, '127.0.0.1')])).toEqual(['private-address', false]);
    expect(asked).toBe(0);
    expect((await network({ allowPrivate: false }).send([{ ...at(port), isOurs: true }], GET)).status).toBe(200);
  });

  test('a name is looked up once, and what was checked is connected to', async () => {
    const port = await serve((_, response) => response.end('{}'));
    let lookups = 0;
    // At the second lookup the name would lead elsewhere.
    const rebinding = async (): Promise<readonly string[]> => (++lookups === 1 ? ['127.0.0.1'] : ['203.0.113.1']);
    expect((await network({ resolve: rebinding }).send([at(port)], GET)).status).toBe(200);
    expect(lookups).toBe(1);
  });

  test('tries the next address, and the next target, while nothing was handed over', async () => {
    const port = await serve((_, response) => response.end('{}'));
    const closed = await new Promise<number>((resolve) => {
      const server = createTcp().listen(0, '127.0.0.1', () => {
        const { port: free } = server.address() as AddressInfo;
        server.close(() => resolve(free));
      });
    });
    expect((await network().send([at(closed), at(port)], POST)).status).toBe(200);
    expect((await network({ resolve: async () => ['127.0.0.2', '127.0.0.1'] }).send([at(port)], POST)).status).toBe(200);
    expect(await faultOf(network(), [at(closed)])).toEqual(['connection', false]);
    expect(await faultOf(network({ resolve: async () => [] }), [at(port)])).toEqual(['no-address', false]);
    expect(await faultOf(network(), [])).toEqual(['no-address', false]);
  });

  test('a request that may have been taken in goes to nobody else', async () => {
    let others = 0;
    const breaks = await serve((request) => request.socket.destroy());
    const other = await serve((_, response) => (others++, response.end('{}')));
    expect(await faultOf(network(), [at(breaks), at(other)])).toEqual(['connection', true]);
    expect(others).toBe(0);
  });

  const limits = { timeoutMs: 150, maxBytes: 1000 };
  test.each<readonly [string, RequestListener, string]>([
    ['no answer', () => undefined, 'timeout'],
    ['half an answer', (_, response) => void response.writeHead(200, { 'content-length': '9' }).write('{'), 'timeout'],
    ['an answer that drips', (_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    }, 'timeout'],
    ['an answer that breaks off', (_, response) => {
      response.writeHead(200, { 'content-length': '9' }).write('{');
      setTimeout(() => response.destroy(), 20);
    }, 'connection'],
    ['an answer that is too long', (_, response) => response.end('x'.repeat(1001)), 'too-large'],
  ])('%s is none', async (_, listener, fault) => {
    const port = await serve(listener);
    expect(await faultOf(network({ limits }), [at(port)])).toEqual([fault, true]);
  });

  test('a connection on which nobody speaks TLS is not waited for', async () => {
    const silent = await listen(createTcp((socket) => void socket.on('error', () => undefined).resume()));
    expect(await faultOf(network({ limits }), [at(silent)])).toEqual(['timeout', false]);
  });

  test('plain HTTP goes where it is asked for, as an application service has it', async () => {
    const port = await listen(createPlain((_, response) => response.end('{}')));
    expect((await network().send([{ ...at(port), secure: false }], GET)).status).toBe(200);
    expect(await faultOf(network(), [at(port)])).toEqual(['tls', false]);
  });

  test('a connection that was kept and has gone does not count as an answer', async () => {
    const port = await serve((_, response) => response.end('{}'));
    const made = network();
    for (let i = 0; i < 3; i++) expect((await made.send([at(port)], POST)).status).toBe(200);
  });
});

describe('/.well-known/matrix/server', () => {
  type Page = { readonly status?: number; readonly body?: string; readonly location?: string; readonly cacheControl?: string };

  async function wellKnown(pages: Readonly<Record<string, Page>>, options: NetworkOptions = {}): Promise<{ readonly made: Network; readonly asked: readonly string[]; readonly port: number }> {
    const asked: string[] = [];
    const port = await serve((request, response) => {
      const url = `${request.headers.host?.split(':')[0]}${request.url}`;
      asked.push(url);
      const { status = 404, body = '', location, cacheControl } = pages[url] ?? {};
      response.writeHead(status, { ...(location === undefined ? {} : { location: location.replace('PORT', String(port)) }), ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }) });
      response.end(body);
    }, authority, 'a.example', 'c.example');
    return { made: network({ wellKnownPort: port, ...options }), asked, port };
  }

  const PATH = '/.well-known/matrix/server';
  const DELEGATES: Page = { status: 200, body: '{"m.server":"b.example:1"}' };
  const hosts = async (made: Network): Promise<readonly string[]> => (await made.targetsOf('a.example')).map(({ host, port }) => `${host}:${port}`);

  test('is followed, also behind redirects', async () => {
    const direct = await wellKnown({ [`a.example${PATH}`]: DELEGATES });
    expect(await hosts(direct.made)).toEqual(['b.example:1']);
    const moved = await wellKnown({ [`a.example${PATH}`]: { status: 301, location: 'https://c.example:PORT/here?x' }, 'c.example/here?x': { status: 302, location: '/there' }, 'c.example/there': DELEGATES });
    expect(await hosts(moved.made)).toEqual(['b.example:1']);
    expect(moved.asked).toEqual([`a.example${PATH}`, 'c.example/here?x', 'c.example/there']);
  });

  test.each<readonly [string, Page, number]>([
    ['a circle', { status: 302, location: PATH }, 6], ['plain HTTP', { status: 302, location: 'http://c.example/' }, 1], ['a name and password', { status: 302, location: 'https://a:b@c.example:PORT/' }, 1],
    ['no URL', { status: 302, location: 'https://' }, 1], ['nothing', { status: 302 }, 1], ['an error', { status: 500, body: '{"m.server":"b.example:1"}' }, 1], ['too much', { status: 200, body: `{"m.server":"b.example:1","x":"${'x'.repeat(1000)}"}` }, 1],
  ])('that leads to %s is none', async (_, page, requests) => {
    const { made, asked } = await wellKnown({ [`a.example${PATH}`]: page });
    expect(await hosts(made)).toEqual(['a.example:8448']);
    expect(asked).toHaveLength(requests);
  });

  test('a redirect leads to no address that may not be connected to', async () => {
    const { made, asked } = await wellKnown({ [`a.example${PATH}`]: { status: 302, location: 'https://127.0.0.1:PORT/there' } }, { allowPrivate: false });
    expect(await hosts(made)).toEqual(['a.example:8448']);
    expect(asked).toEqual([]);
  });

  test('an answer counts for as long as it says, a failure for a minute; who asks at once asks once', async () => {
    let now = 0;
    const pages: Record<string, Page> = { [`a.example${PATH}`]: { ...DELEGATES, cacheControl: 'max-age=600' } };
    const { made, asked } = await wellKnown(pages, { now: () => now });
    await Promise.all([hosts(made), hosts(made)]);
    now = 599_999;
    expect([await hosts(made), asked.length]).toEqual([['b.example:1'], 1]);
    delete pages[`a.example${PATH}`];
    now = 600_000;
    expect([await hosts(made), await hosts(made), asked.length]).toEqual([['a.example:8448'], ['a.example:8448'], 2]);
    now = 660_000;
    await hosts(made);
    now = 719_999;
    await hosts(made);
    expect(asked).toHaveLength(3);
  });
});
