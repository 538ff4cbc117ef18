import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/erasure/apply.ts';
import { eventId } from '../../src/crypto/event-hashes.ts';
import { encodeCanonicalJson } from '../../src/json/canonical-json.ts';
import { stringifyJson } from '../../src/json/stringify-json.ts';
import type { JsonValue } from '../../src/json/value.ts';
import { mediaPath, roomFolder } from '../../src/portability/names.ts';
import { createRecordResolver } from '../../src/room/resolve-record.ts';
import { isMxcUri, type MxcUri } from '../../src/identifiers/identifiers.ts';
import { readRecord } from '../../src/event/record.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';
import { arbitraryJsonObject, arbitraryRoom } from '../../src/testing.ts';
import { EVENTS, exported, faultsOf, linesOf, storedEvents, stored, type Made } from './exports.ts';

const lines = (made: Made): readonly string[] => [...made.files].filter(([path]) => EVENTS.test(path)).toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, text]) => text.split('\n').slice(0, -1));

/** What makes two events the same: their IDs, their rooms, and everything that is signed. */
const facts = ({ event }: StoredEvent): string => {
  const { unsigned: _, ...signed } = event.pdu;
  return stringifyJson([event.eventId, event.roomId, event.rules.id, signed as JsonValue]);
};

describe('a copy read again', () => {
  it("has the person's events of any room, in any order, under the same IDs and with the same contents", async () => {
    await fc.assert(fc.asyncProperty(arbitraryRoom({ signed: false, maxScenes: 8 }), fc.nat(), async ({ events, rules }, turn) => {
      const { resolve } = createRecordResolver({ roomVersion: rules.id });
      const all: readonly StoredEvent[] = events.map(({ pdu }) => ({ record: { pdu }, event: resolve({ pdu }) }));
      const shuffled = [...all.slice(turn % all.length), ...all.slice(0, turn % all.length)];
      for (const subject of ['@alice:one.example', '@bob:two.example'] as const) {
        const made = await exported(shuffled, { subjects: [subject] });
        const own = all.filter(({ event }) => event.pdu.sender === subject);
        const again = storedEvents(lines(made));
        expect(again.map(facts).toSorted()).toEqual(own.map(facts).toSorted());
        expect(again.map(({ event: { pdu } }) => eventId(pdu, rules)).toSorted()).toEqual(own.map(({ event }) => event.eventId).toSorted());
        for (const line of linesOf(made, EVENTS)) expect(faultsOf(JSON.parse(stringifyJson(line)), 'export-event.schema.json')).toEqual([]);
      }
    }), { numRuns: 40 });
  });

  it('has contents of any JSON as they were, to the digit', async () => {
    const rules = roomVersion('1');
    await fc.assert(fc.asyncProperty(fc.array(arbitraryJsonObject(), { minLength: 1, maxLength: 6 }), async (contents) => {
      const all = contents.map((content, i) => stored({ type: `t${i}`, sender: '@a:b', room_id: '!r:b', event_id: `$${i}:b`, origin_server_ts: i, content }, rules));
      const again = storedEvents(lines(await exported(all, { subjects: ['@a:b'] })));
      expect(again.map(({ event }) => encode(event.pdu.content))).toEqual(all.map(({ event }) => encode(event.pdu.content)));
    }));
  });
});

function encode(value: JsonValue): string {
  return stringifyJson(parseJson(stringifyJson(value)));
}

describe('names', () => {
  const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
  const check = (path: string): void => {
    expect(path).toMatch(/^(?:rooms|media)\/[A-Za-z0-9_.-]{1,255}$/);
    const name = path.split('/')[1] ?? '';
    expect(name).not.toMatch(RESERVED);
    expect(name).not.toMatch(/^\.|\.$|\.\./);
  };

  it('of rooms are safe whatever the IDs hold, and no two are alike in lower case', () => {
    const anyId = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('/../../etc/passwd', '..', 'con', 'NUL:x', 'a\nb', 'A'.repeat(10_000), 'ABC:x', 'abc:x', '\u202eabc', '')).map((text) => `!${text}`);
    fc.assert(fc.property(fc.array(anyId, { maxLength: 20 }), (ids) => {
      const folders = ids.map((id, i) => roomFolder(i + 1, id));
      folders.forEach(check);
      expect(new Set(folders.map((folder) => folder.toLowerCase())).size).toBe(ids.length);
    }));
  });

  it('of files are safe whatever the address and the kind', () => {
    const server = fc.oneof(fc.constantFrom('a.example', 'con', '..', 'a..b:80', '[::1]:8448', 'x'.repeat(255)), fc.domain());
    const id = fc.oneof(fc.constantFrom('nul', '-', '_', 'x'.repeat(10_000)), fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/));
    const kind = fc.oneof(fc.string(), fc.constantFrom('image/png', 'IMAGE/JPEG; charset=x', 'text/html', 'image/svg+xml', '../../x', undefined));
    fc.assert(fc.property(server, id, kind, (name, media, mimetype) => {
      const uri = `mxc://${name}/${media}`;
      if (!isMxcUri(uri)) return;
      const path = mediaPath(7, uri as MxcUri, mimetype);
      check(path);
      expect(path).not.toMatch(/\.(?:html?|svg|js|xml|exe|bat|cmd|ps1|sh)$/);
    }));
  });
});

it('the law would find a lost event and a changed text', () => {
  const { record } = readRecord({ type: 't', content: { a: 1 }, sender: '@a:b', room_id: '!r:b' });
  const event = createRecordResolver({ roomVersion: '11' }).resolve(record);
  const changed = { record, event: { ...event, pdu: { ...event.pdu, content: { a: 2 } } } };
  expect(facts({ record, event })).not.toBe(facts(changed));
  expect(encodeCanonicalJson({ a: 1 })).not.toBe(encodeCanonicalJson({ a: 2 }));
});
