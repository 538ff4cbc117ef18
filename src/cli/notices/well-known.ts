import { parseIpAddress } from '../../notices/discovery/ip-address.ts';
import { readWellKnown, wellKnownErrorLifetime, wellKnownLifetime, type WellKnownAnswer } from '../../notices/discovery/well-known.ts';
import { ExchangeError, type ExchangeAnswer } from './exchange.ts';
import type { Network, Target } from './network.ts';

const SERVER_PATH = '/.well-known/matrix/server';
const REDIRECTS = 5;
const REDIRECTING: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** So many answers are remembered: those who write to a receiver choose whom it asks. */
export const REMEMBERED = 10_000;

type Cached = { readonly value: string | undefined; readonly until: number; readonly failures: number };

/** How a host's word about its server is asked for. */
export type WellKnownOptions = { readonly send: Network['send']; readonly port: number; readonly now: () => number };

/** Asks hosts for `/.well-known/matrix/server`; remembers answers, and failures too, for as long as each counts. */
export function createWellKnown({ send, port, now }: WellKnownOptions): (host: string) => Promise<string | undefined> {
  const known = new Map<string, Cached>();
  const asking = new Map<string, Promise<string | undefined>>();
  const ask = async (host: string): Promise<string | undefined> => {
    const answer = await askWellKnown(host, SERVER_PATH, { send, port });
    const value = answer === undefined ? undefined : readWellKnown(answer);
    const failures = value === undefined ? (known.get(host)?.failures ?? 0) + 1 : 0;
    const lifetime = answer === undefined || value === undefined ? wellKnownErrorLifetime(failures) : wellKnownLifetime(answer);
    known.delete(host);
    known.set(host, { value, until: now() + lifetime, failures });
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return value;
  };
  return (host) => {
    const cached = known.get(host);
    if (cached !== undefined && now() < cached.until) return Promise.resolve(cached.value);
    const started = asking.get(host) ?? ask(host).finally(() => asking.delete(host));
    asking.set(host, started);
    return started;
  };
}

/** What a host answers under a path, behind all redirects; `undefined` where it does not. */
export async function askWellKnown(host: string, at: string, { send, port }: Pick<WellKnownOptions, 'send' | 'port'>): Promise<WellKnownAnswer | undefined> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  let [target, path]: [Target, string] = [{ host: bare, port, hostHeader: port === 443 ? host : `${host}:${port}`, tlsName: bare }, at];
  try {
    for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
      const answer = await send([target], { method: 'GET', path, headers: { accept: 'application/json' } });
      const next = REDIRECTING.has(answer.status) ? redirected(answer, target, path) : undefined;
      if (next === undefined) return readable(answer);
      [target, path] = next;
    }
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
  }
  return undefined;
}

function readable({ status, body, headers }: ExchangeAnswer): WellKnownAnswer {
  return { status, body, cacheControl: headers['cache-control'] ?? null, age: headers.age ?? null };
}

/** Where a redirect leads, if it is an HTTPS URL without a name and password. */
function redirected({ headers: { location = '' } }: ExchangeAnswer, { hostHeader }: Target, path: string): [Target, string] | undefined {
  const base = `https://${hostHeader}${path}`;
  const url = location !== '' && URL.canParse(location, base) ? new URL(location, base) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return undefined;
  const bare = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const host = parseIpAddress(bare) === undefined ? url.hostname : bare;
  return [{ host, port: url.port === '' ? 443 : Number(url.port), hostHeader: url.host, tlsName: host }, `${url.pathname}${url.search}`];
}
