import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/json/value.ts';
import { publishedSchemas } from '../../src/portability.ts';
import { ALICE, checkFiles, EVENTS, exported, faultsOf, linesOf, recordings, storedEvents } from './exports.ts';
import { madeSchemas } from './schemas.ts';

const all = [...recordings.values()].flatMap((lines) => storedEvents(lines));
const made = await exported(all);
const records = [...recordings.values()].flat().map((line) => JSON.parse(line) as Recorded);

/** A line of a recording, read without this library. */
type Recorded = { readonly event_id: string; readonly room_id: string; readonly pdu: { readonly sender: string; readonly type: string; readonly content: JsonValue; readonly [key: string]: unknown } };

/** Every text in a value, keys included. */
function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* texts(item);
  else if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) yield* texts([key, item]);
}

const LEAST = 12;

describe("a recorded person's copy", () => {
  it('has every event that she sent, in every room, as it was signed', () => {
    const sent = records.filter(({ pdu }) => pdu.sender === ALICE);
    const copied = [...made.files].filter(([path]) => EVENTS.test(path)).flatMap(([, text]) => text.split('\n').slice(0, -1)).map((line) => JSON.parse(line) as Recorded);
    expect(sent.length).toBeGreaterThan(700);
    expect(copied.map(({ event_id: id }) => id).toSorted()).toEqual(sent.map(({ event_id: id }) => id).toSorted());
    const byId = new Map(sent.map((record) => [record.event_id, record]));
    for (const { event_id: id, room_id: roomId, pdu } of copied) {
      const original = byId.get(id);
      expect({ ...pdu, unsigned: undefined }).toEqual({ ...original?.pdu, unsigned: undefined });
      expect(roomId).toBe(original?.room_id);
    }
    expect(made.manifest.counts).toMatchObject({ rooms: 16, events: sent.length });
  });

  it("has none of another's texts", () => {
    const mine = new Set(records.filter(({ pdu }) => pdu.sender === ALICE).flatMap(({ pdu }) => [...texts(pdu)]));
    const written = [...mine].join('\n');
    const others = new Set(records.filter(({ pdu }) => pdu.sender !== ALICE).flatMap(({ pdu }) => [...texts(pdu.content)]));
    // What she wrote is hers, be it that somebody quotes it; IDs of events, by which hers refer to others, say nothing.
    const foreign = [...others].filter((text) => text.length >= LEAST && !written.includes(text) && !/^\$[A-Za-z0-9_-]{43}$/.test(text));
    const everything = [...made.files.values()].join('\n');
    expect(foreign.length).toBeGreaterThan(100);
    expect(foreign.filter((text) => everything.includes(text) || everything.includes(JSON.stringify(text).slice(1, -1)))).toEqual([]);
    // The search would find one.
    expect([...texts(records.find(({ pdu }) => pdu.sender === ALICE && pdu.type === 'm.room.message')?.pdu.content)].every((text) => everything.includes(text))).toBe(true);
  });

  it('is as the schemas say, and the manifest lists every file with its size and hash', () => {
    expect(checkFiles(made)).toBeGreaterThan(800);
    expect([...made.files.keys()].toSorted()).toEqual([...made.manifest.files.map(({ path }) => path), 'manifest.json'].toSorted());
    for (const { path, bytes, sha256 } of made.manifest.files) {
      const content = Buffer.from(made.files.get(path) ?? '');
      expect([path, bytes, sha256]).toEqual([path, content.length, createHash('sha256').update(content).digest('hex')]);
    }
  });

  it('is the same to the byte when it is made again, and when every event comes twice', async () => {
    const again = await exported(all);
    expect(again.files).toEqual(made.files);
    const twice = await exported([...all, ...all]);
    expect(linesOf(twice, EVENTS)).toEqual(linesOf(made, EVENTS));
  });

  it('copied from itself has the same events', async () => {
    const lines = [...made.files].filter(([path]) => EVENTS.test(path)).flatMap(([, text]) => text.split('\n').slice(0, -1));
    const second = await exported(storedEvents(lines));
    expect(linesOf(second, EVENTS)).toEqual(linesOf(made, EVENTS));
  });
});

describe('the schemas', () => {
  it('are those that are published, in docs and in every export', () => {
    expect(publishedSchemas).toEqual(madeSchemas);
    for (const [name, schema] of Object.entries(madeSchemas)) {
      expect(JSON.parse(readFileSync(new URL(`../../docs/schema/${name}`, import.meta.url), 'utf8'))).toEqual(schema);
      expect(JSON.parse(made.files.get(`schema/${name}`) ?? '')).toEqual(schema);
    }
  });

  it.each([
    ['export-event.schema.json', (line: object) => ({ ...line, event_id: 7 })],
    ['export-event.schema.json', (line: object) => ({ ...line, note: 'x' })],
    ['export-event.schema.json', (line: object) => ({ ...line, export: { redacted: 'perhaps' } })],
  ])('%s refuses what is wrong', (schema, spoil) => {
    const [line] = linesOf(made, EVENTS);
    expect(faultsOf(line, schema)).toEqual([]);
    expect(faultsOf(spoil(line ?? {}), schema)).not.toEqual([]);
  });
});
