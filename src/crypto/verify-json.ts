import { CanonicalJsonError } from '../json/canonical-json.ts';
import { isJsonObject, own, type JsonObject } from '../json/value.ts';
import type { ServerName } from '../identifiers/identifiers.ts';
import type { Verifier } from './backend.ts';
import { readBase64 } from './base64.ts';
import { signedJsonText } from './hashed-form.ts';
import { readVerifier } from './key-ring.ts';

/** Which signature to check, and the public key in base64, or a verifier that has read it. */
export type SignedBy = { readonly server: ServerName; readonly keyId: string; readonly publicKey: string | Verifier };

/**
 * Whether an object bears a server's signature by this key. What has no canonical form, no such signature or no key is not signed.
 * @see https://spec.matrix.org/v1.19/appendices/#checking-for-a-signature
 * @example verifyJson({ one: 1 }, { server: 'domain', keyId: 'ed25519:1', publicKey: 'XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI' }) // false
 */
export function verifyJson(object: JsonObject, { server, keyId, publicKey }: SignedBy): boolean {
  const signature = readBase64(own(objectAt(objectAt(object, 'signatures'), server), keyId));
  const verify = typeof publicKey === 'string' ? readVerifier(publicKey) : publicKey;
  const text = textOf(object);
  return signature !== undefined && verify !== undefined && text !== undefined && verify(text, signature);
}

function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = own(parent, key);
  return isJsonObject(value) ? value : {};
}

function textOf(object: JsonObject): string | undefined {
  try {
    return signedJsonText(object);
  } catch (error) {
    if (error instanceof CanonicalJsonError) return undefined;
    throw error;
  }
}
