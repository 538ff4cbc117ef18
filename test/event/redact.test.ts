import { describe, expect, test } from 'vitest';
import { compareCodePoints } from '../../src/json/compare.ts';
import { eventId } from '../../src/crypto/event-hashes.ts';
import type { JsonObject } from '../../src/json/value.ts';
import type { Pdu } from '../../src/event/pdu.ts';
import { isRedacted, redact, redactContent, UnredactableEventError } from '../../src/event/redact.ts';
import { defineRoomVersion, roomVersion, roomVersionIds } from '../../src/rules/room-versions.ts';
import { arbitraryPdu } from '../../src/testing.ts';
import { assertNoObjection } from '../../src/testing/law.ts';

/** Parsed, as events are: an own `__proto__` cannot be written as a literal. */
const parsed = (text: string): JsonObject => JSON.parse(text) as JsonObject;
const event = (type: string, content: string): Pdu => ({ type, content: parsed(content) });

describe('keys that a prototype has', () => {
  test.each(roomVersionIds)('stay content in %s: nothing of them survives', (version) => {
    const { redaction } = roomVersion(version);
    const content = '{"toString":"SECRET","constructor":"SECRET","hasOwnProperty":"SECRET","__proto__":{"membership":"SECRET"},"valueOf":1,"toJSON":"SECRET"}';
    for (const type of ['m.room.message', 'm.room.member', 'm.room.power_levels', 'org.example.custom']) {
      const { content: kept } = redact(event(type, content), redaction);
      expect(Object.keys(kept)).toEqual([]);
      expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
    }
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'isPrototypeOf'])('an event of type %j keeps nothing', (type) => {
    const content = '{"name":"SECRET","length":1,"prototype":"SECRET","call":"SECRET","apply":"SECRET","__proto__":{"name":"SECRET"}}';
    for (const version of roomVersionIds) expect(redact(event(type, content), roomVersion(version).redaction)).toEqual({ type, content: {} });
  });

  test('an own __proto__ is kept where all of the content is', () => {
    const kept = redact(event('m.room.create', '{"__proto__":{"a":1},"room_version":"11"}'), roomVersion('11').redaction);
    expect(JSON.stringify(kept.content)).toBe('{"__proto__":{"a":1},"room_version":"11"}');
    const signed = '{"third_party_invite":{"signed":{"__proto__":1},"__proto__":{"signed":2}},"membership":"invite"}';
    expect(JSON.stringify(redact(event('m.room.member', signed), roomVersion('12').redaction).content))
      .toBe('{"membership":"invite","third_party_invite":{"signed":{"__proto__":1}}}');
  });

  test('what an event inherits is not read', () => {
    const inheriting = (key: string, value: unknown): Pdu => Object.assign(Object.create({ [key]: value }), { type: 'm.room.member', content: {} });
    expect(redact(inheriting('sender', '@a:b'), roomVersion('11').redaction)).toEqual({ type: 'm.room.member', content: {} });
    const content: JsonObject = Object.create({ membership: 'join' });
    expect(redact({ type: 'm.room.member', content }, roomVersion('11').redaction).content).toEqual({});
    expect(() => redact(Object.create({ type: 'x', content: {} }), roomVersion('11').redaction)).toThrow(UnredactableEventError);
  });

  test('a content that calls itself hasOwnProperty is redacted as any other', () => {
    expect(redactContent(event('m.room.member', '{"hasOwnProperty":1,"membership":"join"}'), roomVersion('1').redaction)).toEqual({ membership: 'join' });
  });
});

describe('keys that differ only in case', () => {
  test.each(roomVersionIds)('are unknown keys in %s', (version) => {
    const rules = roomVersion(version);
    const real = { type: 'm.room.message', event_id: '$a:b', sender: '@a:b', origin_server_ts: 1, content: { Membership: 'join', membership: 'join' } };
    const spoofed = { ...real, Type: 'm.room.create', Sender: '@evil:b', CONTENT: { body: 'x' }, Origin: 'b', 'sender ': 'x', Event_ID: '$b:b' };
    expect(redact(spoofed, rules.redaction)).toEqual({ ...real, content: {} });
    expect(eventId(spoofed, rules)).toBe(eventId(real, rules));
  });
});

describe('redact', () => {
  test.each(roomVersionIds)('writes keys in the order of Canonical JSON in %s', (version) => {
    const rules = roomVersion(version);
    const isSorted = (object: object): boolean => Object.keys(object).every((key, index, keys) => index === 0 || compareCodePoints(keys[index - 1] ?? '', key) < 0);
    assertNoObjection(arbitraryPdu({ rules }), (input) => (isSorted(redact(input, rules.redaction)) ? undefined : 'out of order'));
  });

  test('shares what survives with the event', () => {
    const users = { '@a:b': 100 };
    const power: Pdu = { type: 'm.room.power_levels', content: { users } };
    expect(redact(power, roomVersion('11').redaction).content['users']).toBe(users);
    const create: Pdu = { type: 'm.room.create', content: { creator: '@a:b' } };
    expect(redact(create, roomVersion('11').redaction).content).toBe(create.content);
  });

  test('takes its rules from the table alone', () => {
    const base = roomVersion('12');
    const rules = defineRoomVersion('org.example.names', base, {
      redaction: { ...base.redaction, content: { ...base.redaction.content, 'm.room.name': { name: true } } },
    });
    const name: Pdu = { type: 'm.room.name', content: { name: 'x', other: 1 } };
    expect(redact(name, rules.redaction).content).toEqual({ name: 'x' });
    expect(redact(name, base.redaction).content).toEqual({});
  });

  test.each([
    ['type', '{"content":{}}'], ['type', '{"type":null,"content":{}}'], ['type', '{"type":5,"content":{}}'], ['type', '{"type":["m.room.create"],"content":{}}'],
    ['content', '{"type":"m.room.create"}'], ['content', '{"type":"a","content":null}'], ['content', '{"type":"a","content":[]}'],
    ['content', '{"type":"a","content":"SECRET"}'], ['content', '{"type":"m.room.create","content":5}'], ['type', '{}'],
  ])('refuses an event without a right %s: %s', (field, text) => {
    for (const version of roomVersionIds) {
      const call = (): Pdu => redact(parsed(text) as Pdu, roomVersion(version).redaction);
      expect(call).toThrow(expect.objectContaining({ name: 'UnredactableEventError', field }));
      expect(call).toThrow(/^cannot redact an event whose "(?:type|content)" is not an? (?:string|object): ((?!SECRET).)*$/);
    }
  });
});

describe('isRedacted', () => {
  const { redaction } = roomVersion('11');

  test.each<readonly [boolean, Pdu]>([
    [true, { type: 'm.room.message', content: {}, sender: '@a:b' }],
    [true, { type: 'm.room.message', content: {}, unsigned: { redacted_because: {} } }],
    [true, { type: 'm.room.member', content: { membership: 'join', third_party_invite: { signed: {} } } }],
    [true, { type: 'm.room.member', content: { third_party_invite: {} } }],
    [true, { type: 'm.room.create', content: { anything: 1 } }],
    [false, { type: 'm.room.message', content: { body: 'x' } }],
    [false, { type: 'm.room.message', content: {}, redacts: '$a' }],
    [false, { type: 'm.room.member', content: { membership: 'join', third_party_invite: { signed: {}, display_name: 'A' } } }],
    [false, { type: 'm.room.member', content: { third_party_invite: 'A' } }],
    [false, { type: 'constructor', content: { name: 'x' } }],
  ])('%j: %j', (expected, given) => {
    expect(isRedacted(given, redaction)).toBe(expected);
  });

  test.each(roomVersionIds)('says so of every redacted event in %s, and of no other', (version) => {
    const rules = roomVersion(version);
    assertNoObjection(arbitraryPdu({ rules }), (input) => {
      const redacted = redact(input, rules.redaction);
      const { unsigned: _unsigned, ...rest } = input;
      const same = JSON.stringify(sorted(rest)) === JSON.stringify(sorted(redacted));
      if (!isRedacted(redacted, rules.redaction)) return 'a redacted event is not known as one';
      return isRedacted(input, rules.redaction) === same ? undefined : 'an event is taken for a redacted one, or the other way round';
    });
  });
});

/** With sorted keys, and numbers that JSON does not have as text. */
function sorted(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, sorted(part)]);
}
