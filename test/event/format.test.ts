import { describe, expect, test } from 'vitest';
import { encodeCanonicalJson } from '../../src/json/canonical-json.ts';
import { jsonFloat, type JsonValue } from '../../src/json/value.ts';
import {
  assertFormat, assertSize, checkFormat, EventFormatError, EventTooLargeError, MAX_EVENT_BYTES, type FormatProblemKind,
} from '../../src/event/format.ts';
import type { Pdu } from '../../src/event/pdu.ts';
import { roomVersion, roomVersionIds } from '../../src/rules/room-versions.ts';
import { arbitraryWellFormedPdu } from '../../src/testing.ts';
import { assertNoObjection } from '../../src/testing/law.ts';

const hash = 'A'.repeat(43);
const named = (version: string): boolean => version === '1' || version === '2';
/** Versions with the room ID of version 12, and versions that count bytes. */
const roomIsCreate = (version: string): boolean => ['12', 'org.matrix.hydra.11', 'org.matrix.msc4242.12'].includes(version);
const countsBytes = (version: string): boolean =>
  roomIsCreate(version) || ['11', 'org.matrix.msc2870', 'org.matrix.msc3757.11', 'org.matrix.msc4298.v1', 'org.matrix.msc2244', 'org.matrix.msc3389.10'].includes(version);
const largestDepth = (version: string): number | bigint => (['1', '2', '3', '4', '5'].includes(version) ? 2n ** 63n - 1n : 2 ** 53 - 1);
const reference = (version: string): JsonValue => (named(version) ? ['$a:b', { sha256: 'x' }] : `$${hash}`);

const valid = (version: string): Pdu => ({
  type: 'm.room.message', content: {}, sender: '@a:b', room_id: roomIsCreate(version) ? `!${hash}` : '!r:b', origin_server_ts: 1, depth: 1,
  auth_events: [reference(version)], prev_events: [], hashes: { sha256: 'x' }, signatures: {}, ...(named(version) ? { event_id: '$a:b' } : {}),
} as Pdu);

const wide = `@${'é'.repeat(126)}:b`;
const long = (sigil: string): string => `${sigil}${'a'.repeat(253)}:b`;

type Fault = readonly [field: string, value: JsonValue | undefined, kind: FormatProblemKind];

const notStrings: readonly JsonValue[] = [null, 5, true, {}, ['m']];
const notObjects: readonly JsonValue[] = [null, 5, 'x', [], jsonFloat(1)];
const each = (field: string, values: readonly JsonValue[], kind: FormatProblemKind): readonly Fault[] => values.map((value) => [field, value, kind]);

/** What is wrong in every version. */
const faults: readonly Fault[] = [
  ...['auth_events', 'content', 'depth', 'hashes', 'origin_server_ts', 'prev_events', 'room_id', 'sender', 'signatures', 'type'].map((field) => [field, undefined, 'missing'] as const),
  ...['type', 'sender', 'room_id', 'state_key'].flatMap((field) => each(field, notStrings, 'wrong-type')),
  ...['content', 'hashes', 'signatures', 'unsigned'].flatMap((field) => each(field, notObjects, 'wrong-type')),
  ...each('origin_server_ts', [null, '1', 1.5, 2 ** 53, jsonFloat(1), 2n ** 60n, {}], 'wrong-type'),
  ...each('depth', [null, '1', 1.5, jsonFloat(1), {}, Infinity], 'wrong-type'),
  ...each('depth', [-1, -1n, 2n ** 63n, 1e19, 2n ** 80n], 'out-of-range'),
  ...['auth_events', 'prev_events'].flatMap((field) => each(field, [null, 'x', {}, 5], 'wrong-type')),
  ...['auth_events', 'prev_events'].flatMap((field) => each(field, [[null], [5], ['a'], ['@a:b'], [['$a:b']], [['$a:b', {}, {}]], [['$a:b', 'x']], [[{}, {}]], [{}], ['$']], 'malformed')),
  ...each('sender', ['a', '@a', '!a:b', '@a:', '@a:b c', ''], 'malformed'),
  ...each('room_id', ['r', '!', '@a:b', '', '$r:b'], 'malformed'),
  ...['type', 'state_key'].map((field) => [field, 'a'.repeat(256), 'too-long'] as const),
  ['sender', long('@'), 'too-long'],
  ['room_id', long('!'), 'too-long'],
];

describe.each(roomVersionIds)('checkFormat in %s', (version) => {
  const { format } = roomVersion(version);
  const problems = (event: Pdu): readonly (readonly [string, FormatProblemKind])[] => checkFormat(event, format).map(({ field, kind }) => [field, kind]);
  const changed = (field: string, value: JsonValue | undefined): Pdu =>
    Object.fromEntries([...Object.entries(valid(version)).filter(([key]) => key !== field), ...(value === undefined ? [] : [[field, value]])]) as Pdu;

  test('finds nothing in an event that is right', () => {
    expect(problems(valid(version))).toEqual([]);
    expect(() => assertFormat(valid(version), format)).not.toThrow();
    assertNoObjection(arbitraryWellFormedPdu({ rules: roomVersion(version) }), (event) => (checkFormat(event, format).length === 0 ? undefined : 'a problem'));
  });

  test('finds one fault for each that there is', () => {
    const wrong = faults.filter(([field, value, kind]) => JSON.stringify(problems(changed(field, value))) !== JSON.stringify([[field, kind]]));
    expect(wrong.map(([field, value]) => [field, typeof value === 'bigint' ? `${value}n` : value, problems(changed(field, value))])).toEqual([]);
  });

  test('takes references in the form of the version only', () => {
    const other = named(version) ? `$${hash}` : ['$a:b', { sha256: 'x' }];
    for (const field of ['auth_events', 'prev_events']) expect(problems(changed(field, [other]))).toEqual([[field, 'malformed']]);
  });

  test('counts references', () => {
    const many = (count: number): JsonValue => Array.from({ length: count }, () => reference(version));
    expect([problems(changed('auth_events', many(10))), problems(changed('auth_events', many(11)))]).toEqual([[], [['auth_events', 'too-many']]]);
    expect([problems(changed('prev_events', many(20))), problems(changed('prev_events', many(21)))]).toEqual([[], [['prev_events', 'too-many']]]);
  });

  test('limits the depth', () => {
    const largest = largestDepth(version);
    expect(problems(changed('depth', largest))).toEqual([]);
    expect(problems(changed('depth', 0))).toEqual([]);
    expect(problems(changed('depth', BigInt(largest) + 1n))).toEqual([['depth', 'out-of-range']]);
  });

  test('wants an event ID, or none', () => {
    const given: readonly (readonly [JsonValue | undefined, FormatProblemKind | undefined])[] = [
      [undefined, 'missing'], [5, 'wrong-type'], [null, 'wrong-type'], ['a:b', 'malformed'], [long('$'), 'too-long'], ['$a:b', undefined],
    ];
    const notAllowed = (id: JsonValue | undefined): FormatProblemKind | undefined => (id === undefined ? undefined : 'not-allowed');
    for (const [id, kind] of given) {
      const expected = named(version) ? kind : notAllowed(id);
      expect(problems(changed('event_id', id))).toEqual(expected === undefined ? [] : [['event_id', expected]]);
    }
  });

  test('wants the room of a create event, or forbids it', () => {
    const create = { ...valid(version), type: 'm.room.create', state_key: '' };
    const { room_id: _room, ...without } = create;
    expect(problems(create)).toEqual(roomIsCreate(version) ? [['room_id', 'not-allowed']] : []);
    expect(problems(without)).toEqual(roomIsCreate(version) ? [] : [['room_id', 'missing']]);
  });

  test('counts bytes or code points', () => {
    const expected = (field: string, kind: FormatProblemKind): unknown => (countsBytes(version) ? [[field, kind]] : []);
    for (const field of ['type', 'state_key']) {
      expect(problems(changed(field, 'é'.repeat(128)))).toEqual(expected(field, 'too-long'));
      expect(problems(changed(field, `${'é'.repeat(127)}a`))).toEqual([]);
      expect(problems(changed(field, '💥'.repeat(255)))).toEqual(expected(field, 'too-long'));
      expect(problems(changed(field, '💥'.repeat(256)))).toEqual([[field, 'too-long']]);
    }
    expect(problems(changed('sender', wide))).toEqual([]);
  });

  test('reads own keys only', () => {
    const { type, content, ...rest } = valid(version);
    expect(problems(Object.assign(Object.create({ type, content }), rest))).toEqual([['content', 'missing'], ['type', 'missing']]);
  });
});

describe('assertFormat', () => {
  test('names the fields and not their values', () => {
    const call = (): void => assertFormat({ ...valid('11'), sender: 'SECRET', depth: -1 }, roomVersion('11').format);
    expect(call).toThrow(EventFormatError);
    expect(call).toThrow('not an event of this room version: "depth" is out-of-range, expected an integer from 0 to the largest depth of the room version; "sender" is malformed, expected a user ID');
    expect(call).toThrow(expect.objectContaining({ problems: [expect.objectContaining({ field: 'depth' }), expect.objectContaining({ field: 'sender' })] }));
  });
});

describe('the size limit', () => {
  const eventOf = (bytes: number, filler = 'a'): string => {
    const empty = encodeCanonicalJson({ content: { body: '' }, type: 'm.room.message' });
    const width = Buffer.byteLength(filler);
    const left = bytes - empty.length;
    return encodeCanonicalJson({ content: { body: filler.repeat(Math.floor(left / width)) + 'a'.repeat(left % width) }, type: 'm.room.message' });
  };

  test.each(['a', 'é', '\u{ffff}', '💥'])('is 65,536 bytes exactly, of characters such as %j', (filler) => {
    expect(Buffer.byteLength(eventOf(MAX_EVENT_BYTES, filler))).toBe(65_536);
    expect(() => assertSize(eventOf(65_536, filler))).not.toThrow();
    expect(() => assertSize(eventOf(65_537, filler))).toThrow(EventTooLargeError);
    expect(() => assertSize(eventOf(65_537, filler))).toThrow('the event has 65537 bytes as Canonical JSON; the limit is 65536');
  });
});
