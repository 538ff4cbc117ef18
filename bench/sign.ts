import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { createKeyRing, parseSigningKey, redact, serverNameOf, signEvent, verifyEvent, type Pdu } from '../src/index.ts';
import { encodeCanonicalJson } from '../src/json.ts';
import { readVerifier } from '../src/crypto/key-ring.ts';
import { each, events, keys, rules } from './events.ts';
import type { Task } from './measure.ts';

// Signing takes long enough that a tenth of the events will do.
const some = events.filter((_, index) => index % 10 === 0);

const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

type Signed = { readonly event: Pdu; readonly unsigned: Pdu; readonly text: string; readonly bytes: Buffer; readonly signature: Buffer; readonly server: string; readonly keyId: string };

const signed: readonly Signed[] = some.map((event) => {
  const server = serverNameOf(event.sender ?? '') ?? '';
  const { signatures: _, ...unsigned } = event;
  const { signatures: __, ...redacted } = redact(event, rules.redaction);
  const text = encodeCanonicalJson(redacted as never);
  const keyId = keys.servers[server]?.keyId ?? '';
  const signature = (event.signatures as Record<string, Record<string, string>>)[server]?.[keyId] ?? '';
  return { event, unsigned: unsigned as Pdu, text, bytes: Buffer.from(text), signature: Buffer.from(signature, 'base64'), server, keyId };
});

const servers = Object.entries(keys.servers);
const own = new Map(servers.map(([server, { keyId, seed }]) => [server, parseSigningKey(`${keyId.replace(':', ' ')} ${seed}`)]));
const privateKeys = new Map(servers.map(([server, { seed }]) =>
  [server, createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.from(seed, 'base64')]), format: 'der', type: 'pkcs8' })]));
const publicKeys = new Map(servers.map(([server, { pub }]) =>
  [server, createPublicKey({ key: Buffer.concat([SPKI, Buffer.from(pub, 'base64')]), format: 'der', type: 'spki' })]));
const verifiers = new Map(servers.map(([server, { pub }]) => [server, readVerifier(pub)]));
const ring = createKeyRing(Object.fromEntries(servers.map(([server, { keyId, pub }]) => [server, { [keyId]: pub }])));

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a key is missing');
  return value;
}

function right(holds: boolean | undefined): true {
  if (holds !== true) throw new Error('a signature does not hold');
  return true;
}

export const signTasks: readonly Task[] = [
  {
    name: 'sign',
    what: 'Ed25519 signature of the bytes of redacted events, keys kept',
    atLeast: 0.9,
    baseline: { name: 'node:crypto on the same bytes', run: each(signed, ({ bytes, server }) => sign(null, bytes, must(privateKeys.get(server)))) },
    ours: { name: 'matrix-erasure, key.sign', run: each(signed, ({ text, server }) => must(own.get(server)).sign(text)) },
    peers: [{
      name: 'matrix-erasure, signEvent: redaction and all',
      run: each(signed, ({ unsigned, server }) => signEvent(unsigned, { rules, server, ...must(own.get(server)) })),
    }],
  },
  {
    name: 'verify',
    what: 'verification of the same, keys kept',
    atLeast: 0.9,
    baseline: { name: 'node:crypto on the same bytes', run: each(signed, ({ bytes, signature, server }) => right(verify(null, bytes, must(publicKeys.get(server)), signature))) },
    ours: { name: 'matrix-erasure, libsodium\'s checks included', run: each(signed, ({ text, signature, server }) => right(verifiers.get(server)?.(text, signature))) },
    peers: [{
      name: 'matrix-erasure, verifyEvent: content hash and all',
      run: each(signed, ({ event }) => right(verifyEvent(event, rules, ring).verdict === 'valid')),
    }],
  },
];
