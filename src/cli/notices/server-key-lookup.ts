import { createKeyRing, type KeyRing } from '../../crypto/key-ring.ts';
import type { ServerName } from '../../identifiers/identifiers.ts';
import { parseJson } from '../../json/parse-json.ts';
import { JsonSyntaxError } from '../../json/reader.ts';
import type { FindKey } from '../../notices/serve.ts';
import { readServerKeys, ServerKeysError } from '../../notices/server-keys.ts';
import { ServerNameError } from '../../notices/discovery/discovery.ts';
import { ExchangeError } from './exchange.ts';
import type { Network } from './network.ts';

const PATH = '/_matrix/key/v2/server';
/** A server that could not be asked, or did not say, is left in peace for so long (ms), so that nobody can have it asked again and again. */
const PEACE = 60_000;
/** So many servers are remembered. */
const MOST = 10_000;

/** What a server said, or nothing where it could not be asked. */
type Asked = { readonly ring?: KeyRing; readonly at: number };

/**
 * Looks a server's keys up at that server, one request at a time for each. A key that is not among those that are known is asked for again, once a minute at most. Keys
 * carry how long they count; whoever checks a signature compares that with the time. Throws {@link KeysUnavailableError} where a server cannot be asked: its notice is then
 * answered with "later".
 */
export function createServerKeyLookup(network: Network, now: () => number = Date.now): FindKey {
  const known = new Map<ServerName, Asked>();
  const asking = new Map<ServerName, Promise<Asked>>();
  const ask = async (server: ServerName): Promise<Asked> => {
    const asked = await askFor(server, network, now());
    if (known.size >= MOST) known.delete(known.keys().next().value ?? '');
    // What was known counts until it says otherwise, also when the server is away for a while.
    const before = known.get(server)?.ring;
    known.set(server, asked.ring === undefined && before !== undefined ? { ring: before, at: asked.at } : asked);
    return known.get(server) ?? asked;
  };
  return async (server, keyId) => {
    const cached = known.get(server);
    const key = cached?.ring?.(server, keyId);
    if (key !== undefined && (key.validUntil === undefined || key.validUntil > now())) return key;
    const isInPeace = cached !== undefined && now() < cached.at + PEACE;
    const started = isInPeace ? cached : asking.get(server) ?? ask(server).finally(() => asking.delete(server));
    if (started instanceof Promise) asking.set(server, started);
    const { ring } = await started;
    if (ring === undefined) throw new KeysUnavailableError();
    return ring(server, keyId);
  };
}

async function askFor(server: ServerName, network: Network, at: number): Promise<Asked> {
  try {
    const { body } = await network.send(await network.targetsOf(server), { method: 'GET', path: PATH, headers: { accept: 'application/json' } });
    return { ring: createKeyRing(readServerKeys(parseJson(body), { server, fetchedAt: at })), at };
  } catch (error) {
    // What a server answers may be anything.
    if (error instanceof ExchangeError || error instanceof ServerNameError || error instanceof ServerKeysError || error instanceof JsonSyntaxError) return { at };
    throw error;
  }
}

/** A server's keys could not be fetched, so that nobody can tell whether it sent a notice: it is asked to send it again. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';

  constructor() {
    super('the keys of the server that signed cannot be fetched from it now');
  }
}
