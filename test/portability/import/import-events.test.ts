import { describe, expect, test } from 'vitest';
import type { EventRecord } from '../../../src/event/record.ts';
import { parseJson } from '../../../src/json/parse-json.ts';
import { copyCells, csvCells } from '../../../src/portability/import/event-json.ts';
import { detectFormat, importFormats, type ImportFormatId } from '../../../src/portability/import/formats.ts';
import { readHead } from '../../../src/portability/import/head.ts';
import { importEvents, readableFormats, UnknownFormatError } from '../../../src/portability/import/import-events.ts';
import { fixFor } from '../../../src/portability/import/wrong-files.ts';
import { createRecordResolver } from '../../../src/room/resolve-record.ts';
import * as samples from './samples.ts';
import { recorded, sample, VERSIONS, type Recorded } from './samples.ts';

type Identified = { readonly eventId: string; readonly roomId: string; readonly version: string; readonly pdu: object };

/** What the records are of, by what their create event says of the room. */
function identified(records: readonly EventRecord[]): readonly Identified[] {
  const { resolve } = createRecordResolver();
  return records.map((record) => {
    const { eventId, roomId, rules, pdu } = resolve(record);
    return { eventId, roomId, version: rules.id, pdu };
  });
}

/** The same by what the server said of each event, which the forms under test leave out. */
const stored = (records: readonly Recorded[]): readonly Identified[] =>
  records.map(({ event_id: eventId, room_id: roomId, room_version: version = '', pdu }) => ({ eventId, roomId, version, pdu: parseJson(JSON.stringify(pdu)) as object }));

const PDU_FORMS: readonly (readonly [string, ImportFormatId, (records: readonly Recorded[]) => string])[] = [
  ['an event file', 'event-file', samples.bareLines],
  ['export-data', 'objects', samples.exported],
  ['a room graph', 'room-graph', samples.tardis],
  ['an array', 'event-array', samples.array],
  ['a transaction', 'event-lists', samples.transaction],
  ['an answer of /state', 'event-lists', samples.stateAnswer],
  ['rows', 'event-json', samples.rows],
];

/** In versions 1 and 2 an ID is part of its event, and such a line is one of an event file. */
const formatFor = (version: string, id: ImportFormatId): ImportFormatId => (id === 'room-graph' && Number(version) < 3 ? 'event-file' : id);

describe.each(VERSIONS)('events of room version %s', (version) => {
  const records = recorded(version);

  test.each(PDU_FORMS)('are the same in %s', (_, id, write) => {
    const [roomId] = records.map((record) => record.room_id);
    const { format, records: found, faults } = importEvents(write(records), roomId === undefined ? {} : { roomId });
    expect([format, faults]).toEqual([formatFor(version, id), []]);
    expect(found.every(({ client }) => !client)).toBe(true);
    expect(identified(found.map(({ record }) => record))).toEqual(stored(records));
  });

  test('are known by their IDs where clients are served them', () => {
    for (const write of [samples.messages, samples.context, samples.sync]) {
      const { records: found, faults } = importEvents(write(records));
      expect(faults).toEqual([]);
      expect(new Set(found.map(({ record }) => record.event_id))).toEqual(new Set(records.map((record) => record.event_id)));
      expect(found).toHaveLength(records.length);
      expect(found.every(({ client }) => client)).toBe(true);
    }
  });
});

describe('what is not read', () => {
  test.each([
    ['a transaction', samples.transaction(recorded('10')), { EDUs: 1 }],
    ['/state', samples.stateAnswer(recorded('10')), { 'events that stand in it more than once, read once': 5 }],
    ['/messages', samples.messages(recorded('10')), { 'events that stand in it more than once, read once': 2 }],
    ['/sync', samples.sync(recorded('10')), {
      'entries of account data': 2, 'presence events': 1, 'ephemeral events': 2, 'events of rooms that were not entered, without IDs': 1,
      'rooms whose older events the page leaves out (limited)': 1,
    }],
    ['rows without those of events', samples.rows(recorded('10')), { 'rows that do not say whether the event was rejected (select rejection_reason of the table events as well)': 80 }],
    ['a graph with IDs to be computed', '{"calculate_event_ids":true,"events":[{}]}', { 'event IDs that were to be computed, and stay as they are': 1 }],
    ['an event file', samples.bareLines(recorded('10')), {}],
  ])('of %s is counted', (_, text, leftOut) => {
    expect(importEvents(text).leftOut).toEqual(leftOut);
  });

  test('a repeated event that differs is no repetition', () => {
    const [record] = recorded('10');
    const text = JSON.stringify({ pdus: [record?.pdu, { ...record?.pdu, content: {} }, { ...record?.pdu, unsigned: { age: 1 } }] });
    expect(importEvents(text).records).toHaveLength(2);
  });
});

describe('rows as PostgreSQL writes them', () => {
  const expected = recorded('10').map(({ event_id: id, room_id: room, pdu }) => ({ id, room, pdu }));
  const HOSTILE = ['tab\there', 'line\nbreak', 'back\\slash \\N \\.', 'quote " "" \' ,', '\u0001\u0007\u001b[31m', 'NUL as \\u0000', '\u2028 \ud83d\ude00 عربى', '\\x41 \\101', ''];
  const FILES: readonly (readonly [string, ImportFormatId])[] = [
    ['rows.copy.gz', 'event-json-copy'], ['rows.csv.gz', 'event-json-csv'], ['rows-joined.csv.gz', 'event-json-csv'], ['rows-joined.copy.gz', 'event-json-copy'],
    ['rows.array.json.gz', 'event-json-array'], ['rows-joined.ndjson.gz', 'event-json'],
  ];

  test.each(FILES)('%s', (name, id) => {
    const { format, records, faults, leftOut } = importEvents(sample(name));
    expect([format, faults]).toEqual([id, []]);
    // A table has no order of its own: a short row goes where there is room for it.
    const inOrder = records.map(({ record }) => record).toSorted((a, b) => indexOf(a) - indexOf(b));
    expect(inOrder.slice(0, expected.length).map(({ event_id: eventId, room_id: room, pdu }) => ({ id: eventId, room, pdu }))).toEqual(expected);
    const hostile = inOrder.slice(expected.length);
    expect(hostile.map(({ pdu }) => pdu.content['body'])).toEqual(HOSTILE);
    expect(hostile.map((record) => record.soft_failed)).toEqual(HOSTILE.map((_, index) => index % 2 === 0));
    expect(hostile.map((record) => record.outlier === true)).toEqual(HOSTILE.map((_, index) => index === 3));
    const joined = name.includes('joined');
    expect(hostile.map((record) => typeof record.rejected === 'string')).toEqual(HOSTILE.map((_, index) => joined && index === 1));
    expect(records.every(({ record }) => (typeof record.stream_ordering === 'number') === joined && (typeof record.received_ts === 'number') === joined)).toBe(true);
    expect(Object.keys(leftOut)).toHaveLength(joined ? 0 : 1);
  });

  const place = new Map(expected.map(({ id }, index) => [id, index]));
  const indexOf = ({ event_id: id = '' }: EventRecord): number => place.get(id) ?? expected.length + Number(id.replace('$hostile', ''));

  test('a dump has rows between its command and its end', () => {
    const copied = sample('rows.copy.gz').split('\n').slice(0, 3).join('\n');
    const dump = `--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n\n`
      + `COPY public.event_json (event_id, room_id, internal_metadata, json, format_version) FROM stdin;\n${copied}\n\\.\n\n\nALTER TABLE x;\nCOPY public.other (a, b) FROM stdin;\n1\t2\n\\.\n`;
    const { format, records, faults, leftOut } = importEvents(dump);
    expect([format, records.length, faults]).toEqual(['event-json-copy', 3, []]);
    expect(leftOut['other lines of a dump']).toBeGreaterThan(5);
  });

  test('a heading of psql is a fault, and the rows behind it are read', () => {
    const { format, records, faults } = importEvents(` row_to_json\n-------------\n ${sample('rows-joined.ndjson.gz')}(1 row)\n`);
    expect([format, records.length, faults.map(({ number }) => number)]).toEqual(['event-json', 89, [1, 2, 92]]);
  });

  test.each([
    ['a row with too few cells', '$a\t!b\t{}\t{"type":"x","content":{}}\t3\n$c\t!d\n'],
    ['a row without an event', '$a\t!b\t{}\t{"type":"x","content":{}}\t3\n$c\t!d\t{}\t\\N\t3\n'],
    ['JSON that is cut off', '$a\t!b\t{}\t{"type":"x","content":{}}\t3\n$c\t!d\t{}\t{"type":\t3\n'],
    ['a quoted cell that goes on', 'event_id,room_id,internal_metadata,json\n$a,!b,{},"{""type"":""x"",""content"":{}}"\n$c,!d,{},"{\n'],
  ])('%s is a fault of its line', (_, text) => {
    const { records, faults } = importEvents(text);
    expect([records.length, faults.map(({ number, error }) => [number, /^(RowError|JsonSyntaxError)$/.test(error.name)])]).toEqual([1, [[text.split('\n').length - 1, true]]]);
  });

  test('cells', () => {
    expect(copyCells('a\t\\N\t\\\\N\t\\b\\f\\n\\r\\t\\v\\q\t\\101\\x41\t')).toEqual(['a', null, '\\N', '\b\f\n\r\t\vq', 'AA', '']);
    expect(csvCells('a,,"","b ""c"", d",')).toEqual(['a', null, '', 'b "c", d', null]);
    expect(() => csvCells('a,"b')).toThrow('quoted cells');
    expect(() => csvCells('a,b"c')).toThrow('quoted cells');
  });
});

describe('the room of events that do not name it', () => {
  test('is the one that the create event makes', () => {
    const records = recorded('12');
    expect(identified(importEvents(samples.roomless(records)).records.map(({ record }) => record)))
      .toEqual(stored(records));
  });

  test('is the one of the document', () => {
    const events = [{ event_id: '$a', type: 'm.room.name', state_key: '', content: {}, prev_events: [], auth_events: [] }];
    expect(importEvents(JSON.stringify({ room_version: '9', room_id: '!r:x', events })).records.map(({ record }) => record))
      .toEqual([{ room_version: '9', event_id: '$a', pdu: { ...samples.omit(events[0] ?? {}, 'event_id'), room_id: '!r:x' } }]);
  });

  test('stays as it is where the event names it', () => {
    expect(importEvents('{"type":"a","content":{},"room_id":"!r:x"}{"type":"b","content":{},"prev_events":[]}{"type":"c","content":{}}', { roomId: '!s:x' }).records.map(({ record }) => record.room_id ?? record.pdu.room_id))
      .toEqual(['!r:x', '!s:x', '!s:x']);
  });
});

test.each([
  ['in an array', (lines: readonly string[]) => `[${lines.join(',')}]`, 'event-array'],
  ['one behind the other', (lines: readonly string[]) => lines.join(''), 'objects'],
])('records %s stay as they are', (_, join, id) => {
  const records = recorded('11').slice(0, 9);
  const { format, records: found } = importEvents(join(records.map((record) => JSON.stringify(record))));
  expect([format, found.map(({ client, record }) => [client, record])]).toEqual([id, records.map((record) => [false, record])]);
});

describe('a key that stands twice', () => {
  test.each([
    ['export-data', '{"type":"x","content":{"body":"seen"}}{"type":"x","content":{"body":"lost","body":"seen"}}'],
    ['a room graph', '{"event_id":"$a","type":"x","content":{},"prev_events":[]}\n{"event_id":"$b","type":"x","content":{"body":"lost","body":"seen"},"prev_events":[]}'],
    ['a row', '{"event_id":"$a","room_id":"!r","json":"{\\"type\\":\\"x\\",\\"content\\":{}}"}\n{"event_id":"$b","json":"{\\"type\\":\\"x\\",\\"content\\":{\\"a\\":\\"lost\\",\\"a\\":1}}"}'],
  ])('is a fault in %s, as what stands first would be lost', (_, text) => {
    const { records, faults } = importEvents(text);
    expect([records.length, faults.map(({ error }) => error.name)]).toEqual([1, ['JsonSyntaxError']]);
    expect(faults[0]?.error.message).not.toContain('lost');
  });
});

describe('the format of a text', () => {
  test.each<readonly [string, ImportFormatId | undefined]>([
    ['', 'event-file'],
    ['\n \n', 'event-file'],
    ['\ufeff{"type":"x","content":{}}', 'event-file'],
    ['{"type":"x","content":{}}\n{"type":"y","content":{}}', 'event-file'],
    ['{"pdu":{"type":"x","content":{}}}', 'event-file'],
    ['{"type":"x","content":{}} {"type":"y","content":{}}', 'objects'],
    ['{\n "type": "x",\n "content": {}\n}', 'objects'],
    ['{"type":"x","content":{"chunk":[],"pdus":[]},"chunk":[]}', 'event-file'],
    ['broken\n{"type":"x","content":{}}', 'event-file'],
    ['{"type":"x","cont', 'event-file'],
    ['{"x":1}', 'event-file'],
    ['{"event_id":"$a","type":"x","content":{},"prev_events":[]}', 'room-graph'],
    ['{"event_id":"$a:b","type":"x","content":{},"prev_events":[]}', 'event-file'],
    ['{"event_id":"$a","type":"x","content":{}}', 'event-file'],
    ['{"chunk":[', 'page'],
    ['{"start":"a","chunk":[{"type":"x","content":{}},', 'page'],
    ['{"next_batch":"s","rooms":{"join":{', 'sync'],
    ['{"next_batch":"s"}', 'event-file'],
    ['{\n  "room_name": "x",\n  "messages": [', 'element'],
    ['{"origin":"a","pdus":[', 'event-lists'],
    ['[{"type":"x","content":{}}]', 'event-array'],
    ['[1,2]', undefined],
    ['[]', undefined],
    ['not an event', undefined],
    ['<!DOCTYPE html>', undefined],
    ['{\n  "name": "package"\n}', undefined],
    ['SQLite format 3\0\n{"type', undefined],
    ['a,b,c\n1,2,3', undefined],
  ])('%j is %s', (text, id) => {
    expect(detectFormat(readHead(text))?.id).toBe(id);
  });

  test('is told by every format of what it is alone', () => {
    const texts = new Map<ImportFormatId, string>([
      ...PDU_FORMS.map(([, id, write]) => [id, write(recorded('10'))] as const), ['page', samples.messages(recorded('10'))], ['sync', samples.sync(recorded('10'))],
      ['element', samples.element(recorded('10'))], ['event-json-copy', sample('rows.copy.gz')], ['event-json-csv', sample('rows.csv.gz')], ['event-json-array', sample('rows.array.json.gz')],
    ]);
    expect([...texts.keys()].sort()).toEqual(importFormats.map(({ id }) => id).sort());
    for (const [id, text] of texts) expect(detectFormat(readHead(text))?.id).toBe(id);
  });

  test('is an error that names all of them, and what to do', () => {
    expect(() => importEvents('hello')).toThrow(UnknownFormatError);
    expect(() => importEvents('hello')).toThrow(readableFormats);
    for (const { family } of importFormats) expect(readableFormats).toContain(family);
    expect(fixFor(new TextEncoder().encode('PK\u0003\u0004'))).toContain('ZIP');
    expect(fixFor(new TextEncoder().encode('{"'))).toBeUndefined();
    expect(fixFor(new Uint8Array())).toBeUndefined();
  });
});

test('a transaction to an application service, as a server sent it', () => {
  const { format, records, faults } = importEvents(sample('as-transaction.json'));
  expect([format, faults, records.map(({ client, record }) => [client, record.pdu.type])]).toEqual(['event-lists', [], [[true, 'm.room.member']]]);
});

test("Element's export of a chat has its messages", () => {
  const { format, records } = importEvents(samples.element(recorded('11')));
  const sent = recorded('11').filter(({ pdu }) => pdu.type === 'm.room.message');
  expect([format, records.map(({ record }) => record.event_id)]).toEqual(['element', sent.map((record) => record.event_id)]);
});

test.each([
  ['a page', '{"chunk":[{"type":"x","content":{}}, 7, null, {"type":1}]}', [2, 3, 4]],
  ['a transaction', '{"pdus":[7,{"type":"x","content":{}}]}', [1]],
  ['objects', '{"type":"x","content":{}}{"type":"x"}{"type":"y","content":{}}x{', [2, 4, 5]],
])('what is no event in %s is a fault with its number', (_, text, numbers) => {
  expect(importEvents(text).faults.map(({ number }) => number)).toEqual(numbers);
});

test('a document that is cut off is a fault', () => {
  const text = samples.sync(recorded('10'));
  for (const end of [text.length - 1, Math.floor(text.length / 2)]) expect(importEvents(text.slice(0, end))).toMatchObject({ records: [], faults: [{ number: 1, error: { name: 'JsonSyntaxError' } }] });
});
