/** What the examples of receivers share: a server's memory of erasures, and two servers that write to it. */
import { createKeyRing, generateSigningKey } from '../../src/index.ts';
import { noticePaths, serveErasureApi, signRequest, type FetchHandler } from '../../src/notices.ts';

const uri = noticePaths.server.stable;
const keyOf = (seed: number): ReturnType<typeof generateSigningKey> => generateSigningKey(new Uint8Array(32).fill(seed), '1');
const keys = { 'a.example': keyOf(1) };
const erased = new Set<string>();

/** The handler of b.example, which keeps its memory in this process. A real one writes to a database before `onErasure` is done. */
export const receive: FetchHandler = serveErasureApi({
  serverName: 'b.example',
  // A server fetches the keys of others: `readServerKeys` reads what they answer.
  keys: createKeyRing({ 'a.example': { [keys['a.example'].keyId]: keys['a.example'].publicKey } }),
  standing: (userId) => (erased.has(userId) ? 'erased' : 'none'),
  onErasure: ({ userId }) => void erased.add(userId),
  onReview: () => undefined,
  onRefusal: (reason) => console.log(`refused: ${reason}`),
});

/** Sends a notice of a.example, and one that somebody forged, and prints what came of each. */
export async function sendTwo(port: number): Promise<void> {
  for (const [name, key] of [['signed', keys['a.example']], ['forged', keyOf(9)]] as const) {
    const content = { user_id: `@${name}:a.example` };
    const authorization = signRequest({ method: 'POST', uri, destination: 'b.example', content }, { server: 'a.example', ...key });
    const answer = await fetch(`http://127.0.0.1:${port}${uri}`, { method: 'POST', headers: { authorization, connection: 'close' }, body: JSON.stringify(content) });
    console.log(`${name}: ${answer.status} ${await answer.text()}`);
  }
  console.log(`erased: ${[...erased].join(', ')}`);
}
