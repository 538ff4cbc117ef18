import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCanonicalJson, encodeHistoricalJson } from '../../src/json/canonical-json.ts';
import { isJsonFloat, isJsonObject, type JsonValue } from '../../src/json/value.ts';
import type { Pdu } from '../../src/event/pdu.ts';
import { roomVersion, roomVersionIds, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import { arbitraryJsonObject, arbitraryJsonValue, arbitraryPdu, arbitraryRoomVersion, arbitrarySigningSeed } from '../../src/testing.ts';
import { arbitraryWellFormedPdu } from '../../src/testing/pdu-arbitraries.ts';
import { outcome } from '../../src/testing/law.ts';

const sample = <T>(arbitrary: Arbitrary<T>, numRuns = 2_000): readonly T[] => fc.sample(arbitrary, { numRuns, seed: 11 });

/** How many of the values something is true of, in percent. A generator that misses what it is there for proves nothing. */
function share<T>(values: readonly T[], is: (value: T) => boolean): number {
  return (100 * values.filter(is).length) / values.length;
}

const parts = (value: JsonValue): readonly JsonValue[] => {
  if (Array.isArray(value)) return [value, ...value.flatMap(parts)];
  return isJsonObject(value) ? [value, ...Object.values(value).flatMap(parts)] : [value];
};
const keys = (value: JsonValue): readonly string[] => parts(value).flatMap((part) => (isJsonObject(part) ? Object.keys(part) : []));

describe('JSON', () => {
  const objects = sample(arbitraryJsonObject());

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'toJSON', '10', '9', '\u{10000}', '\u{ffff}', '\u{ff61}', ''])('has objects that own the key %j', (key) => {
    expect(share(objects, (object) => keys(object).includes(key))).toBeGreaterThan(1);
  });

  test('owns __proto__, and inherits nothing by it', () => {
    const own = objects.filter((object) => Object.hasOwn(object, '__proto__'));
    expect(share(objects, (object) => Object.hasOwn(object, '__proto__'))).toBeGreaterThan(10);
    expect(own.filter((object) => Object.getPrototypeOf(object) !== Object.prototype)).toEqual([]);
    expect(own.filter((object) => !encodeCanonicalJson(object).includes('"__proto__":'))).toEqual([]);
  });

  test('has the ends of the integers, and no number that has no canonical form', () => {
    const values = sample(arbitraryJsonValue()).flatMap(parts);
    for (const end of [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0]) expect(values.includes(end)).toBe(true);
    expect(values.some((value) => typeof value === 'bigint' || isJsonFloat(value) || Object.is(value, -0))).toBe(false);
    for (const value of sample(arbitraryJsonValue())) expect(() => encodeCanonicalJson(value)).not.toThrow();
  });

  test('has floats and large integers where they are allowed', () => {
    const values = sample(arbitraryJsonValue({ strictCanonicalJson: false }));
    const all = values.flatMap(parts);
    expect(all.some((value) => typeof value === 'bigint' && value > 2n ** 63n)).toBe(true);
    expect(all.some((value) => typeof value === 'bigint' && value < -(2n ** 53n))).toBe(true);
    expect(all.some((value) => isJsonFloat(value) && Object.values(Object.getOwnPropertySymbols(value)).length === 1)).toBe(true);
    for (const value of values) expect(() => encodeHistoricalJson(value)).not.toThrow();
  });

  test('shrinks to the smallest object with the key that matters', () => {
    const { counterexample } = fc.check(fc.property(arbitraryJsonObject(), (object) => !Object.hasOwn(object, '__proto__')), { seed: 3, numRuns: 1_000 });
    expect(fc.stringify(counterexample)).toBe('[{["__proto__"]:null}]');
  });
});

describe('events', () => {
  const events = sample(arbitraryPdu({ rules: roomVersion('11') }));
  const has = (is: (event: Pdu) => boolean): number => share(events, is);

  test.each([
    'm.room.member', 'm.room.create', 'm.room.join_rules', 'm.room.power_levels', 'm.room.aliases', 'm.room.history_visibility', 'm.room.redaction',
    'm.room.server_acl', 'm.room.message', '__proto__', 'constructor', 'toString', 'hasOwnProperty',
  ])('are of type %s', (type) => {
    expect(has((event) => event.type === type)).toBeGreaterThan(1);
  });

  test.each([
    'event_id', 'room_id', 'sender', 'state_key', 'hashes', 'signatures', 'depth', 'prev_events', 'prev_state', 'auth_events', 'origin', 'origin_server_ts',
    'membership', 'prev_state_events', 'unsigned', 'redacts', '__proto__', 'hasOwnProperty', 'Sender', 'Type', '10', '\u{10000}',
  ])('have the key %j, and have it not', (key) => {
    expect(has((event) => Object.hasOwn(event, key))).toBeGreaterThan(0.4);
    expect(has((event) => Object.hasOwn(event, key))).toBeLessThan(95);
  });

  test.each([
    ['m.room.member', 'membership'], ['m.room.member', 'join_authorised_via_users_server'], ['m.room.create', 'creator'], ['m.room.join_rules', 'join_rule'],
    ['m.room.join_rules', 'allow'], ['m.room.power_levels', 'invite'], ['m.room.power_levels', 'users'], ['m.room.aliases', 'aliases'],
    ['m.room.history_visibility', 'history_visibility'], ['m.room.redaction', 'redacts'], ['m.room.server_acl', 'allow_ip_literals'],
  ])('%s has %s in one of ten or more', (type, key) => {
    expect(share(events.filter((event) => event.type === type), (event) => Object.hasOwn(event.content, key))).toBeGreaterThan(10);
  });

  test('invites are objects, with and without what is signed, and others', () => {
    const invites = events.filter((event) => event.type === 'm.room.member' && Object.hasOwn(event.content, 'third_party_invite')).map((event) => event.content['third_party_invite']);
    expect(share(invites, (invite) => isJsonObject(invite) && Object.hasOwn(invite, 'signed'))).toBeGreaterThan(10);
    expect(share(invites, (invite) => isJsonObject(invite) && !Object.hasOwn(invite, 'signed'))).toBeGreaterThan(10);
    expect(share(invites, (invite) => !isJsonObject(invite))).toBeGreaterThan(10);
  });

  test('own __proto__, in the event and in its content', () => {
    expect(has((event) => Object.hasOwn(event, '__proto__'))).toBeGreaterThan(5);
    expect(has((event) => Object.hasOwn(event.content, '__proto__'))).toBeGreaterThan(5);
    expect(has((event) => event.type === 'm.room.create' && Object.hasOwn(event.content, '__proto__'))).toBeGreaterThan(0.2);
  });

  test('have their keys in any order', () => {
    expect(has((event) => Object.keys(event).indexOf('content') < Object.keys(event).indexOf('type'))).toBeGreaterThan(20);
    expect(has((event) => Object.keys(event).indexOf('content') > Object.keys(event).indexOf('type'))).toBeGreaterThan(20);
  });

  test.each(roomVersionIds)('have a canonical form in %s', (version) => {
    const rules = roomVersion(version);
    const encode = rules.format.strictCanonicalJson ? encodeCanonicalJson : encodeHistoricalJson;
    for (const event of [...sample(arbitraryPdu({ rules }), 200), ...sample(arbitraryWellFormedPdu({ rules }), 200)]) {
      expect(outcome(() => encode(event as Record<string, JsonValue>))).toHaveProperty('value');
    }
  });

  test('have numbers beyond 2^53-1 where those are allowed', () => {
    const early = sample(arbitraryPdu({ rules: roomVersion('5') }));
    expect(share(early, (event) => parts(event.content).some((part) => typeof part === 'bigint' || isJsonFloat(part)))).toBeGreaterThan(5);
    expect(early.some((event) => event.depth === 2n ** 63n - 1n)).toBe(true);
    expect(events.some((event) => typeof event.depth === 'bigint')).toBe(false);
  });

  test('are of the server that is asked for', () => {
    const senders = sample(arbitraryWellFormedPdu({ rules: roomVersion('1'), server: 'b:1' }), 100).map(({ sender, event_id }) => [sender, event_id]);
    expect(senders.flat().filter((id) => !id?.endsWith(':b:1'))).toEqual([]);
  });

  test('shrink to nothing but the key that matters', () => {
    const smallest = (is: (event: Pdu) => boolean): string =>
      fc.stringify(fc.check(fc.property(arbitraryPdu({ rules: roomVersion('11') }), (event) => !is(event)), { seed: 5, numRuns: 5_000 }).counterexample);
    expect(smallest((event) => Object.hasOwn(event, 'prev_state'))).toMatch(/^\[\{(?:"type":"m\.room\.message"|"content":\{\}|"prev_state":(?:null|\[\]|0)|,)+\}\]$/);
    expect(smallest((event) => event.type === 'm.room.member' && Object.hasOwn(event.content, 'displayname') === false && Object.hasOwn(event.content, 'third_party_invite')).length).toBeLessThan(80);
  });
});

describe('room versions and seeds', () => {
  test('every room version comes, and only stable ones where they are asked for', () => {
    expect(new Set(sample(arbitraryRoomVersion()))).toEqual(new Set(roomVersionIds));
    expect(new Set(sample(arbitraryRoomVersion({ stableOnly: true })))).toEqual(new Set(stableRoomVersionIds));
  });

  test('seeds have 32 bytes', () => {
    const seeds = sample(arbitrarySigningSeed(), 100);
    expect(seeds.every((seed) => seed.length === 32)).toBe(true);
    expect(new Set(seeds.map(String)).size).toBeGreaterThan(50);
  });
});
