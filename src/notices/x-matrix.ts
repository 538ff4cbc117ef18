import { encodeBase64 } from '../crypto/base64.ts';
import { signedJsonText } from '../crypto/hashed-form.ts';
import type { VerifyKey } from '../crypto/key-ring.ts';
import type { SignAs } from '../crypto/sign.ts';
import { verifyJson } from '../crypto/verify-json.ts';
import type { ServerName } from '../identifiers/identifiers.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { formatXMatrixHeader, type XMatrixHeader } from './x-matrix-header.ts';

/** What the signature of a request between servers covers, beside the server that signs. */
export type FederationRequest = {
  /** As it is sent: `GET`, `POST`. */
  readonly method: string;
  /** The path from `/_matrix` on with the query, percent-encoded as it is sent. */
  readonly uri: string;
  /** The server's name, not the host that it delegates to. */
  readonly destination: ServerName;
  /** The parsed body; without one it is left out. */
  readonly content?: JsonValue;
};

/**
 * The `Authorization` header of a request, signed by the server that sends it.
 * @throws {CanonicalJsonError} when the body has no canonical form
 * @throws {XMatrixHeaderError} when a server name or the key's ID is not what it must be
 * @see https://spec.matrix.org/v1.19/server-server-api/#request-authentication
 * @example signRequest({ method: 'GET', uri: '/_matrix/federation/v1/version', destination: 'b.org' }, { server: 'a.org', ...generateSigningKey(new Uint8Array(32), '1') }).slice(0, 22) // 'X-Matrix origin="a.org'
 */
export function signRequest(request: FederationRequest, { server, keyId, sign }: SignAs): string {
  const sig = encodeBase64(sign(signedJsonText(signedObject(request, server))));
  return formatXMatrixHeader({ origin: server, destination: request.destination, key: keyId, sig });
}

/** What a request is checked with: who receives it, the key that its header names, and the time (ms). */
export type RequestCheck = { readonly serverName: ServerName; readonly key: VerifyKey | undefined; readonly now: number };

/** Why a request does not count as its origin's. */
export type RequestFault = 'wrong-destination' | 'unknown-key' | 'expired-key' | 'bad-signature';

/**
 * What is wrong with the authority of a request, or `undefined` where its origin did sign it, for this server, with a key that counts now. The
 * signature covers the destination in any case: a request that was made for another server does not pass, even if its header keeps silent about it.
 * @see https://spec.matrix.org/v1.19/server-server-api/#request-authentication
 * @example checkRequest({ method: 'GET', uri: '/' }, { origin: 'a.org', key: 'ed25519:1', sig: '' }, { serverName: 'b.org', key: undefined, now: 0 }) // 'unknown-key'
 */
export function checkRequest(
  request: Omit<FederationRequest, 'destination'>, header: XMatrixHeader, { serverName, key, now }: RequestCheck,
): RequestFault | undefined {
  if (header.destination !== undefined && header.destination !== serverName) return 'wrong-destination';
  if (key === undefined) return 'unknown-key';
  if (key.validUntil !== undefined && key.validUntil < now) return 'expired-key';
  const signed = { ...signedObject({ ...request, destination: serverName }, header.origin), signatures: { [header.origin]: { [header.key]: header.sig } } };
  return verifyJson(signed, { server: header.origin, keyId: header.key, publicKey: key.verify }) ? undefined : 'bad-signature';
}

function signedObject({ method, uri, destination, content }: FederationRequest, origin: ServerName): JsonObject {
  return { method, uri, origin, destination, ...(content === undefined ? {} : { content }) };
}
