import { createVerifier } from '#crypto-backend';
import { own } from '../json/value.ts';
import type { ServerName } from '../identifiers/identifiers.ts';
import type { Verifier } from './backend.ts';
import { readBase64 } from './base64.ts';
import { PUBLIC_KEY_BYTES } from './ed25519-checks.ts';

/**
 * A server's public key in base64, with the time (ms) until which it counts, if that is known: the lesser of `valid_until_ts`
 * and seven days after it was fetched, or the `expired_ts` of an old key. Without a time it counts for ever.
 */
export type PublicKey = string | { readonly key: string; readonly validUntil: number };

/** Public keys by server and key ID, as servers publish them under `verify_keys`. */
export type PublicKeys = { readonly [server: ServerName]: { readonly [keyId: string]: PublicKey } };

/** Finds a public key; `undefined` where none is known. */
export type FetchKey = (server: ServerName, keyId: string) => PublicKey | undefined;

/** A public key that has been read once. */
export type VerifyKey = { readonly verify: Verifier; readonly validUntil?: number };

/** Finds a key ready for use. Keep it for as long as the keys are of use: reading a key costs as much as using it. */
export type KeyRing = (server: ServerName, keyId: string) => VerifyKey | undefined;

/**
 * A ring of keys given by record or by lookup, which reads each key once. What is no key of 32 bytes counts as not known.
 * @see https://spec.matrix.org/v1.19/server-server-api/#retrieving-server-keys
 * @example createKeyRing({ 'example.org': {} })('example.org', 'ed25519:1') // undefined
 */
export function createKeyRing(keys: PublicKeys | FetchKey): KeyRing {
  const fetchKey = typeof keys === 'function' ? keys : lookUpIn(keys);
  const verifiers = new Map<string, Verifier>();
  return (server, keyId) => {
    const found = fetchKey(server, keyId);
    if (found === undefined) return undefined;
    const text = typeof found === 'string' ? found : found.key;
    const verify = verifiers.get(text) ?? readVerifier(text);
    if (verify === undefined) return undefined;
    verifiers.set(text, verify);
    return typeof found === 'string' ? { verify } : { verify, validUntil: found.validUntil };
  };
}

/** A verifier of a key in base64, or `undefined` where that is no key of 32 bytes. */
export function readVerifier(publicKey: string): Verifier | undefined {
  const bytes = readBase64(publicKey);
  return bytes?.length === PUBLIC_KEY_BYTES ? createVerifier(bytes) : undefined;
}

function lookUpIn(keys: PublicKeys): FetchKey {
  return (server, keyId) => own(own(keys, server) ?? {}, keyId);
}
