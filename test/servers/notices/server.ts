/**
 * A homeserver's ear for notices, as a process of its own: HTTPS, keys that it publishes and fetches, a store on disk, and the faults of a bad day.
 * The configuration is JSON, its only argument. It says "listening" when it is.
 */
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { createNetwork } from '../../../src/cli/notices/network.ts';
import { createKeyRing, type VerifyKey } from '../../../src/crypto/key-ring.ts';
import { signJson } from '../../../src/crypto/sign.ts';
import { generateSigningKey } from '../../../src/crypto/signing-key.ts';
import { parseJson } from '../../../src/json/parse-json.ts';
import { toNodeHandler } from '../../../src/notices/node-handler.ts';
import { serveErasureApi } from '../../../src/notices/serve.ts';
import { readServerKeys } from '../../../src/notices/server-keys.ts';

/** What a server is started with. `faults`: of so many requests, how many meet one. */
export type ServerConfig = {
  readonly name: string; readonly port: number; readonly seed: number; readonly store: string;
  readonly cert: string; readonly key: string; readonly ca: string; readonly faults: boolean;
};

const config: ServerConfig = JSON.parse(process.argv[2] ?? '');
const signing = generateSigningKey(new Uint8Array(32).fill(config.seed), '1');
const database = new DatabaseSync(config.store);
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS erased (user TEXT PRIMARY KEY, times INTEGER NOT NULL) STRICT');
const find = database.prepare('SELECT times FROM erased WHERE user = ?');
const erase = database.prepare('INSERT INTO erased VALUES (?, 1) ON CONFLICT (user) DO UPDATE SET times = times + 1');

const network = createNetwork({ ca: config.ca, allowPrivate: true, limits: { timeoutMs: 2000 } });
const known = new Map<string, ReturnType<typeof createKeyRing>>();

/** Fetches a server's keys from that server, once. What fails is thrown, so that the notice is answered "later". */
async function keys(server: string, keyId: string): Promise<VerifyKey | undefined> {
  const ring = known.get(server);
  if (ring !== undefined) return ring(server, keyId);
  const { body } = await network.send(await network.targetsOf(server), { method: 'GET', path: '/_matrix/key/v2/server', headers: {} });
  const fetched = createKeyRing(readServerKeys(parseJson(body), { server, fetchedAt: Date.now() }));
  known.set(server, fetched);
  return fetched(server, keyId);
}

const api = toNodeHandler(serveErasureApi({
  serverName: config.name, keys,
  standing: (user) => (find.get(user) === undefined ? 'none' : 'erased'),
  onErasure: ({ userId }) => void erase.run(userId),
  onReview: () => undefined,
}));

type Fault = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** Before the notice is taken in, and after it. */
const faults: readonly Fault[] = [
  (request) => void request.socket.destroy(),
  (_, response) => void response.writeHead(502).end('<html>'),
  () => undefined,
  async (request, response) => api(request, { writeHead: () => undefined, end: () => response.destroy() }),
  async (request, response) => api(request, { writeHead: (status) => response.writeHead(status, { 'content-length': '100' }), end: () => response.write('{') }),
  (_, response) => void response.writeHead(429, { 'content-type': 'application/json' }).end('{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":5}'),
];

let requests = 0;

function handle(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === '/_matrix/key/v2/server') {
    const answer = { server_name: config.name, verify_keys: { [signing.keyId]: { key: signing.publicKey } }, old_verify_keys: {}, valid_until_ts: Date.now() + 86_400_000 };
    response.end(JSON.stringify(signJson(answer, { server: config.name, ...signing })));
    return;
  }
  requests += 1;
  const fault = config.faults && requests % 3 === 0 ? faults[(requests / 3) % faults.length] : undefined;
  void (fault ?? api)(request, response);
}

createServer({ cert: config.cert, key: config.key }, handle).listen(config.port, '127.0.0.1', () => process.stdout.write('listening\n'));
