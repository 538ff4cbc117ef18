import { createHmac } from 'node:crypto';
import { SERVER_NAME, SHARED_SECRET, type Homeserver } from './homeserver.ts';

/** JSON as a server answers it: what it has to be, the tests say. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Loose = any;
export type Answer = { readonly status: number; readonly text: string; readonly body: Loose };
export type Ask = (method: string, path: string, body?: object) => Promise<Answer>;
/** Somebody with an access token. Paths are below `/_matrix/client/v3`, unless they begin with `/_`. */
export type Actor = { readonly userId: string; readonly token: string; readonly password: string; readonly ask: Ask };

const room = (roomId: string): string => `/rooms/${encodeURIComponent(roomId)}`;
export const paths = {
  room,
  event: (roomId: string, eventId: string): string => `${room(roomId)}/event/${encodeURIComponent(eventId)}`,
  state: (roomId: string, type: string, key = ''): string => `${room(roomId)}/state/${type}/${encodeURIComponent(key)}`,
};

/** Asks a homeserver in somebody's name, or in nobody's. */
export function asker({ url }: Homeserver, token?: string): Ask {
  return async (method, path, body) => {
    const response = await fetch(`${url}${path.startsWith('/_') ? '' : '/_matrix/client/v3'}${path}`, {
      method,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, body: JSON.parse(text) };
  };
}

/** Whoever is asked to do something that has to work. */
export async function must(answer: Promise<Answer>): Promise<Loose> {
  const { status, text, body } = await answer;
  if (status !== 200) throw new Error(`${status} ${text}`);
  return body;
}

/** A new user. */
export async function register(homeserver: Homeserver, name: string): Promise<Actor> {
  const password = `password of ${name}`;
  const { user_id: userId, access_token: token } = await must(asker(homeserver)('POST', '/register', { username: name, password, auth: { type: 'm.login.dummy' } }));
  return { userId, token, password, ask: asker(homeserver, token) };
}

/** A new guest. */
export async function registerGuest(homeserver: Homeserver): Promise<Actor> {
  const { user_id: userId, access_token: token } = await must(asker(homeserver)('POST', '/register?kind=guest', {}));
  return { userId, token, password: '', ask: asker(homeserver, token) };
}

/** A new administrator of the server. */
export async function registerAdmin(homeserver: Homeserver, name: string): Promise<Actor> {
  const path = '/_synapse/admin/v1/register';
  const { nonce } = await must(asker(homeserver)('GET', path));
  const username = `admin-${name}`;
  const mac = createHmac('sha1', SHARED_SECRET).update([nonce, username, 'password', 'admin'].join('\0')).digest('hex');
  const { access_token: token } = await must(asker(homeserver)('POST', path, { nonce, username, password: 'password', admin: true, mac }));
  return { userId: `@${username}:${SERVER_NAME}`, token, password: 'password', ask: asker(homeserver, token) };
}

let transactions = 0;

/** Sends an event, and gives its ID. */
export async function sendEvent(actor: Actor, roomId: string, type: string, content: object): Promise<string> {
  transactions += 1;
  return (await must(actor.ask('PUT', `${room(roomId)}/send/${type}/t${transactions}`, content))).event_id;
}

/** Sets state, and gives the ID of the event. */
export async function sendState(actor: Actor, roomId: string, type: string, ...[key, content]: readonly [string, object]): Promise<string> {
  return (await must(actor.ask('PUT', paths.state(roomId, type, key), content))).event_id;
}

/** A new room. */
export async function createRoom(actor: Actor, version: string, options: object): Promise<string> {
  return (await must(actor.ask('POST', '/createRoom', { room_version: version, ...options }))).room_id;
}

/** Joins, leaves, knocks, and does to others what members can do. */
export async function act(actor: Actor, roomId: string, ...[what, body]: readonly [what: 'join' | 'leave' | 'invite' | 'ban' | 'kick', body?: object]): Promise<void> {
  await must(actor.ask('POST', `${room(roomId)}/${what}`, body ?? {}));
}
