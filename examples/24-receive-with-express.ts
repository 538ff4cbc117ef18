/** A homeserver that takes in erasure notices in Express, beside its other routes. Another server sends a notice, and one that is signed with a wrong key. */
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createKeyRing, generateSigningKey } from '../src/index.ts';
import { noticePaths, serveErasureApi, signRequest, toNodeHandler } from '../src/notices.ts';

const key = generateSigningKey(new Uint8Array(32).fill(1), '1');
const erased = new Set<string>();

const receive = serveErasureApi({
  serverName: 'b.example',
  keys: createKeyRing({ 'a.example': { [key.keyId]: key.publicKey } }),
  standing: (userId) => (erased.has(userId) ? 'erased' : 'none'),
  onErasure: ({ userId }) => void erased.add(userId),
  onReview: () => undefined,
});

const app = express();
// Mounted before whatever reads bodies: what was signed is the body as it was sent.
app.all(Object.values(noticePaths.server), toNodeHandler(receive));
app.use(express.json());
app.get('/_matrix/federation/v1/version', (_request, response) => void response.json({ server: { name: 'example' } }));

const server = app.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

for (const [who, signing] of [['its own server', key], ['somebody else', generateSigningKey(new Uint8Array(32).fill(9), '1')]] as const) {
  const uri = noticePaths.server.stable;
  const content = { user_id: '@alice:a.example' };
  const authorization = signRequest({ method: 'POST', uri, destination: 'b.example', content }, { server: 'a.example', ...signing });
  const answer = await fetch(`${base}${uri}`, { method: 'POST', headers: { authorization }, body: JSON.stringify(content) });
  console.log(`${who}: ${answer.status} ${await answer.text()}`);
}
console.log(`erased: ${erased.size}; another route: ${(await fetch(`${base}/_matrix/federation/v1/version`)).status}`);
server.close();
