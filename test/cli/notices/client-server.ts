import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** When a change is watched: before it, when it is made and not answered, and when its answer is on its way. */
export type Moment = 'asked' | 'made' | 'answered';
/** What a homeserver was asked to change, and did: a line for each event that came of it. */
export type Watch = (change: string, moment: Moment) => void;
export type LoopbackHomeserver = { readonly url: string; readonly requests: string[]; readonly made: string[] };
export type HomeserverOptions = {
  readonly tokens: Readonly<Record<string, string>>;
  readonly password?: string;
  /** Whether rooms do not show yet what was sent into them, as on a server of several processes. */
  readonly lags?: boolean;
  readonly watch?: Watch;
};

const PREFIX = '/_matrix/client/v3';

/**
 * The client-server endpoints that redact, leave and close accounts, as the specification has them: a transaction ID is one of an access token and a path, and a
 * request that repeats it makes no event but is given the same answer; leaving again makes none either; a closed account has no token.
 */
export async function loopbackHomeserver({ tokens, password, lags = false, watch = () => undefined }: HomeserverOptions): Promise<LoopbackHomeserver> {
  const requests: string[] = [];
  const made: string[] = [];
  const answers = new Map<string, object>();
  const [redacted, left, closed] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const users = new Map(Object.entries(tokens).map(([user, token]) => [`Bearer ${token}`, user]));

  const change = (what: string, make: () => object): object => {
    watch(what, 'asked');
    const answer = make();
    watch(what, 'made');
    return answer;
  };
  const once = (key: string, what: string, effect: () => void): object => change(what, () => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    made.push(what);
    effect();
    const answer = { event_id: `$made${made.length}` };
    answers.set(key, answer);
    return answer;
  });

  const answerTo = (request: { readonly method: string; readonly path: string; readonly token: string; readonly body: { readonly auth?: { readonly password?: string } } }): readonly [number, object] => {
    const { method, path, token, body } = request;
    const user = users.get(token);
    const admin = /^\/_synapse\/admin\/v2\/users\/(.+)$/.exec(path);
    if (admin !== null) return token === 'Bearer admin' ? [200, { deactivated: closed.has(decodeURIComponent(admin[1] ?? '')) }] : [403, { errcode: 'M_FORBIDDEN' }];
    if (user === undefined || closed.has(user)) return [401, { errcode: 'M_UNKNOWN_TOKEN' }];
    if (path === `${PREFIX}/account/whoami`) return [200, { user_id: user }];
    if (path === `${PREFIX}/account/deactivate`) {
      if (body.auth?.password !== password) return [401, body.auth === undefined ? { session: 's', flows: [] } : { errcode: 'M_FORBIDDEN' }];
      return [200, change(`deactivate ${user}`, () => {
        made.push(`deactivate ${user}`);
        closed.add(user);
        return {};
      })];
    }
    const [, room = '', action, name = '', id = ''] = /^\/_matrix\/client\/v3\/rooms\/([^/]+)\/(event|redact|state|leave)\/?([^/]*)\/?([^/]*)$/.exec(path) ?? [];
    if (action === 'event') return [200, { unsigned: redacted.has(name) && !lags ? { redacted_because: {} } : {} }];
    if (action === 'state') return [200, { membership: left.has(`${room} ${user}`) && !lags ? 'leave' : 'join' }];
    if (action === 'redact' && method === 'PUT') return left.has(`${room} ${user}`) ? [403, { errcode: 'M_FORBIDDEN' }] : [200, once(`${token} ${path}`, `redact ${decodeURIComponent(name)}`, () => redacted.add(name))];
    if (action === 'leave') return [200, once(`leave ${room} ${user}`, `leave ${user}`, () => left.add(`${room} ${user}`))];
    return [404, { errcode: 'M_UNRECOGNIZED', id }];
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { method = '', url: path = '', headers } = request;
    requests.push(`${method} ${path}`);
    const before = made.length;
    const [status, body] = answerTo({ method, path, token: headers.authorization ?? '', body: JSON.parse(text === '' ? '{}' : text) });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const what = made.at(-1);
    if (made.length > before && what !== undefined) watch(what, 'answered');
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  }));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, made };
}
