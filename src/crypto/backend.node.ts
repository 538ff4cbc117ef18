import { createHmac, createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import type { CryptoBackend } from './backend.ts';
import { isSoundPublicKey, isSoundSignature, PUBLIC_KEY_BYTES } from './ed25519-checks.ts';

// RFC 8410: what stands before the 32 bytes of a seed in PKCS #8, and before those of a public key in SPKI.
const PRIVATE_KEY_HEADER = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);
const PUBLIC_KEY_HEADER = Uint8Array.of(0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0);

export const backendName: CryptoBackend['backendName'] = 'native';

export const sha256Base64: CryptoBackend['sha256Base64'] = (text) => hash('sha256', text, 'base64').slice(0, 43);

export const sha256Base64Url: CryptoBackend['sha256Base64Url'] = (text) => hash('sha256', text, 'base64url');

export const hmacSha256: CryptoBackend['hmacSha256'] = (key, text) => new Uint8Array(createHmac('sha256', key).update(text).digest());

export const createSigner: CryptoBackend['createSigner'] = (seed) => {
  const key = privateKey(seed);
  return (message) => new Uint8Array(sign(null, bytesOf(message), key));
};

export const publicKeyOf: CryptoBackend['publicKeyOf'] = (seed) => {
  const spki = createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(-PUBLIC_KEY_BYTES));
};

export const createVerifier: CryptoBackend['createVerifier'] = (publicKey) => {
  if (!isSoundPublicKey(publicKey)) return () => false;
  const key = createPublicKey({ key: Buffer.concat([PUBLIC_KEY_HEADER, publicKey]), format: 'der', type: 'spki' });
  return (message, signature) => isSoundSignature(signature) && verify(null, bytesOf(message), key, signature);
};

function privateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_KEY_HEADER, seed]), format: 'der', type: 'pkcs8' });
}

function bytesOf(message: string | Uint8Array): Uint8Array {
  return typeof message === 'string' ? Buffer.from(message) : message;
}
