/** A homeserver that takes in erasure notices in Hono, beside its other routes. Another server sends a notice, and one that is signed with a wrong key. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createKeyRing, generateSigningKey } from '../src/index.ts';
import { noticePaths, serveErasureApi, signRequest } from '../src/notices.ts';

const key = generateSigningKey(new Uint8Array(32).fill(1), '1');
const erased = new Set<string>();

const receive = serveErasureApi({
  serverName: 'b.example',
  keys: createKeyRing({ 'a.example': { [key.keyId]: key.publicKey } }),
  standing: (userId) => (erased.has(userId) ? 'erased' : 'none'),
  onErasure: ({ userId }) => void erased.add(userId),
  onReview: () => undefined,
});

const app = new Hono();
app.get('/_matrix/federation/v1/version', (context) => context.json({ server: { name: 'example' } }));
// Mounted: the handler takes the platform's Request and gives a Response, as Hono does.
for (const path of Object.values(noticePaths.server)) app.all(path, (context) => receive(context.req.raw));

const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
  const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(started));
});
const address = server.address();
const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

for (const [who, signing] of [['its own server', key], ['somebody else', generateSigningKey(new Uint8Array(32).fill(9), '1')]] as const) {
  const uri = noticePaths.server.unstable;
  const content = { user_id: '@alice:a.example' };
  const authorization = signRequest({ method: 'POST', uri, destination: 'b.example', content }, { server: 'a.example', ...signing });
  const answer = await fetch(`${base}${uri}`, { method: 'POST', headers: { authorization }, body: JSON.stringify(content) });
  console.log(`${who}: ${answer.status} ${await answer.text()}`);
}
console.log(`erased: ${erased.size}; another route: ${(await fetch(`${base}/_matrix/federation/v1/version`)).status}`);
server.close();
