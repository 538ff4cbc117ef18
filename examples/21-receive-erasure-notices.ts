/** A homeserver that takes in erasure notices with Node's own server. Another one sends a notice twice, and a third tries to erase somebody else's user. */
import { createServer } from 'node:http';
import { createKeyRing, generateSigningKey } from '../src/index.ts';
import { noticePaths, serveErasureApi, signRequest, toNodeHandler } from '../src/notices.ts';

const keys = { 'a.example': generateSigningKey(new Uint8Array(32).fill(1), '1'), 'c.example': generateSigningKey(new Uint8Array(32).fill(3), '1') };
const erased = new Set<string>();

const receive = serveErasureApi({
  serverName: 'b.example',
  // A server fetches the keys of others: `readServerKeys` reads what they answer.
  keys: createKeyRing(Object.fromEntries(Object.entries(keys).map(([server, { keyId, publicKey }]) => [server, { [keyId]: publicKey }]))),
  standing: (userId) => (erased.has(userId) ? 'erased' : 'none'),
  onErasure: ({ userId }) => {
    erased.add(userId);
    console.log('erased one user');
  },
  onReview: () => console.log('somebody has to look at this'),
});

const server = createServer((request, response) => void toNodeHandler(receive)(request, response));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const port = typeof address === 'object' ? address?.port : undefined;

for (const origin of ['a.example', 'a.example', 'c.example'] as const) {
  const uri = noticePaths.server.stable;
  const content = { user_id: '@alice:a.example' };
  const authorization = signRequest({ method: 'POST', uri, destination: 'b.example', content }, { server: origin, ...keys[origin] });
  const answer = await fetch(`http://127.0.0.1:${port}${uri}`, { method: 'POST', headers: { authorization }, body: JSON.stringify(content) });
  console.log(`${origin}: ${answer.status} ${await answer.text()}`);
}
server.close();
