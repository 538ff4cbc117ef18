import { decodeBase64, readBase64 } from '../../crypto/base64.ts';
import type { Verifier } from '../../crypto/backend.ts';
import { addContentHash, contentHash, eventId, referenceHash } from '../../crypto/event-hashes.ts';
import { readVerifier, type KeyRing } from '../../crypto/key-ring.ts';
import { signEvent, signJson, type SignAs } from '../../crypto/sign.ts';
import { generateSigningKey, type SigningKey } from '../../crypto/signing-key.ts';
import { verifyEvent } from '../../crypto/verify-event.ts';
import { asJson, type Pdu } from '../../event/pdu.ts';
import { isJsonObject, own, type JsonObject } from '../../json/value.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import { createCache } from './cache.ts';
import { eventField, flagField, jsonObject, objectField, RequestError, rulesField, textField, type Operations } from './request.ts';

const KEPT_KEYS = 1000;

/** Operations that hash, sign and verify. Requests repeat their keys, and reading a key costs as much as using it: keys are kept. */
export function createCryptoOperations(): Operations {
  const signingKeys = createCache<SigningKey>(KEPT_KEYS);
  const verifiers = createCache<Verifier | undefined>(KEPT_KEYS);
  const signAs = (request: JsonObject): SignAs => {
    const [keyId, seed] = [textField(request, 'keyId'), textField(request, 'seed')];
    const key = signingKeys(`${keyId} ${seed}`, () => readSigningKey(keyId, seed));
    return { server: textField(request, 'server'), ...key };
  };
  const verifierOf = (publicKey: string): Verifier | undefined => verifiers(publicKey, () => readVerifier(publicKey));
  return {
    contentHash: (request) => ({ ok: contentHash(eventField(request), rulesField(request)) }),
    eventId: (request) => identify(eventField(request), rulesField(request)),
    sign: (request) => {
      const rules = rulesField(request);
      const event = flagField(request, 'addHash') ? addContentHash(eventField(request), rules) : eventField(request);
      return { ok: asJson(signEvent(event, { rules, ...signAs(request) })) };
    },
    signJson: (request) => ({ ok: signJson(jsonObject(request), signAs(request)) }),
    verify: (request) => {
      const { verdict, ...beside } = verifyEvent(eventField(request), rulesField(request), ringOf(objectField(request, 'keys'), verifierOf));
      return { ok: verdict, ...beside };
    },
    verifySignature: (request) => ({ ok: isSigned(request, verifierOf) }),
  };
}

function identify(event: Pdu, rules: RoomVersionRules): { readonly ok: string; readonly refHash: string } {
  const id = eventId(event, rules);
  if (rules.format.eventId === 'opaque') return { ok: id, refHash: referenceHash(event, rules) };
  return { ok: id, refHash: id.slice(1).replaceAll('-', '+').replaceAll('_', '/') };
}

function readSigningKey(keyId: string, seed: string): SigningKey {
  const [algorithm, version, ...more] = keyId.split(':');
  if (algorithm !== 'ed25519' || version === undefined || more.length > 0) throw new RequestError('keyId', 'a key ID such as "ed25519:1"');
  return generateSigningKey(decodeBase64(seed), version);
}

function ringOf(keys: JsonObject, verifierOf: (publicKey: string) => Verifier | undefined): KeyRing {
  return (server, keyId) => {
    const ofServer = own(keys, server);
    const publicKey = isJsonObject(ofServer) ? own(ofServer, keyId) : undefined;
    const verify = typeof publicKey === 'string' ? verifierOf(publicKey) : undefined;
    return verify === undefined ? undefined : { verify };
  };
}

/** What is no base64 of the right length is no signature, and no key. */
function isSigned(request: JsonObject, verifierOf: (publicKey: string) => Verifier | undefined): boolean {
  const message = decodeBase64(textField(request, 'message'));
  const signature = readBase64(textField(request, 'signature'));
  const verify = verifierOf(textField(request, 'publicKey'));
  return signature !== undefined && verify !== undefined && verify(message, signature);
}
