import { isJsonObject, own } from '../json/value.ts';
import type { JsonObject } from '../json/value.ts';
import { verifyJson } from '../crypto/verify-json.ts';
import { membershipOf } from './auth-context.ts';
import type { RoomContext } from './auth-context.ts';
import type { MemberChange } from './authorize-member.ts';
import { ALLOWED, refuse } from './verdict.ts';
import type { AuthVerdict } from './verdict.ts';

/**
 * The rules of an invite that redeems a third-party invite: an identity server vouches that the target owns the address that was invited.
 * @see https://spec.matrix.org/v1.19/client-server-api/#third-party-invites
 */
export function authorizeThirdPartyInvite({ event, sender, target }: MemberChange, context: RoomContext): AuthVerdict {
  // Whoever is banned is not invited.
  if (membershipOf(target, context) === 'ban') return refuse('third-party-invite-banned', 'the target is banned');

  // The invite has a signed part, which names a user and the token of the invitation.
  const invite = own(event.content, 'third_party_invite');
  const signed = isJsonObject(invite) ? own(invite, 'signed') : undefined;
  if (!isJsonObject(signed)) return refuse('third-party-invite-form', 'third_party_invite has no signed part');
  // Without either of them it is refused.
  const token = own(signed, 'token');
  if (typeof token !== 'string' || own(signed, 'mxid') === undefined) {
    return refuse('third-party-invite-form', 'the signed part has no mxid or no token');
  }
  // That user is the target.
  if (own(signed, 'mxid') !== target) return refuse('third-party-invite-mxid', 'the signed part names another user');

  // The token is that of an invitation in the room.
  const invitation = context.state('m.room.third_party_invite', token);
  if (invitation === undefined) return refuse('third-party-invite-token', 'the room has no invitation with this token');

  // Whoever sent the invitation redeems it.
  if (invitation.sender !== sender) return refuse('third-party-invite-sender', 'the invitation is of another sender');

  // One of the signatures is by one of the invitation's keys.
  return isSignedByOneOf(signed, publicKeysOf(invitation.content))
    ? ALLOWED
    : refuse('third-party-invite-signature', 'no key of the invitation has signed');
}

/** The keys of an invitation: a single one, a list of them, or both. */
function publicKeysOf(content: JsonObject): readonly string[] {
  const list = own(content, 'public_keys');
  const listed = Array.isArray(list) ? list.map((entry) => (isJsonObject(entry) ? own(entry, 'public_key') : undefined)) : [];
  return [own(content, 'public_key'), ...listed].filter((key) => typeof key === 'string');
}

function isSignedByOneOf(signed: JsonObject, publicKeys: readonly string[]): boolean {
  return signaturesOf(signed).some((signature) => publicKeys.some((publicKey) => verifyJson(signed, { ...signature, publicKey })));
}

/** Every Ed25519 signature on a signed object, whoever made it. */
function signaturesOf(signed: JsonObject): readonly { readonly server: string; readonly keyId: string }[] {
  const servers = own(signed, 'signatures');
  if (!isJsonObject(servers)) return [];
  return Object.entries(servers).flatMap(([server, keys]) => (isJsonObject(keys) ? Object.keys(keys) : [])
    .filter((keyId) => keyId.startsWith('ed25519:'))
    .map((keyId) => ({ server, keyId })));
}
