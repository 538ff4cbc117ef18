import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayBridge, tombstone, WeakTombstoneKeyError, type BridgedPlace } from '../../src/bridge.ts';

const key = Uint8Array.from({ length: 32 }, (_, index) => index);
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'a', 'b', '","', '\0', '__proto__'));
const place: fc.Arbitrary<BridgedPlace> = fc.oneof(
  fc.record({ event_id: text }), fc.record({ network: text, chat: text, remoteId: text }),
);

describe('a tombstone', () => {
  test('is the HMAC of what it stands for', () => {
    const expected = createHmac('sha256', key).update('["message","irc","#room","17"]').digest('base64url');
    expect(tombstone({ network: 'irc', chat: '#room', remoteId: '17' }, key)).toBe(expected);
    expect(tombstone({ event_id: '$a' }, key)).toBe(createHmac('sha256', key).update('["event","$a"]').digest('base64url'));
  });

  test('is the same for the same place alone, whatever the characters', () => {
    fc.assert(fc.property(place, place, (one, other) => {
      const same = JSON.stringify(Object.entries(one).toSorted()) === JSON.stringify(Object.entries(other).toSorted());
      return (tombstone(one, key) === tombstone(other, key)) === same;
    }));
  });

  test('says nothing without its key', () => {
    const other = Uint8Array.from(key, (byte) => byte ^ 1);
    fc.assert(fc.property(place, (one) => tombstone(one, key) !== tombstone(one, other)));
  });

  test('needs a key that cannot be guessed', () => {
    expect(() => tombstone({ event_id: '$a' }, key.subarray(1))).toThrow(WeakTombstoneKeyError);
    expect(() => mayBridge([{ event_id: '$a' }], { key: new Uint8Array(0), has: () => false })).toThrow(WeakTombstoneKeyError);
  });

  test('stops a message by either of its places', () => {
    const stored = new Set([tombstone({ event_id: '$a' }, key)]);
    const lookup = { key, has: (each: string) => stored.has(each) };
    const remote = { network: 'irc', chat: '#room', remoteId: '17' };
    expect(mayBridge([{ event_id: '$a' }, remote], lookup)).toBe(false);
    expect(mayBridge([remote, { event_id: '$a' }], lookup)).toBe(false);
    expect(mayBridge([{ event_id: '$b' }, remote], lookup)).toBe(true);
    expect(mayBridge([], lookup)).toBe(true);
  });
});
