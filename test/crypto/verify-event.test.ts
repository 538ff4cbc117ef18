import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pdu } from '../../src/event/pdu.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { addContentHash } from '../../src/crypto/event-hashes.ts';
import { createKeyRing, type PublicKeys } from '../../src/crypto/key-ring.ts';
import { signEvent } from '../../src/crypto/sign.ts';
import { generateSigningKey, type SigningKey } from '../../src/crypto/signing-key.ts';
import { requiredServers, verifyEvent } from '../../src/crypto/verify-event.ts';
import { arbitraryEvent, deepFreeze } from './events.ts';
import { asObject, asPdu } from './vectors.ts';

const [a1, a2, b1] = [1, 2, 3].map((byte) => generateSigningKey(new Uint8Array(32).fill(byte), String(byte === 2 ? 2 : 1))) as [SigningKey, SigningKey, SigningKey];
const record: PublicKeys = { a: { 'ed25519:1': a1.publicKey, 'ed25519:2': a2.publicKey }, b: { 'ed25519:1': b1.publicKey } };
const keys = createKeyRing(record);
const v12 = roomVersion('12');

type By = { readonly server: string; readonly key: SigningKey };
const byA: By = { server: 'a', key: a1 };
const byB: By = { server: 'b', key: b1 };

const until = (validUntil: number): PublicKeys => ({ a: { 'ed25519:1': { key: a1.publicKey, validUntil } } });

function signed(event: Pdu, version: string, ...signers: readonly By[]): Pdu {
  const rules = roomVersion(version);
  return signers.reduce((each, { server, key }) => signEvent(each, { rules, server, ...key }), addContentHash(event, rules));
}

function member(content: JsonObject, extra: JsonObject = {}): Pdu {
  return { type: 'm.room.member', sender: '@x:a', state_key: '@y:b', event_id: '$e:a', content, ...extra };
}

const message: Pdu = { type: 'm.room.message', sender: '@x:a', event_id: '$e:a', content: { body: 'hello' }, origin_server_ts: 1000 };

function withSignatures(event: Pdu, signatures: JsonValue): Pdu {
  return asPdu({ ...asObject(JSON.parse(JSON.stringify(event))), signatures });
}

describe('verifyEvent', () => {
  it('takes keys as a ring or as a record', () => {
    const event = deepFreeze(signed(message, '12', byA));
    expect([verifyEvent(event, v12, keys), verifyEvent(event, v12, record)]).toEqual([{ verdict: 'valid' }, { verdict: 'valid' }]);
  });

  it('judges every event, whatever its shape, and changes none', () => {
    fc.assert(
      fc.property(fc.constantFrom(...stableRoomVersionIds), arbitraryEvent, (version, event) => {
        expect(['valid', 'redact-needed', 'invalid']).toContain(verifyEvent(deepFreeze(event), roomVersion(version), keys).verdict);
      }),
    );
  });

  it.each([
    ['no signatures', undefined, 'missing-signature'],
    ['signatures that are no object', 'x', 'missing-signature'],
    ['no signature of the server', { b: { 'ed25519:1': 'AAAA' } }, 'missing-signature'],
    ['a set of signatures that is no object', { a: 'x' }, 'missing-signature'],
    ['an empty set', { a: {} }, 'missing-signature'],
    ['another algorithm alone', { a: { 'rsa:1': 'AAAA' } }, 'missing-signature'],
    ['an unknown key alone', { a: { 'ed25519:9': 'AAAA' } }, 'unknown-key'],
    ['an inherited name for a key', { a: { 'ed25519:constructor': 'AAAA' } }, 'unknown-key'],
    ['a short signature', { a: { 'ed25519:1': 'AAAA' } }, 'bad-signature'],
    ['a signature that is a number', { a: { 'ed25519:1': 5 } }, 'bad-signature'],
    ['a signature that is no base64', { a: { 'ed25519:1': '*' } }, 'bad-signature'],
  ])('refuses %s', (_, signatures, reason) => {
    const { signatures: _removed, ...rest } = signed(message, '12', byA);
    const event = signatures === undefined ? asPdu(rest) : withSignatures(asPdu(rest), signatures);
    expect(verifyEvent(event, v12, keys)).toEqual({ verdict: 'invalid', reason, server: 'a' });
  });

  const good = asObject(signed(message, '12', byA).signatures?.['a'])['ed25519:1'] ?? null;

  it.each([
    ['another algorithm', { a: { 'ed25519:1': good, 'rsa:1': 'AAAA' } }],
    ['an unknown key', { a: { 'ed25519:1': good, 'ed25519:9': 'AAAA' } }],
    ['padding', { a: { 'ed25519:1': `${String(good)}==` } }],
    ['a wrong signature of a server that is not required', { a: { 'ed25519:1': good }, b: { 'ed25519:1': 'AAAA' } }],
    ['a server that is not required and signed with nonsense', { a: { 'ed25519:1': good }, b: 5 }],
  ])('does not mind %s', (_, signatures) => {
    expect(verifyEvent(withSignatures(signed(message, '12', byA), signatures), v12, keys)).toEqual({ verdict: 'valid' });
  });

  it('wants every signature by a known key to be right', () => {
    const both = signed(message, '12', byA, { server: 'a', key: a2 });
    expect(verifyEvent(both, v12, keys)).toEqual({ verdict: 'valid' });
    for (const keyId of ['ed25519:1', 'ed25519:2']) {
      const broken = withSignatures(both, { a: { ...asObject(both.signatures?.['a']), [keyId]: 'AAAA' } });
      expect(verifyEvent(broken, v12, keys)).toEqual({ verdict: 'invalid', reason: 'bad-signature', server: 'a' });
    }
  });

  it.each([
    ['{"content":{},"sender":"@x:a"}', 'malformed-event'],
    ['{"type":"X","content":[],"sender":"@x:a"}', 'malformed-event'],
    ['{"type":"X","content":{}}', 'malformed-event'],
    ['{"type":"X","content":{},"sender":5}', 'malformed-event'],
    ['{"type":"X","content":{},"sender":"@x"}', 'malformed-event'],
    ['{"type":"X","content":{},"sender":"@x:a","depth":1.5}', 'not-canonical'],
  ])('refuses %s as %s', (text, reason) => {
    expect(verifyEvent(asPdu(parseJson(text)), v12, keys)).toEqual({ verdict: 'invalid', reason });
  });

  it('refuses a number without canonical form in content as well, from version 6', () => {
    const event = { ...signed({ ...message, content: {} }, '12', byA), content: { n: 1.5 } };
    expect(verifyEvent(event, v12, keys)).toEqual({ verdict: 'invalid', reason: 'not-canonical' });
    expect(verifyEvent({ ...signed({ ...message, content: {} }, '5', byA), content: { n: 1.5 } }, roomVersion('5'), keys)).toEqual({ verdict: 'redact-needed' });
  });

  it.each([undefined, {}, { sha256: 5 }, 'x'])('refuses hashes of %j', (hashes) => {
    const { hashes: _, ...rest } = asObject(message);
    const event = signEvent(asPdu(hashes === undefined ? rest : { ...rest, hashes }), { rules: v12, server: 'a', ...a1 });
    expect(verifyEvent(event, v12, keys)).toEqual({ verdict: 'invalid', reason: 'missing-content-hash' });
  });
});

describe('who must sign', () => {
  it.each(stableRoomVersionIds)('version %s', (version) => {
    const rules = roomVersion(version);
    const old = Number(version) <= 2;
    const restricted = Number(version) >= 8;
    const invite = { membership: 'invite', third_party_invite: { signed: {} } };
    const elsewhere = { event_id: '$e:c' };
    const via = { join_authorised_via_users_server: '@z:d' };
    const rows: readonly (readonly [Pdu, readonly string[] | undefined])[] = [
      [message, ['a']],
      [{ ...message, ...elsewhere }, old ? ['a', 'c'] : ['a']],
      [member({ membership: 'join' }), ['a']],
      [member({ membership: 'invite' }), ['a']],
      [member(invite), old ? ['a'] : []],
      [member(invite, elsewhere), old ? ['c'] : []],
      [member({ ...invite, membership: 'join' }), ['a']],
      [member({ membership: 'invite', third_party_invite: null }), ['a']],
      [member({ membership: 'invite', third_party_invite: 'x' }), ['a']],
      [{ ...message, content: invite }, ['a']],
      [member({ membership: 'join', ...via }), restricted ? ['a', 'd'] : ['a']],
      [member({ membership: 'leave', ...via }), restricted ? ['a', 'd'] : ['a']],
      [{ ...message, content: via }, ['a']],
      [member({ membership: 'join', join_authorised_via_users_server: 5 }), restricted ? undefined : ['a']],
      [member({ membership: 'join', join_authorised_via_users_server: '@z' }), restricted ? undefined : ['a']],
      [{ ...message, event_id: '$e' }, old ? undefined : ['a']],
      [{ ...message, sender: 'nobody' }, undefined],
    ];
    expect(rows.map(([event]) => requiredServers(event, rules))).toEqual(rows.map(([, servers]) => servers));
  });

  it('every one of them', () => {
    const join = member({ membership: 'join', join_authorised_via_users_server: '@z:b' });
    expect(verifyEvent(signed(join, '10', byA, byB), roomVersion('10'), keys)).toEqual({ verdict: 'valid' });
    expect(verifyEvent(signed(join, '10', byA), roomVersion('10'), keys)).toEqual({ verdict: 'invalid', reason: 'missing-signature', server: 'b' });
    expect(verifyEvent(signed(join, '10', byB), roomVersion('10'), keys)).toEqual({ verdict: 'invalid', reason: 'missing-signature', server: 'a' });
  });
});

describe('the validity of keys', () => {
  const expired = { verdict: 'invalid', reason: 'expired-key', server: 'a' };

  it.each(stableRoomVersionIds)('counts from version 5 (version %s)', (version) => {
    const rules = roomVersion(version);
    const event = signed(message, version, byA);
    expect(verifyEvent(event, rules, until(1000))).toEqual({ verdict: 'valid' });
    expect(verifyEvent(event, rules, until(999))).toEqual(Number(version) < 5 ? { verdict: 'valid' } : expired);
  });

  it('needs the time at which the event was sent', () => {
    const { origin_server_ts: _, ...undated } = asObject(message);
    expect(verifyEvent(signed(asPdu(undated), '12', byA), v12, until(1000))).toEqual(expired);
    expect(verifyEvent(signed(asPdu({ ...undated, origin_server_ts: '1' }), '12', byA), v12, until(1000))).toEqual(expired);
    expect(verifyEvent(signed(asPdu(undated), '12', byA), v12, record)).toEqual({ verdict: 'valid' });
  });

  it('leaves expired keys out: they neither help nor harm', () => {
    const both = signed(message, '12', byA, { server: 'a', key: a2 });
    const mixed: PublicKeys = { a: { 'ed25519:1': { key: a2.publicKey, validUntil: 1 }, 'ed25519:2': a2.publicKey } };
    expect(verifyEvent(both, v12, mixed)).toEqual({ verdict: 'valid' });
  });
});
