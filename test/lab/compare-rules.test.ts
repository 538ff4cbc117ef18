import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventId } from '../../src/crypto/event-hashes.ts';
import { redact } from '../../src/event/redact.ts';
import { asJson, type Pdu } from '../../src/event/pdu.ts';
import { encodeHistoricalJson } from '../../src/json/canonical-json.ts';
import { compareRules, type RuleDifference } from '../../src/lab/compare-rules.ts';
import { defineRoomVersion, roomVersion, roomVersionIds, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import type { RoomVersionRules } from '../../src/rules/types.ts';
import { arbitraryPdu } from '../../src/testing.ts';

const difference = (event: Pdu, first: string, second: string): RuleDifference | undefined => compareRules(event, roomVersion(first), roomVersion(second));
const form = (event: Pdu, rules: RoomVersionRules): string => encodeHistoricalJson(asJson(redact(event, rules.redaction)));

/** A table of one's own, made to differ from its base in a few keys. */
const odd = defineRoomVersion('org.example.odd', roomVersion('11'), {
  redaction: { ...roomVersion('11').redaction, content: { ...roomVersion('11').redaction.content, 'm.room.topic': { topic: true }, 'm.room.member': {}, 'm.room.message': { 'm.relates_to': { key: { deep: true } } } } },
});
const tables = [...roomVersionIds.map((id) => roomVersion(id)), odd];
const table = fc.constantFrom(...tables);
/** Tables with hashes for IDs. */
const hashed = fc.constantFrom(...tables.filter(({ format }) => format.eventId !== 'opaque'));

describe('whatever the event', () => {
  test('nothing is kept by one table only when the redacted forms are equal, and something when they are not', () => {
    const anyEvent = fc.oneof(arbitraryPdu({ rules: roomVersion('1') }), arbitraryPdu({ rules: roomVersion('12') }), arbitraryPdu({ rules: odd }));
    fc.assert(fc.property(anyEvent, table, table, (event, first, second) => {
      const { onlyFirst = [], onlySecond = [] } = compareIfHashable(event, first, second) ?? {};
      expect(onlyFirst.length + onlySecond.length === 0).toBe(form(event, first) === form(event, second));
    }), { numRuns: 1500 });
  });

  test('the ID changes where the ID is another', () => {
    const strict = arbitraryPdu({ rules: roomVersion('12') });
    fc.assert(fc.property(strict, hashed, hashed, (event, first, second) => {
      expect(compareRules(event, first, second)?.idChanges ?? false).toBe(eventId(event, first) !== eventId(event, second));
    }), { numRuns: 1500 });
  });

  test('the other way round the sides are exchanged, and a table agrees with itself', () => {
    fc.assert(fc.property(arbitraryPdu({ rules: roomVersion('12') }), table, table, (event, first, second) => {
      const [one, other] = [compareRules(event, first, second), compareRules(event, second, first)];
      expect(other).toEqual(one && { ...one, onlyFirst: one.onlySecond, onlySecond: one.onlyFirst });
      expect(compareRules(event, first, first)).toBeUndefined();
    }));
  });
});

/** Numbers of versions 1 to 5 have no hash in later ones; what is kept can be compared all the same. */
function compareIfHashable(event: Pdu, first: RoomVersionRules, second: RoomVersionRules): RuleDifference | undefined {
  const lenient = (rules: RoomVersionRules): RoomVersionRules => ({ ...rules, format: { ...rules.format, strictCanonicalJson: false } });
  return compareRules(event, lenient(first), lenient(second));
}

describe('what a version changed', () => {
  test.each<readonly [first: string, second: string, event: Pdu, kept: readonly [onlyFirst: readonly string[], onlySecond: readonly string[]]]>([
    ['5', '6', { type: 'm.room.aliases', content: { aliases: [] } }, [['content.aliases'], []]],
    ['7', '8', { type: 'm.room.join_rules', content: { join_rule: 'restricted', allow: [] } }, [[], ['content.allow']]],
    ['10', '11', { type: 'm.room.create', content: { creator: '@a:b', room_version: '10', 'a.b': 1 } }, [[], ['content.room_version', 'content.a\\.b']]],
    ['10', '11', { type: 'm.room.redaction', content: { redacts: '$a' }, redacts: '$a', origin: 'b' }, [['origin'], ['content.redacts']]],
    ['10', '11', { type: 'm.room.power_levels', content: { invite: 0, ban: 50 } }, [[], ['content.invite']]],
    ['10', '11', { type: 'm.room.member', content: { membership: 'invite', third_party_invite: { display_name: 'A', signed: { token: 't' } } } }, [[], ['content.third_party_invite.signed']]],
    ['10', '11', { type: 'm.room.member', content: { membership: 'invite', third_party_invite: { display_name: 'A' } } }, [[], ['content.third_party_invite']]],
    ['10', '11', { type: 'm.room.member', content: { membership: 'invite', third_party_invite: {} } }, [[], ['content.third_party_invite']]],
  ])('%s and %s: %j', (first, second, event, [onlyFirst, onlySecond]) => {
    expect(difference(event, first, second)).toEqual({ onlyFirst, onlySecond, hashChanges: true, idChanges: true });
  });

  test('nothing in a message', () => {
    const event: Pdu = { type: 'm.room.message', content: { body: 'x', redacts: '$a' }, room_id: '!r:s' };
    expect(stableRoomVersionIds.filter((id) => difference(event, '11', id)?.hashChanges ?? false)).toEqual([]);
  });

  test('how IDs are made, and written', () => {
    const event: Pdu = { type: 'm.room.message', content: { body: 'x' }, room_id: '!r:s', depth: 3 };
    expect(eventId(event, roomVersion('3'))).toMatch(/[+/]/);
    const another = { onlyFirst: [], onlySecond: [], hashChanges: false, idChanges: true };
    expect([['1', '2'], ['2', '3'], ['3', '4'], ['4', '5']].map(([first = '', second = '']) => difference(event, first, second))).toEqual([undefined, another, another, undefined]);
  });

  test('not the ID that a server chose', () => {
    const more = defineRoomVersion('org.example.more', roomVersion('1'), { redaction: { ...roomVersion('1').redaction, content: { 'm.room.topic': { topic: true } } } });
    expect(compareRules({ type: 'm.room.topic', content: { topic: 'x' } }, roomVersion('1'), more)).toEqual({ onlyFirst: [], onlySecond: ['content.topic'], hashChanges: true, idChanges: false });
  });

  test('an event that is none', () => {
    expect(() => difference({ type: 'm.room.message', content: null } as unknown as Pdu, '10', '11')).toThrow(expect.objectContaining({ name: 'UnredactableEventError' }));
    expect(() => difference({ type: 'm.room.create', content: { creator: 1.5 } }, '5', '6')).toThrow(expect.objectContaining({ name: 'CanonicalJsonError' }));
  });
});
