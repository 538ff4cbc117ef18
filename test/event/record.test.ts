import { describe, expect, test } from 'vitest';
import { jsonFloat, type JsonObject, type JsonValue } from '../../src/json/value.ts';
import { readRecord, redactionsOf, UnreadableRecordError, type EventRecord } from '../../src/event/record.ts';

const pdu = { type: 'm.room.message', content: { body: 'SECRET' }, sender: '@a:b' };
const full = {
  room_id: '!r:b', room_version: '10', event_id: '$a', pdu, stream_ordering: 12, received_ts: 1_795_464_429_461,
  rejected: null, soft_failed: false, outlier: false, redacted_by: null, another: { key: 1 },
};

describe('readRecord', () => {
  test('reads a bare event', () => {
    expect(readRecord(pdu)).toEqual({ record: { pdu }, bare: true });
  });

  test('reads a record and keeps the keys that it does not know', () => {
    expect(readRecord(full)).toEqual({ record: full, bare: false });
    expect(readRecord({ pdu })).toEqual({ record: { pdu }, bare: false });
  });

  test('takes an event that has a key "pdu" for the event that it is', () => {
    for (const inner of ['x', {}, { type: 'm.room.message' }, { content: {}, sender: '@somebody:else' }]) {
      const event = { ...pdu, pdu: inner };
      expect(readRecord(event)).toEqual({ record: { pdu: event }, bare: true });
    }
  });

  test('takes a record that repeats what its event says, as a database join does, for a record', () => {
    const joined = { ...full, type: pdu.type, sender: pdu.sender, content: pdu.content };
    expect(readRecord(joined)).toEqual({ record: joined, bare: false });
  });

  test('refuses what could be both, and a record that contradicts its event', () => {
    const inner = { type: 'm.room.message', content: {}, sender: '@somebody:else' };
    for (const line of [{ ...pdu, prev_events: [], pdu: inner }, { ...pdu, hashes: {}, pdu: inner }, { ...pdu, pdu: inner }]) {
      expect(() => readRecord(line)).toThrow(UnreadableRecordError);
    }
    const { sender: _, ...anonymous } = pdu;
    for (const line of [{ sender: '@somebody:else', pdu }, { type: 'x', pdu }, { state_key: '', pdu }, { sender: pdu.sender, pdu: anonymous }]) {
      expect(() => readRecord(line)).toThrow(/the same in the record and in its event/);
    }
  });

  test.each(['room_id', 'room_version', 'event_id', 'stream_ordering', 'received_ts', 'rejected', 'soft_failed', 'outlier'])('%s may be missing or null', (field) => {
    expect(readRecord({ ...full, [field]: null }).bare).toBe(false);
    expect(readRecord(Object.fromEntries(Object.entries(full).filter(([key]) => key !== field))).bare).toBe(false);
  });

  const wrong: readonly (readonly [field: string, line: JsonValue])[] = [
    ['the line', null], ['the line', []], ['the line', 'x'], ['the line', 5], ['the line', jsonFloat(1)],
    ['type', {}], ['type', { content: {} }], ['type', { type: 5, content: {} }], ['type', { type: null, content: {} }],
    ['content', { type: 'x' }], ['content', { type: 'x', content: null }], ['content', { type: 'x', content: [] }], ['content', { type: 'x', content: jsonFloat(1) }],
    ['pdu', { pdu: null }], ['pdu', { pdu: 'x' }], ['pdu', { pdu: [pdu] }],
    ['type', { pdu: {} }], ['content', { pdu: { type: 'x' } }],
    ...['sender', 'room_id', 'event_id', 'state_key'].flatMap((field) => [5, {}, ['x'], true].map((value) => [field, { ...pdu, [field]: value }] as const)),
    ['unsigned', { ...pdu, unsigned: 5 }], ['unsigned', { ...pdu, unsigned: [] }], ['sender', { ...full, pdu: { ...pdu, sender: 5 } }],
    ...['room_id', 'room_version', 'event_id', 'rejected'].flatMap((field) => [5, {}, true].map((value) => [field, { ...full, [field]: value }] as const)),
    ...['stream_ordering', 'received_ts'].flatMap((field) => ['1', 1.5, 2 ** 53, jsonFloat(1), 2n ** 60n].map((value) => [field, { ...full, [field]: value }] as const)),
    ...['soft_failed', 'outlier'].flatMap((field) => ['false', 0, 1].map((value) => [field, { ...full, [field]: value }] as const)),
  ];

  test.each(wrong)('%s is wrong', (field, line) => {
    const call = (): unknown => readRecord(line);
    expect(call).toThrow(UnreadableRecordError);
    expect(call).toThrow(expect.objectContaining({ name: 'UnreadableRecordError', field }));
    expect(call).toThrow(/^not an event: (?:expected one JSON object|"[a-z_]+" is not (?:a|an|true) [a-z() ]+)$/);
  });

  test('does not read inherited keys', () => {
    expect(() => readRecord(Object.create(pdu) as JsonObject)).toThrow(UnreadableRecordError);
    expect(() => readRecord(JSON.parse('{"__proto__":{"type":"x","content":{}}}') as JsonObject)).toThrow(UnreadableRecordError);
  });
});

describe('redactionsOf', () => {
  test.each<readonly [JsonValue | undefined, readonly string[]]>([
    [undefined, []], [null, []], ['$a', ['$a']], [['$a', '$b'], ['$a', '$b']], [['$a', 5, null], ['$a']], [5, []], [{}, []],
  ])('%j: %j', (redacted_by, ids) => {
    expect(redactionsOf((redacted_by === undefined ? { pdu } : { pdu, redacted_by }) as EventRecord)).toEqual(ids);
  });
});
