import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pdu } from '../../src/event/pdu.ts';
import { redact } from '../../src/event/redact.ts';
import { CanonicalJsonError } from '../../src/json/canonical-json.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { addContentHash } from '../../src/crypto/event-hashes.ts';
import { MalformedSignaturesError, signEvent, signJson } from '../../src/crypto/sign.ts';
import { generateSigningKey } from '../../src/crypto/signing-key.ts';
import { verifyEvent } from '../../src/crypto/verify-event.ts';
import { verifyJson } from '../../src/crypto/verify-json.ts';
import { arbitraryEvent, deepFreeze } from './events.ts';
import { asObject, asPdu } from './vectors.ts';

const key = generateSigningKey(new Uint8Array(32).fill(1), '1');
const other = generateSigningKey(new Uint8Array(32).fill(2), '2');
const signAs = { server: 'domain', ...key };
const v12 = roomVersion('12');
const message: Pdu = { type: 'm.room.message', content: { body: 'hello' }, sender: '@a:domain' };

describe('signEvent', () => {
  it('makes events that verify, redacted or not, in every room version', () => {
    fc.assert(
      fc.property(fc.constantFrom(...stableRoomVersionIds), arbitraryEvent, (version, event) => {
        const rules = roomVersion(version);
        const { signatures: _, ...unsigned } = event;
        const named = { ...unsigned, type: 'X', content: event.content, sender: '@a:domain', event_id: '$e:domain' };
        const signed = signEvent(deepFreeze(addContentHash(named, rules)), { rules, ...signAs });
        const keys = { domain: { 'ed25519:1': key.publicKey } };
        expect(verifyEvent(signed, rules, keys)).toEqual({ verdict: 'valid' });
        expect(verifyEvent(redact(signed, rules.redaction), rules, keys).verdict).toMatch(/^(?:valid|redact-needed)$/);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps the signatures that are there', () => {
    const signatures = { domain: { 'ed25519:0': 'not base64 ==', 'rsa:1': 'x' }, elsewhere: { 'ed25519:1': 'AAAA==' } };
    const signed = signEvent(deepFreeze({ ...message, signatures }), { rules: v12, ...signAs });
    expect(signed.signatures).toMatchObject(signatures);
    expect(Object.keys(asObject(signed.signatures?.['domain']))).toEqual(['ed25519:0', 'rsa:1', 'ed25519:1']);
  });

  it('signs for a server that is named __proto__', () => {
    const signed = signEvent(message, { rules: v12, ...signAs, server: '__proto__' });
    expect(Object.keys(signed.signatures ?? {})).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(signed.signatures)).toBe(Object.prototype);
  });

  it.each([['signatures', 'x'], ['signatures', null], ['signatures', { domain: 'x' }]])('refuses %s of %j', (name, value) => {
    expect(() => signEvent(asPdu({ ...message, [name]: value }), { rules: v12, ...signAs })).toThrow(MalformedSignaturesError);
  });
});

describe('signJson', () => {
  it('keeps unsigned as it was, whatever it is', () => {
    for (const unsigned of [null, { age: 1.5 }, 'x', 0]) {
      const signed = signJson(deepFreeze({ a: 1, unsigned }), signAs);
      expect(signed['unsigned']).toEqual(unsigned);
      expect(signed.signatures).toEqual(signJson({ a: 1 }, signAs).signatures);
    }
    expect(Object.hasOwn(signJson({ a: 1 }, signAs), 'unsigned')).toBe(false);
  });

  it('lets two keys sign the same', () => {
    const signed = signJson(signJson({ a: 1 }, signAs), { server: 'domain', ...other });
    const by = ({ keyId, publicKey }: typeof key): boolean => verifyJson(signed, { server: 'domain', keyId, publicKey });
    expect([by(key), by(other), by({ ...key, publicKey: other.publicKey })]).toEqual([true, true, false]);
  });

  it('covers an own __proto__ key', () => {
    const object = asObject(parseJson('{"__proto__":{"a":1}}'));
    expect(signJson(object, signAs).signatures).not.toEqual(signJson({}, signAs).signatures);
    expect(Object.hasOwn(signJson(object, signAs), '__proto__')).toBe(true);
  });

  it('refuses what has no canonical form', () => {
    expect(() => signJson({ a: 1.5 }, signAs)).toThrow(CanonicalJsonError);
  });

  it.each(['', 'c2hvcnQ', '*'])('verifyJson finds nothing signed by the key %j', (publicKey) => {
    expect(verifyJson(signJson({}, signAs), { server: 'domain', keyId: key.keyId, publicKey })).toBe(false);
  });
});
