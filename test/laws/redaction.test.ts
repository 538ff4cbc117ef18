import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addContentHash, eventId, referenceHash } from '../../src/crypto/event-hashes.ts';
import { signEvent } from '../../src/crypto/sign.ts';
import { generateSigningKey } from '../../src/crypto/signing-key.ts';
import { verifyEvent } from '../../src/crypto/verify-event.ts';
import { explainRedaction } from '../../src/event/explain.ts';
import { redact } from '../../src/event/redact.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';
import { redactionLaws } from '../../src/testing.ts';
import { serverNameOf } from '../../src/identifiers/identifiers.ts';
import type { Pdu } from '../../src/event/pdu.ts';
import { own } from '../../src/json/value.ts';

const server = 'example.org';
const key = generateSigningKey(Uint8Array.from({ length: 32 }, (_, index) => index), 'law');
const keys = { [server]: { [key.keyId]: key.publicKey } };

/** From version 8 the server of the authorising user signs as well: here it is the same one, or the key means nothing. */
function authorisedHere(event: Pdu): Pdu {
  const user = own(event.content, 'join_authorised_via_users_server');
  if (user === undefined || (typeof user === 'string' && serverNameOf(user) === server)) return event;
  return { ...event, content: { ...event.content, join_authorised_via_users_server: `@mod:${server}` } };
}

const laws = redactionLaws({
  redact: (event, version) => redact(event, roomVersion(version).redaction),
  referenceHash: (event, version) => referenceHash(event, roomVersion(version)),
  eventId: (event, version) => eventId(event, roomVersion(version)),
  explain: (event, version) => explainRedaction(event, roomVersion(version).redaction),
  signatures: {
    sign: (event, version) => {
      const rules = roomVersion(version);
      return signEvent(addContentHash(authorisedHere(event), rules), { rules, server, ...key });
    },
    verify: (event, version) => verifyEvent(event, roomVersion(version), keys).verdict !== 'invalid',
  },
});

// Ed25519 without native code takes milliseconds a signature.
const runs = (name: string): { readonly numRuns: number } => {
  const numRuns = fc.readConfigureGlobal().numRuns ?? 100;
  return { numRuns: name.endsWith('signatures') ? Math.ceil(numRuns / 10) : numRuns };
};

describe('redaction', () => {
  test.each(laws)('$name', ({ name, check }) => {
    expect(check(runs(name))).toBeUndefined();
  });
});
