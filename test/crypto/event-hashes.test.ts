import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pdu } from '../../src/event/pdu.ts';
import { redact } from '../../src/event/redact.ts';
import { CanonicalJsonError, encodeCanonicalJson } from '../../src/json/canonical-json.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import {
  addContentHash, checkContentHash, contentHash, eventId, MissingIdError, referenceHash, roomIdFromCreate,
} from '../../src/crypto/event-hashes.ts';
import { arbitraryEvent, deepFreeze } from './events.ts';
import { asPdu } from './vectors.ts';

const versions = fc.constantFrom(...stableRoomVersionIds).map(roomVersion);
const v12 = roomVersion('12');
const v5 = roomVersion('5');
const message: Pdu = { type: 'm.room.message', content: { body: 'hello' }, sender: '@a:domain', depth: 3 };
const pdu = (text: string): Pdu => asPdu(parseJson(text));

/** The definition, word for word and slowly. */
function hashWithout(event: Pdu, keys: readonly string[]): string {
  const rest = Object.fromEntries(Object.entries(event).filter(([key]) => !keys.includes(key)));
  return createHash('sha256').update(encodeCanonicalJson(rest as JsonObject)).digest('base64').replaceAll('=', '');
}

describe('contentHash', () => {
  it('is the SHA-256 of the event without three keys', () => {
    fc.assert(
      fc.property(versions, arbitraryEvent, (rules, event) => {
        expect(contentHash(deepFreeze(event), rules)).toBe(hashWithout(event, ['unsigned', 'signatures', 'hashes']));
      }),
    );
  });

  it.each(['age_ts', 'outlier', 'destinations', 'event_id', 'prev_content'])('covers %s, which some servers leave out', (key) => {
    expect(contentHash({ ...message, [key]: 1 }, v12)).not.toBe(contentHash(message, v12));
  });

  it('covers an own __proto__ key, and leaves out only top-level keys', () => {
    const hostile = pdu('{"type":"X","content":{},"__proto__":{"a":1}}');
    expect(contentHash(hostile, v12)).not.toBe(contentHash(pdu('{"type":"X","content":{}}'), v12));
    expect(contentHash(hostile, v12)).not.toBe(contentHash(pdu('{"type":"X","content":{},"__proto__":{"a":2}}'), v12));
    expect(contentHash({ ...message, content: { hashes: 1 } }, v12)).not.toBe(contentHash({ ...message, content: {} }, v12));
  });

  it('keeps every digit before version 6, and refuses what has no canonical form from there', () => {
    const hashes = ['1', '1.0', '1e0', '9007199254740992', '9007199254740993'].map((n) => contentHash(pdu(`{"type":"X","content":{"n":${n}}}`), v5));
    expect(new Set(hashes).size).toBe(4);
    expect(hashes[1]).toBe(hashes[2]);
    for (const number of ['1.0', '1e0', '9007199254740993']) {
      expect(() => contentHash(pdu(`{"type":"X","content":{"n":${number}}}`), v12)).toThrow(CanonicalJsonError);
    }
  });

  it('leaves numbers in unsigned alone', () => {
    const event = pdu('{"type":"X","content":{},"unsigned":{"age":1.5,"n":9007199254740993}}');
    expect(contentHash(event, v12)).toBe(contentHash({ type: 'X', content: {} }, v12));
  });
});

describe('addContentHash', () => {
  it('makes the event match, and a change of any part does not', () => {
    const hashed = addContentHash(deepFreeze(message), v12);
    expect(checkContentHash(hashed, v12)).toBe('match');
    expect(checkContentHash({ ...hashed, unsigned: { age: 1 }, signatures: {} }, v12)).toBe('match');
    expect(checkContentHash({ ...hashed, depth: 4 }, v12)).toBe('mismatch');
    expect(checkContentHash(redact(hashed, v12.redaction), v12)).toBe('mismatch');
  });

  it('keeps hashes by other algorithms, and replaces what is no object', () => {
    expect(addContentHash({ ...message, hashes: { sha3: 'x', sha256: 'y' } }, v12).hashes).toEqual({ sha3: 'x', sha256: contentHash(message, v12) });
    expect(addContentHash(asPdu({ ...message, hashes: 'x' }), v12).hashes).toEqual({ sha256: contentHash(message, v12) });
  });
});

describe('checkContentHash', () => {
  const sha256 = contentHash(message, v12);

  it.each([undefined, null, 5, 'x', {}, { sha256: 5 }, { sha256: null }, { sha3: sha256 }])('finds none in %j', (hashes) => {
    expect(checkContentHash(pdu(JSON.stringify({ ...message, hashes })), v12)).toBe('missing');
  });

  it('compares bytes: padding is accepted, another alphabet is not', () => {
    const check = (claimed: string): string => checkContentHash({ ...message, hashes: { sha256: claimed } }, v12);
    expect(check(`${sha256}=`)).toBe('match');
    expect([check(`${sha256}==`), check(` ${sha256}`), check(''), check(`${sha256}AAAA`)]).toEqual(Array(4).fill('mismatch'));
    const urlSafe = { type: 'X', content: { n: 4 } };
    const hash = contentHash(urlSafe, v12);
    expect(hash).toMatch(/[+/]/);
    const other = hash.replaceAll('+', '-').replaceAll('/', '_');
    expect(checkContentHash({ ...urlSafe, hashes: { sha256: other } }, v12)).toBe('mismatch');
  });
});

describe('eventId', () => {
  it('is the hash of the redacted event, and stays when it is redacted', () => {
    fc.assert(
      fc.property(versions, arbitraryEvent, (rules, event) => {
        const redacted = redact(event, rules.redaction);
        const hash = hashWithout(redacted, ['unsigned', 'signatures']);
        expect(referenceHash(deepFreeze(event), rules)).toBe(hash);
        expect(referenceHash(redacted, rules)).toBe(hash);
        const urlSafe = hash.replaceAll('+', '-').replaceAll('/', '_');
        const ids = { opaque: '$e:domain', base64: `$${hash}`, base64url: `$${urlSafe}` };
        expect(eventId({ ...event, ...(rules.format.eventId === 'opaque' ? { event_id: '$e:domain' } : {}) }, rules)).toBe(ids[rules.format.eventId]);
      }),
    );
  });

  it('is what the event says in versions 1 and 2', () => {
    expect(eventId({ ...message, event_id: '$x:domain' }, roomVersion('1'))).toBe('$x:domain');
  });

  it.each([undefined, 'x', '$', '!x:domain', ''])('is missing there with %j', (id) => {
    expect(() => eventId(id === undefined ? message : { ...message, event_id: id }, roomVersion('2'))).toThrow(MissingIdError);
  });

  it('is not hurt by numbers that redaction removes', () => {
    const event = pdu('{"type":"m.room.message","content":{"n":1.5},"x":1e400,"unsigned":{"n":9007199254740993}}');
    expect(eventId(event, v12)).toBe(eventId({ type: 'm.room.message', content: {} }, v12));
    expect(() => eventId(pdu('{"type":"m.room.message","content":{},"depth":1.5}'), v12)).toThrow(CanonicalJsonError);
  });
});

describe('roomIdFromCreate', () => {
  const create: Pdu = { type: 'm.room.create', state_key: '', content: { room_version: '12' } };

  it('is the event ID with another sigil from version 12', () => {
    expect(roomIdFromCreate(create, v12)).toBe(eventId(create, v12).replace('$', '!'));
  });

  it('is what the event says before that', () => {
    expect(roomIdFromCreate({ ...create, room_id: '!x:domain' }, roomVersion('11'))).toBe('!x:domain');
    expect(() => roomIdFromCreate(create, roomVersion('11'))).toThrow(MissingIdError);
    expect(() => roomIdFromCreate({ ...create, room_id: '$x' }, roomVersion('11'))).toThrow(/version 11 .*"room_id"/);
  });
});
