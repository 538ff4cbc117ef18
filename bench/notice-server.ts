/** A server that takes notices in over TLS, checks who signed them, and keeps whom it erased in memory. Its argument is JSON; it says its port when it listens. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createKeyRing } from '../src/index.ts';
import { serveErasureApi, toNodeHandler } from '../src/notices.ts';

export type NoticeServerConfig = { readonly cert: string; readonly key: string; readonly origin: string; readonly keys: Readonly<Record<string, string>> };

const { cert, key, origin, keys }: NoticeServerConfig = JSON.parse(process.argv[2] ?? '');
const erased = new Set<string>();
const server = createServer({ cert, key });
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  server.on('request', toNodeHandler(serveErasureApi({
    serverName: `127.0.0.1:${port}`, keys: createKeyRing({ [origin]: keys }), standing: (user) => (erased.has(user) ? 'erased' : 'none'),
    onErasure: ({ userId }) => void erased.add(userId), onReview: () => undefined,
  })));
  process.stdout.write(`${port}\n`);
});
