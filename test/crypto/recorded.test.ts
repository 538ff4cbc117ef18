import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Pdu } from '../../src/event/pdu.ts';
import { redact } from '../../src/event/redact.ts';
import { isJsonObject, own } from '../../src/json/value.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { checkContentHash, eventId, referenceHash, roomIdFromCreate } from '../../src/crypto/event-hashes.ts';
import { createKeyRing, type PublicKeys } from '../../src/crypto/key-ring.ts';
import { verifyEvent } from '../../src/crypto/verify-event.ts';
import { asPdu, asText, parseVectorLines, readVector } from './vectors.ts';

const publicKeys: PublicKeys = JSON.parse(readVector('recorded/keys.json'));
const keys = createKeyRing(publicKeys);

type Recorded = { readonly id: string; readonly roomId: string; readonly pdu: Pdu };

function roomOf(version: string): readonly Recorded[] {
  return parseVectorLines(`recorded/v${version}-shared/hs1.before.ndjson.gz`).map((record) => ({
    id: asText(record['event_id']), roomId: asText(record['room_id']), pdu: asPdu(record['pdu']),
  }));
}

function withoutUnsigned(event: Pdu): object {
  return Object.fromEntries(Object.entries(event).filter(([key]) => key !== 'unsigned'));
}

describe('the recorded rooms', () => {
  const rooms = stableRoomVersionIds.map(roomOf);

  it('have events of several servers', () => {
    const servers = rooms.flat().flatMap(({ pdu }) => (isJsonObject(pdu.signatures) ? Object.keys(pdu.signatures) : []));
    expect(new Set(servers).size).toBe(3);
    expect(Math.min(...rooms.map((room) => room.length))).toBeGreaterThan(40);
  });
});

describe.each(stableRoomVersionIds)('a recorded room of version %s', (version) => {
  const rules = roomVersion(version);
  const room = roomOf(version);

  it('has the event IDs that the server computed', () => {
    expect(room.filter(({ id, pdu }) => eventId(pdu, rules) !== id)).toEqual([]);
  });

  it('has the room ID that its create event gives it', () => {
    const creates = room.filter(({ pdu }) => pdu.type === 'm.room.create');
    expect(creates.map(({ pdu }) => roomIdFromCreate(pdu, rules))).toEqual(creates.map(({ roomId }) => roomId));
    expect(creates).toHaveLength(1);
  });

  it('has content hashes that match and signatures that verify', () => {
    expect(room.filter(({ pdu }) => checkContentHash(pdu, rules) !== 'match')).toEqual([]);
    expect(room.filter(({ pdu }) => verifyEvent(pdu, rules, keys).verdict !== 'valid')).toEqual([]);
  });

  it('keeps IDs, reference hashes and signatures when redacted', () => {
    for (const { id, pdu } of room) {
      const redacted = redact(pdu, rules.redaction);
      expect(eventId(redacted, rules)).toBe(id);
      expect(referenceHash(redacted, rules)).toBe(referenceHash(pdu, rules));
    }
    // A signature costs milliseconds on the portable backend: a few events stand for all.
    for (const { pdu } of room.slice(0, 12)) {
      expect(['valid', 'redact-needed']).toContain(verifyEvent(redact(pdu, rules.redaction), rules, keys).verdict);
    }
  });

  it('verifies no event that claims another sender or lost its hash', () => {
    for (const { pdu } of room.slice(0, 8)) {
      const other = pdu.sender?.endsWith('hs2.test:18442') === true ? '@x:hs1.test:18441' : '@x:hs2.test:18442';
      expect(verifyEvent({ ...pdu, sender: other }, rules, keys)).toMatchObject({ verdict: 'invalid', reason: 'missing-signature' });
      expect(verifyEvent({ ...pdu, hashes: {} }, rules, keys)).toMatchObject({ verdict: 'invalid', reason: 'bad-signature' });
    }
  });
});

describe('what the erasure changed in the servers', () => {
  const changed = parseVectorLines('recorded/redacted-by-erasure.ndjson.gz').map((row) => ({
    rules: roomVersion(asText(row['room_version'])), id: asText(row['event_id']), before: asPdu(row['before']), after: asPdu(row['after']),
  }));

  it('is there for every room version', () => {
    expect(changed).toHaveLength(91);
    expect(new Set(changed.map(({ rules }) => rules.id)).size).toBe(stableRoomVersionIds.length);
  });

  it('is what redaction makes of it', () => {
    const wrong = changed.filter(({ rules, before, after }) => !isDeepStrictEqual(redact(before, rules.redaction), withoutUnsigned(after)));
    expect(wrong).toEqual([]);
  });

  it('keeps its ID and signatures, and not its content hash', () => {
    for (const { rules, id, before, after } of changed) {
      expect([eventId(before, rules), eventId(after, rules)]).toEqual([id, id]);
      expect(verifyEvent(before, rules, keys)).toEqual({ verdict: 'valid' });
      expect(verifyEvent(after, rules, keys)).toEqual({ verdict: 'redact-needed' });
      expect(own(after, 'hashes')).toEqual(own(before, 'hashes'));
    }
  });
});
