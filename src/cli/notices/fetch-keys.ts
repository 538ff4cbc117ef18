import { createKeyRing, type KeyRing, type VerifyKey } from '../../crypto/key-ring.ts';
import type { ServerName } from '../../identifiers/identifiers.ts';
import { ServerNameError } from '../../notices/discovery/discovery.ts';
import { wellKnownErrorLifetime } from '../../notices/discovery/well-known.ts';
import { parseJson } from '../../json/parse-json.ts';
import { JsonSyntaxError } from '../../json/reader.ts';
import type { FindKey } from '../../notices/serve.ts';
import { readServerKeys, ServerKeysError } from '../../notices/server-keys.ts';
import { ExchangeError } from './exchange.ts';
import type { Network } from './network.ts';

/** How keys are fetched. */
export type FetchKeysOptions = {
  readonly now: () => number;
  /** Servers that may be asked at once: anybody can name any server. */
  readonly atOnce?: number;
  /** Servers that are remembered. */
  readonly remembered?: number;
};

type Known = { readonly ring?: KeyRing; readonly failures: number; /** Before then (ms) the server is not asked again. */ readonly restUntil: number };

const MINUTE = 60_000;
const REQUEST = { method: 'GET', path: '/_matrix/key/v2/server', headers: { accept: 'application/json' } } as const;

/**
 * Finds keys by asking the servers that they are of. Keys are remembered; a server is asked again for a key that it had not named, or that no longer
 * counts, once a minute at most, and one that cannot be reached ever more seldom. What is thrown says "later", so that a notice is not refused for it.
 * @throws {KeysUnreachableError} from a lookup, when the server does not answer, or too many are being asked
 */
export function createKeyFetcher(network: Pick<Network, 'targetsOf' | 'send'>, { now, atOnce = 32, remembered = 10_000 }: FetchKeysOptions): FindKey {
  const known = new Map<ServerName, Known>();
  const asking = new Map<ServerName, Promise<Known>>();
  const remember = (server: ServerName, found: Known): Known => {
    known.delete(server);
    known.set(server, found);
    // Whoever was not asked for longest is forgotten first.
    for (const oldest of known.keys()) if (known.size > remembered) known.delete(oldest);
    return found;
  };
  const ask = async (server: ServerName, before: Known | undefined): Promise<Known> => {
    const ring = await fetched(network, server, now).catch((error: unknown) => (isUnreachable(error) ? undefined : Promise.reject(error)));
    if (ring !== undefined) return remember(server, { ring, failures: 0, restUntil: now() + MINUTE });
    const failures = (before?.failures ?? 0) + 1;
    return remember(server, { ...before, failures, restUntil: now() + wellKnownErrorLifetime(failures) });
  };
  return async (server, keyId) => {
    const before = known.get(server);
    const key = before?.ring?.(server, keyId);
    if (key !== undefined && counts(key, now())) return key;
    if (before !== undefined && now() < before.restUntil) return settled(before, key);
    if (!asking.has(server) && asking.size >= atOnce) throw new KeysUnreachableError();
    const started = asking.get(server) ?? ask(server, before).finally(() => asking.delete(server));
    asking.set(server, started);
    const after = await started;
    return settled(after, after.ring?.(server, keyId));
  };
}

/** While the server cannot be asked, nobody knows whether it has the key. */
function settled({ failures }: Known, key: VerifyKey | undefined): VerifyKey | undefined {
  if (failures > 0) throw new KeysUnreachableError();
  return key;
}

const counts = ({ validUntil }: VerifyKey, now: number): boolean => validUntil === undefined || validUntil >= now;

async function fetched(network: Pick<Network, 'targetsOf' | 'send'>, server: ServerName, now: () => number): Promise<KeyRing> {
  const { status, body } = await network.send(await network.targetsOf(server), REQUEST);
  if (status !== 200) throw new KeysUnreachableError();
  return createKeyRing(readServerKeys(parseJson(body), { server, fetchedAt: now() }));
}

function isUnreachable(error: unknown): boolean {
  return [ExchangeError, ServerNameError, ServerKeysError, JsonSyntaxError, KeysUnreachableError].some((kind) => error instanceof kind);
}

/** A server's keys cannot be had now. */
export class KeysUnreachableError extends Error {
  override readonly name = 'KeysUnreachableError';

  constructor() {
    super('the server does not say now which keys it has');
  }
}
