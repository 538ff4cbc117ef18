import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import type { ServerName } from '../identifiers/identifiers.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import type { Pdu } from '../event/pdu.ts';
import type { Signer } from './backend.ts';
import { encodeBase64 } from './base64.ts';
import { signedJsonText, signedText } from './hashed-form.ts';
import type { KeyId } from './signing-key.ts';

/** Who signs, and with what: a server's name and its {@link SigningKey}, or a signer that keeps its key elsewhere. */
export type SignAs = { readonly server: ServerName; readonly keyId: KeyId; readonly sign: Signer };

/**
 * A copy of the event with one more signature. It covers what redaction keeps, so it outlives a redaction. The content hash
 * has to be there before: see {@link addContentHash}.
 * @throws {UnredactableEventError} when `type` is no string or `content` no object
 * @throws {CanonicalJsonError} when the redacted event has no canonical form in this room version
 * @throws {MalformedSignaturesError} when the event has `signatures` that no signature can be added to
 * @see https://spec.matrix.org/v1.19/server-server-api/#signing-events
 * @example Object.keys(signEvent({ type: 'X', content: {} }, { rules: roomVersion('12'), server: 'domain', ...generateSigningKey(new Uint8Array(32), '1') }).signatures.domain) // ['ed25519:1']
 */
export function signEvent(event: Pdu, signAs: SignAs & { readonly rules: RoomVersionRules }): Pdu {
  const signature = encodeBase64(signAs.sign(signedText(event, signAs.rules)));
  return { ...event, signatures: withSignature(event, signAs, signature) };
}

/**
 * A copy of any other object with one more signature. `unsigned` stays as it is and is not covered.
 * @throws {CanonicalJsonError} when the object has no canonical form
 * @throws {MalformedSignaturesError} when the object has `signatures` that no signature can be added to
 * @see https://spec.matrix.org/v1.19/appendices/#signing-json
 * @example signJson({}, { server: 'domain', ...parseSigningKey('ed25519 1 YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1') }).signatures.domain['ed25519:1'].slice(0, 8) // 'K8280/U9'
 */
export function signJson(object: JsonObject, signAs: SignAs): JsonObject & { readonly signatures: JsonObject } {
  const signature = encodeBase64(signAs.sign(signedJsonText(object)));
  return { ...object, signatures: withSignature(object, signAs, signature) };
}

function withSignature(object: Pdu | JsonObject, { server, keyId }: SignAs, signature: string): JsonObject {
  const signatures = objectAt(object, 'signatures');
  return { ...signatures, [server]: { ...objectAt(signatures, server), [keyId]: signature } };
}

function objectAt(parent: { readonly [key: string]: JsonValue | undefined }, key: string): JsonObject {
  const value = own(parent, key);
  if (value === undefined) return {};
  if (!isJsonObject(value)) throw new MalformedSignaturesError();
  return value;
}

/** The `signatures` of an object, or those of the signing server in it, are no object: remove them before signing. */
export class MalformedSignaturesError extends Error {
  override readonly name = 'MalformedSignaturesError';

  constructor() {
    super('cannot add a signature: "signatures" must hold an object of key IDs for each server; remove what is there');
  }
}
