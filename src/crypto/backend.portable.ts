import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import nacl from 'tweetnacl';
import type { CryptoBackend } from './backend.ts';
import { encodeBase64, encodeBase64Url } from './base64.ts';
import { isSoundPublicKey, isSoundSignature } from './ed25519-checks.ts';

export const backendName: CryptoBackend['backendName'] = 'portable';

export const sha256Base64: CryptoBackend['sha256Base64'] = (text) => encodeBase64(sha256(utf8ToBytes(text)));

export const sha256Base64Url: CryptoBackend['sha256Base64Url'] = (text) => encodeBase64Url(sha256(utf8ToBytes(text)));

export const hmacSha256: CryptoBackend['hmacSha256'] = (key, text) => hmac(sha256, key, utf8ToBytes(text));

export const createSigner: CryptoBackend['createSigner'] = (seed) => {
  const { secretKey } = nacl.sign.keyPair.fromSeed(seed);
  return (message) => nacl.sign.detached(bytesOf(message), secretKey);
};

export const publicKeyOf: CryptoBackend['publicKeyOf'] = (seed) => nacl.sign.keyPair.fromSeed(seed).publicKey;

export const createVerifier: CryptoBackend['createVerifier'] = (publicKey) => {
  if (!isSoundPublicKey(publicKey)) return () => false;
  const key = Uint8Array.from(publicKey);
  return (message, signature) => isSoundSignature(signature) && nacl.sign.detached.verify(bytesOf(message), signature, key);
};

function bytesOf(message: string | Uint8Array): Uint8Array {
  return typeof message === 'string' ? utf8ToBytes(message) : message;
}
