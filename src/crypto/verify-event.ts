import { CanonicalJsonError } from '../json/canonical-json.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import { serverNameOf, type ServerName } from '../identifiers/identifiers.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import type { Pdu } from '../event/pdu.ts';
import { UnredactableEventError } from '../event/redact.ts';
import { readBase64 } from './base64.ts';
import { checkContentHash } from './event-hashes.ts';
import { signedText } from './hashed-form.ts';
import { createKeyRing, type KeyRing, type PublicKeys, type VerifyKey } from './key-ring.ts';

/**
 * Why an event must be dropped:
 * - `malformed-event`: `type`, `content`, or an ID that names a required server is not what it must be
 * - `not-canonical`: it holds a number or string that Canonical JSON has no form for
 * - `missing-signature`: a required server has not signed with Ed25519
 * - `unknown-key`, `expired-key`: it has, but by no key that is known, or by none that was valid when the event was sent
 * - `bad-signature`: a signature by a known key is wrong, whatever the others are
 * - `missing-content-hash`: there is no `hashes.sha256`
 */
export type InvalidEventReason =
  | 'malformed-event'
  | 'not-canonical'
  | 'missing-signature'
  | 'unknown-key'
  | 'expired-key'
  | 'bad-signature'
  | 'missing-content-hash';

/**
 * What a server does with an event it receives: take it, take its redaction (`redact-needed`: the signatures hold and the
 * content hash does not), or drop it.
 */
export type EventVerdict =
  | { readonly verdict: 'valid' }
  | { readonly verdict: 'redact-needed' }
  | { readonly verdict: 'invalid'; readonly reason: InvalidEventReason; readonly server?: ServerName };

/**
 * Judges the signatures and the content hash of an event. Every required server must have signed by a known key, and no
 * signature of it by a known key may be wrong; signatures of other servers are not looked at.
 * Keys are a ring from {@link createKeyRing}, to be kept for many events, or a record.
 * @see https://spec.matrix.org/v1.19/server-server-api/#validating-hashes-and-signatures-on-received-events
 * @example verifyEvent({ type: 'X', content: {}, sender: '@a:domain' }, roomVersion('12'), {}) // { verdict: 'invalid', reason: 'missing-signature', server: 'domain' }
 */
export function verifyEvent(event: Pdu, rules: RoomVersionRules, keys: KeyRing | PublicKeys): EventVerdict {
  const ring = typeof keys === 'function' ? keys : createKeyRing(keys);
  try {
    return checkSignatures(event, rules, ring) ?? checkHash(event, rules);
  } catch (error) {
    if (error instanceof UnredactableEventError) return { verdict: 'invalid', reason: 'malformed-event' };
    if (error instanceof CanonicalJsonError) return { verdict: 'invalid', reason: 'not-canonical' };
    throw error;
  }
}

/**
 * The servers that must have signed an event, so that their keys can be fetched before it is judged; `undefined` where an ID
 * that should name one does not.
 * @see https://spec.matrix.org/v1.19/server-server-api/#validating-hashes-and-signatures-on-received-events
 * @example requiredServers({ type: 'X', content: {}, sender: '@a:domain' }, roomVersion('12')) // ['domain']
 */
export function requiredServers(event: Pdu, { signatures }: RoomVersionRules): readonly ServerName[] | undefined {
  const ids: (JsonValue | undefined)[] = [];
  // "The sender's server, unless the invite was created as a result of 3rd party invite."
  if (!isThirdPartyInvite(event)) ids.push(own(event, 'sender'));
  // "For room versions 1 and 2, the server which created the event_id."
  if (signatures.eventIdServer) ids.push(own(event, 'event_id'));
  // Version 8, rule 4.2: "If content has a join_authorised_via_users_server key", whatever the membership is.
  if (signatures.authorisingServer) ids.push(...authorisingUser(event));
  const servers = ids.map((id) => (typeof id === 'string' ? serverNameOf(id) : undefined));
  const named = servers.filter((server) => server !== undefined);
  return named.length === servers.length ? [...new Set(named)] : undefined;
}

function isThirdPartyInvite(event: Pdu): boolean {
  const content = memberContent(event);
  return own(content, 'membership') === 'invite' && isJsonObject(own(content, 'third_party_invite'));
}

function authorisingUser(event: Pdu): readonly JsonValue[] {
  const user = own(memberContent(event), 'join_authorised_via_users_server');
  return user === undefined ? [] : [user];
}

function memberContent(event: Pdu): JsonObject {
  return own(event, 'type') === 'm.room.member' && isJsonObject(event.content) ? event.content : {};
}

function checkSignatures(event: Pdu, rules: RoomVersionRules, ring: KeyRing): EventVerdict | undefined {
  const servers = requiredServers(event, rules);
  if (servers === undefined) return { verdict: 'invalid', reason: 'malformed-event' };
  const text = signedText(event, rules);
  const isUsable = (key: VerifyKey): boolean => !rules.signatures.keyValidity || isValidAt(key, own(event, 'origin_server_ts'));
  for (const server of servers) {
    const signatures = signaturesOf(event, server);
    const reason = checkServer(signatures, text, { isUsable, find: (keyId) => ring(server, keyId) });
    if (reason !== undefined) return { verdict: 'invalid', reason, server };
  }
  return undefined;
}

type ServerKeys = { readonly find: (keyId: string) => VerifyKey | undefined; readonly isUsable: (key: VerifyKey) => boolean };

// "All signatures from known unexpired keys": those that are not known or no longer count neither help nor harm.
function checkServer(signatures: JsonObject, text: string, { find, isUsable }: ServerKeys): InvalidEventReason | undefined {
  const keyIds = Object.keys(signatures).filter((keyId) => keyId.startsWith('ed25519:'));
  if (keyIds.length === 0) return 'missing-signature';
  let otherwise: InvalidEventReason | undefined = 'unknown-key';
  for (const keyId of keyIds) {
    const key = find(keyId);
    if (key === undefined) continue;
    if (isUsable(key)) {
      const signature = readBase64(signatures[keyId]);
      if (signature === undefined || !key.verify(text, signature)) return 'bad-signature';
      otherwise = undefined;
    } else otherwise &&= 'expired-key';
  }
  return otherwise;
}

function checkHash(event: Pdu, rules: RoomVersionRules): EventVerdict {
  const state = checkContentHash(event, rules);
  switch (state) {
    case 'match':
      return { verdict: 'valid' };
    case 'mismatch':
      return { verdict: 'redact-needed' };
    case 'missing':
      return { verdict: 'invalid', reason: 'missing-content-hash' };
    default:
      return state satisfies never;
  }
}

function isValidAt({ validUntil }: VerifyKey, sentAt: JsonValue | undefined): boolean {
  if (validUntil === undefined) return true;
  return (typeof sentAt === 'number' || typeof sentAt === 'bigint') && sentAt <= validUntil;
}

function signaturesOf(event: Pdu, server: ServerName): JsonObject {
  const signatures = own(event, 'signatures');
  const ofServer = isJsonObject(signatures) ? own(signatures, server) : undefined;
  return isJsonObject(ofServer) ? ofServer : {};
}
