import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { editedEventId, relationsOf } from '../../src/event/relations.ts';
import { isState, referencedIds, type EventReference, type Pdu } from '../../src/event/pdu.ts';

const relating = (relation: JsonValue): Pdu => ({ type: 'm.room.message', content: { 'm.relates_to': relation } });

describe('relationsOf', () => {
  test.each(['m.replace', 'm.thread', 'm.annotation', 'm.reference', 'org.example.custom', 'constructor'])('%s', (relType) => {
    expect(relationsOf(relating({ rel_type: relType, event_id: '$a', key: 'x' }))).toEqual({ relation: { relType, eventId: '$a' } });
  });

  test('a reply, alone and in a thread', () => {
    expect(relationsOf(relating({ 'm.in_reply_to': { event_id: '$b' } }))).toEqual({ inReplyTo: '$b' });
    expect(relationsOf(relating({ rel_type: 'm.thread', event_id: '$a', 'm.in_reply_to': { event_id: '$b' }, is_falling_back: true })))
      .toEqual({ relation: { relType: 'm.thread', eventId: '$a' }, inReplyTo: '$b' });
  });

  test.each<JsonValue>([
    null, 5, 'm.replace', [], ['$a'], {}, { rel_type: 'm.replace' }, { event_id: '$a' }, { rel_type: 5, event_id: '$a' }, { rel_type: 'm.replace', event_id: null },
    { 'm.in_reply_to': '$a' }, { 'm.in_reply_to': { event_id: 5 } }, { 'm.in_reply_to': [{ event_id: '$a' }] },
    JSON.parse('{"__proto__":{"rel_type":"m.replace","event_id":"$a"}}') as JsonObject,
    Object.create({ rel_type: 'm.replace', event_id: '$a' }) as JsonObject,
  ])('what is malformed is not there: %j', (relation) => {
    expect(relationsOf(relating(relation))).toEqual({});
    expect(editedEventId(relating(relation))).toBeUndefined();
  });

  test('no relation at all', () => {
    expect(relationsOf({ type: 'm.room.message', content: {} })).toEqual({});
  });
});

describe('editedEventId', () => {
  test('is of edits only', () => {
    expect(editedEventId(relating({ rel_type: 'm.replace', event_id: '$a' }))).toBe('$a');
    expect(editedEventId(relating({ rel_type: 'm.thread', event_id: '$a' }))).toBeUndefined();
    expect(editedEventId(relating({ 'm.in_reply_to': { event_id: '$a' } }))).toBeUndefined();
  });
});

describe('isState', () => {
  test.each<readonly [boolean, JsonObject]>([
    [true, { state_key: '' }], [true, { state_key: '@a:b' }], [false, {}], [false, { state_key: null }], [false, { state_key: 5 }],
  ])('%j: %j', (expected, keys) => {
    expect(isState({ type: 'x', content: {}, ...keys } as Pdu)).toBe(expected);
  });
});

describe('referencedIds', () => {
  test('reads both forms and leaves out what is neither', () => {
    const references = ['$a', ['$b', { sha256: 'x' }], 5, null, [5, {}], [], {}] as unknown as readonly EventReference[];
    expect(referencedIds(references)).toEqual(['$a', '$b']);
  });

  test.each([undefined, null, 'x', {}, 5])('nothing in %j', (references) => {
    expect(referencedIds(references as undefined)).toEqual([]);
  });
});
