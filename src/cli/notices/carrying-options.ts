import { setTimeout as sleep } from 'node:timers/promises';
import type { UserId } from '../../identifiers/identifiers.ts';
import type { CarryOutOptions } from '../../notices/carry-out-sends.ts';
import { openHomeserver, type SendFetch } from '../../notices/client-server.ts';
import { readText } from '../json-file.ts';
import { readAccess } from './access-file.ts';

/** A homeserver, and files with what gets through to it. */
export type AccessOptions = { readonly homeserver: string; readonly tokenFile: string; readonly adminTokenFile?: string; readonly observer?: UserId };

const TIMEOUT = 30_000;
const withTimeout: SendFetch = (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT) });

/** With what sends are carried out. @throws {HomeserverAddressError} when the address cannot be used; {FileShapeError} when the tokens are none */
export async function carryingOptions({ homeserver, tokenFile, adminTokenFile, observer }: AccessOptions): Promise<CarryOutOptions> {
  const access = await readAccess(tokenFile);
  const server = { baseUrl: homeserver, fetch: withTimeout, wait: (ms: number) => sleep(ms) };
  const adminToken = adminTokenFile === undefined ? undefined : (await readText(adminTokenFile)).trim();
  // An address that cannot be used is said before anything is read.
  openHomeserver(server);
  return {
    ...server,
    accessTokens: Object.fromEntries(Object.entries(access).map(([user, { token }]) => [user, token])),
    authenticate: (user, session) => {
      const password = Object.hasOwn(access, user) ? access[user]?.password : undefined;
      return password === undefined ? undefined : { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password, ...(session === undefined ? {} : { session }) };
    },
    ...(observer === undefined ? {} : { observer }),
    ...(adminToken === undefined ? {} : { isDeactivated: (user: string) => isDeactivated(`${homeserver.replace(/\/+$/, '')}/_synapse/admin/v2/users/${encodeURIComponent(user)}`, adminToken) }),
  };
}

/** What is no clear yes is a no: an account is not said to be closed that may be open. */
async function isDeactivated(url: string, token: string): Promise<boolean> {
  try {
    const answer = await withTimeout(url, { method: 'GET', headers: { authorization: `Bearer ${token}` }, redirect: 'error' });
    const body: unknown = JSON.parse(await answer.text());
    return answer.status === 200 && typeof body === 'object' && body !== null && 'deactivated' in body && body.deactivated === true;
  } catch {
    return false;
  }
}
