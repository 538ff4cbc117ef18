import { describe, expect, it } from 'vitest';
import type { Pdu } from '../../src/event/pdu.ts';
import { redact, UnredactableEventError } from '../../src/event/redact.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { addContentHash, checkContentHash, contentHash, eventId, referenceHash, roomIdFromCreate } from '../../src/crypto/event-hashes.ts';
import { signEvent, signJson } from '../../src/crypto/sign.ts';
import { parseSigningKey } from '../../src/crypto/signing-key.ts';
import { verifyEvent } from '../../src/crypto/verify-event.ts';
import { verifyJson } from '../../src/crypto/verify-json.ts';
import { asArray, asObject, asPdu, asText, at, parseVector } from './vectors.ts';

const vectors = parseVector('spec-signing/signing.json');
const key = parseSigningKey(`ed25519 1 ${asText(at(vectors, 'keys', 'seed_b64'))}`);
const signAs = { server: 'domain', ...key };
const keys = { domain: { 'ed25519:1': key.publicKey } };
const signedWith = (signatures: JsonObject): JsonObject => ({ one: 1, two: 'Two', signatures });
const signatureOf = (object: JsonObject | Pdu): unknown => at(asObject(object.signatures), 'domain', 'ed25519:1');

describe('signing JSON', () => {
  const cases = asArray(at(vectors, 'json_signing', 'cases')).map(asObject);
  const signedBy = { server: 'domain', keyId: 'ed25519:1', publicKey: key.publicKey };

  it.each(cases)('of $in', (row) => {
    const signed = signJson(asObject(row['in']), signAs);
    expect(signatureOf(signed)).toBe(row['signature']);
    expect(verifyJson(signed, signedBy)).toBe(true);
  });

  const signed = signJson({ one: 1, two: 'Two' }, signAs);
  const signature = asText(at(signed, 'signatures', 'domain', 'ed25519:1'));

  it.each([
    ['an extra top-level key', { ...signed, three: 3 }],
    ['changed bytes', signedWith({ domain: { 'ed25519:1': `A${signature.slice(1)}` } })],
    ['no signatures', { one: 1, two: 'Two' }],
    ['signatures that are no object', { one: 1, two: 'Two', signatures: 'x' }],
    ['no servers', signedWith({})],
    ['no key IDs', signedWith({ domain: {} })],
    ['another key ID', signedWith({ domain: { 'ed25519:2': signature } })],
    ['a text that is no signature', signedWith({ domain: { 'ed25519:1': 'not/a/valid/signature' } })],
    ['a number for a signature', signedWith({ domain: { 'ed25519:1': 5 } })],
    ['the URL-safe alphabet', signedWith({ domain: { 'ed25519:1': signature.replaceAll('+', '-').replaceAll('/', '_') } })],
    ['a newline', signedWith({ domain: { 'ed25519:1': `${signature}\n` } })],
    ['a number that has no canonical form', { ...signed, one: 1.5 }],
  ])('%s does not verify', (_, object) => {
    expect(verifyJson(object, signedBy)).toBe(false);
  });

  it('verifies a padded signature, as decoders should', () => {
    expect(verifyJson(signedWith({ domain: { 'ed25519:1': `${signature}==` } }), signedBy)).toBe(true);
  });
});

describe('signing events', () => {
  const cases = asArray(at(vectors, 'event_signing', 'cases')).map(asObject);

  it.each(cases.filter((row) => at(row, 'event', 'content') !== undefined))('$source', (row) => {
    const rules = roomVersion(asText(row['redaction_rules_of_room_version']));
    const hashed = addContentHash(asPdu(row['event']), rules);
    const signed = signEvent(hashed, { rules, ...signAs });
    expect(contentHash(asPdu(row['event']), rules)).toBe(row['sha256']);
    expect(signatureOf(signed)).toBe(row['signature']);
    expect(checkContentHash(signed, rules)).toBe('match');
  });

  it('hashes an event without content and does not sign it: no room version accepts it', () => {
    const row = asObject(cases.find((each) => at(each, 'event', 'content') === undefined));
    const event = asPdu(row['event']);
    expect(contentHash(event, roomVersion('1'))).toBe(row['sha256']);
    expect(() => signEvent(event, { rules: roomVersion('1'), ...signAs })).toThrow(UnredactableEventError);
  });

  const rules = roomVersion('1');
  const message = asObject(asArray(at(vectors, 'event_signing', 'cases'))[1])['event'];
  const signed = signEvent(addContentHash(asPdu(message), rules), { rules, ...signAs });

  it('survives redaction, which the content hash tells', () => {
    expect(verifyEvent(signed, rules, keys)).toEqual({ verdict: 'valid' });
    expect(verifyEvent(redact(signed, rules.redaction), rules, keys)).toEqual({ verdict: 'redact-needed' });
  });

  it.each([
    ['type', { ...signed, type: 'm.room.name' }],
    ['hashes', { ...signed, hashes: { sha256: 'AAAA' } }],
  ])('does not survive another %s', (_, changed) => {
    expect(verifyEvent(changed, rules, keys)).toEqual({ verdict: 'invalid', reason: 'bad-signature', server: 'domain' });
  });
});

describe('reference hashes and IDs', () => {
  it.each(asArray(at(vectors, 'reference_hash_v1', 'cases')).map(asObject))('$event.event_id of version 1', (row) => {
    expect(referenceHash(asPdu(row['event']), roomVersion('1'))).toBe(row['reference_hash_sha256']);
    expect(checkContentHash(asPdu(row['event']), roomVersion('1'))).toBe('match');
  });

  it('are the same for a redacted pair of version 1', () => {
    const pair = asObject(vectors['redacted_pair_v1']);
    const [full, redacted] = [asPdu(pair['full']), asPdu(pair['redacted'])];
    const rules = roomVersion('1');
    const content = asObject(pair['wrong_content_for_hash_failure']);
    expect([full, redacted].map((event) => referenceHash(event, rules))).toEqual(Array(2).fill(pair['reference_hash_sha256_both']));
    expect([full, redacted, { ...full, content }].map((event) => checkContentHash(event, rules))).toEqual(['match', 'mismatch', 'mismatch']);
    expect(redact(full, rules.redaction)).toEqual(redacted);
  });

  const [message, create] = asArray(at(vectors, 'event_id', 'cases')).map(asObject);

  it.each(stableRoomVersionIds.slice(2))('the published event has its ID in version %s', (version) => {
    const rules = roomVersion(version);
    const event = asPdu(message?.['event']);
    const expected = at(asObject(message), 'derived_ids', version);
    expect([eventId(event, rules), eventId(redact(event, rules.redaction), rules)]).toEqual([expected, expected]);
    expect(checkContentHash(event, rules)).toBe('match');
  });

  it('the published create event of version 12 names its room', () => {
    const rules = roomVersion('12');
    const event = asPdu(create?.['event']);
    expect(eventId(event, rules)).toBe(at(asObject(create), 'ids', '12'));
    expect(roomIdFromCreate(event, rules)).toBe(create?.['room_id']);
    expect(checkContentHash(event, rules)).toBe('match');
  });

  it('a room of version 12 holds together', () => {
    const rules = roomVersion('12');
    const room = asObject(vectors['derived_v12_room']);
    const events = asArray(room['events']).map(asObject);
    expect(events).toHaveLength(6);
    for (const row of events) {
      const event = asPdu(row['pdu']);
      expect(eventId(event, rules)).toBe(row['event_id']);
      expect(verifyEvent(event, rules, keys)).toEqual({ verdict: 'valid' });
      expect(redact(event, rules.redaction)).toEqual(row['redacted']);
    }
    expect(roomIdFromCreate(asPdu(events[0]?.['pdu']), rules)).toBe(room['room_id']);
  });
});

describe('the hash that a redacted event keeps', () => {
  it('confirms a guess of its content to anybody', () => {
    const vector = asObject(vectors['content_hash_confirmation']);
    const redacted = asPdu(vector['redacted_event']);
    const guess = (name: string): string => checkContentHash({ ...redacted, content: asObject(vector[name]) }, roomVersion('10'));
    expect([guess('guess_true'), guess('guess_false')]).toEqual(['match', 'mismatch']);
  });
});
