import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addContentHash } from '../../../src/crypto/event-hashes.ts';
import { confirmGuess } from '../../../src/erasure/residue/confirm-guess.ts';
import { isSalted, SALT_KEY, saltContent, WeakSaltError } from '../../../src/erasure/residue/salt-content.ts';
import type { Pdu } from '../../../src/event/pdu.ts';
import { redact } from '../../../src/event/redact.ts';
import { parseJson } from '../../../src/json/parse-json.ts';
import type { JsonObject } from '../../../src/json/value.ts';
import { roomVersion, stableRoomVersionIds } from '../../../src/rules/room-versions.ts';

type Vector = { readonly redacted_event: Pdu; readonly guess_true: JsonObject; readonly guess_false: JsonObject };
const vector = parseJson(readFileSync(new URL('../../vectors/spec/content-hash-confirmation.json', import.meta.url), 'utf8')) as unknown as Vector;

const drawn = { count: 0 };

/** Bytes that no guess would hit, the same in every run. */
function randomBytes(length: number): Uint8Array {
  drawn.count += 1;
  return Uint8Array.from(hash('sha256', `bytes ${drawn.count}`, 'buffer').subarray(0, length));
}

/** An event as it is sent, and what is left of it. */
function erased(content: JsonObject, more: Partial<Pdu> = {}, version = '11'): Pdu {
  const bare: Pdu = {
    type: 'm.room.message', sender: '@alice:a.example', room_id: '!r:a.example', origin_server_ts: 1, depth: 7,
    prev_events: ['$p'], auth_events: ['$a'], content, ...more,
  };
  return redact(addContentHash(bare, roomVersion(version)), roomVersion(version).redaction);
}

/** Everything that somebody who knows a person would try: 50 answers to each of 40 people. */
const dictionary: readonly JsonObject[] = Array.from({ length: 2000 }, (_, index) => ({
  msgtype: 'm.text', body: `${['yes', 'no', 'my HIV test came back', 'I am pregnant', 'I voted for them'][index % 5] ?? ''} ${Math.floor(index / 5)}`,
}));
const secret = { msgtype: 'm.text', body: 'I am pregnant 321' };

describe('an event that was redacted', () => {
  it('confirms its own text, as recorded from Synapse', () => {
    expect(confirmGuess(vector.redacted_event, vector.guess_true)).toBe('confirmed');
    expect(confirmGuess(vector.redacted_event, vector.guess_false)).toBe('refuted');
  });

  it('confirms its text in every room version', () => {
    for (const version of stableRoomVersionIds) {
      expect(confirmGuess(erased(secret, {}, version), secret)).toBe('confirmed');
      expect(confirmGuess(erased(secret, {}, version), { ...secret, body: 'I am pregnant 322' })).toBe('refuted');
    }
  });

  it('confirms what a membership was called, beside what the redaction kept', () => {
    const member = erased({ membership: 'join', displayname: 'Alice', avatar_url: 'mxc://a.example/x' }, { type: 'm.room.member', state_key: '@alice:a.example' });
    expect(member.content).toEqual({ membership: 'join' });
    expect(confirmGuess(member, { displayname: 'Alice', avatar_url: 'mxc://a.example/x' })).toBe('confirmed');
    expect(confirmGuess(member, { displayname: 'Alice' })).toBe('refuted');
  });

  it('confirms only together with the other keys that were removed', () => {
    const event = erased({ reason: 'spam' }, { type: 'm.room.redaction', redacts: '$x' }, '10');
    expect(confirmGuess(event, { reason: 'spam' })).toBe('refuted');
    expect(confirmGuess(event, { reason: 'spam' }, { eventKeys: { redacts: '$x' } })).toBe('confirmed');
    expect(confirmGuess(event, { reason: 'spam' }, { eventKeys: { redacts: '$x', hashes: {} } })).toBe('confirmed');
  });

  it('confirms nothing without a hash', () => {
    expect(confirmGuess({ type: 'm.room.message', content: {} }, secret)).toBe('no-hash');
    expect(confirmGuess({ type: 'm.room.message', content: {}, hashes: { sha512: 'x' } }, secret)).toBe('no-hash');
  });

  it('is refuted, not confirmed, by any other content', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (body, guess) => {
      expect(confirmGuess(erased({ body: body }), { body: guess })).toBe(body === guess ? 'confirmed' : 'refuted');
    }));
  });
});

describe('a dictionary', () => {
  const attack = (event: Pdu, guesses: readonly JsonObject[]): readonly number[] =>
    guesses.flatMap((guess, index) => (confirmGuess(event, guess) === 'confirmed' ? [index] : []));

  it('finds what was erased, and only that', () => {
    const found = attack(erased(secret), dictionary);
    expect(found).toHaveLength(1);
    expect(dictionary[found[0] ?? -1]).toEqual(secret);
  });

  it('finds nothing where the content was salted, even if it knows how salts are made', () => {
    const salted = erased(saltContent(secret, randomBytes(16)));
    expect(attack(salted, dictionary)).toEqual([]);
    const others = Array.from({ length: 2000 }, () => saltContent(secret, randomBytes(16)));
    expect(attack(salted, others)).toEqual([]);
  });

  it('would find it with the salt, which is erased as well', () => {
    const content = saltContent(secret, randomBytes(16));
    const event = erased(content);
    expect(JSON.stringify(event)).not.toContain(String(content[SALT_KEY]));
    expect(attack(event, [content])).toEqual([0]);
  });
});

describe('a salt', () => {
  it('leaves the content as it was beside itself, and is new for other bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 16, maxLength: 40 }), fc.uint8Array({ minLength: 16, maxLength: 40 }), (one, other) => {
      fc.pre(new Set(one).size > 1 && new Set(other).size > 1);
      const [left, right] = [saltContent(secret, one), saltContent(secret, other)];
      expect(isSalted(left)).toBe(true);
      expect({ ...left, [SALT_KEY]: undefined }).toEqual({ ...secret, [SALT_KEY]: undefined });
      expect(left[SALT_KEY] === right[SALT_KEY]).toBe(Buffer.from(one).equals(Buffer.from(other)));
    }));
  });

  it('is gone after a redaction in every room version', () => {
    for (const version of stableRoomVersionIds) {
      const content = saltContent({ membership: 'join', displayname: 'Alice' }, randomBytes(16));
      expect(redact({ type: 'm.room.member', state_key: '@a:b', content }, roomVersion(version).redaction).content).toEqual({ membership: 'join' });
    }
  });

  it('replaces an older one, and goes where it is told', () => {
    const twice = saltContent(saltContent(secret, randomBytes(16)), Uint8Array.from({ length: 16 }, (_, index) => index));
    expect(twice[SALT_KEY]).toBe('AAECAwQFBgcICQoLDA0ODw');
    expect(Object.keys(saltContent({}, randomBytes(16), { key: 'org.example.salt' }))).toEqual(['org.example.salt']);
    expect(isSalted({ [SALT_KEY]: 'short' })).toBe(false);
    expect(isSalted(secret)).toBe(false);
  });

  it.each([new Uint8Array(0), randomBytes(15), new Uint8Array(16), new Uint8Array(32).fill(7)])('cannot be weak', (bytes) => {
    expect(() => saltContent(secret, bytes)).toThrow(WeakSaltError);
  });

  it('is measured: the same number of guesses finds all unsalted events and no salted one', () => {
    const secrets = dictionary.filter((_, index) => index % 97 === 0);
    const found = (events: readonly Pdu[]): number => events.filter((event) => dictionary.some((guess) => confirmGuess(event, guess) === 'confirmed')).length;
    expect(found(secrets.map((content) => erased(content)))).toBe(secrets.length);
    expect(found(secrets.slice(0, 4).map((content) => erased(saltContent(content, randomBytes(16)))))).toBe(0);
  });
});
