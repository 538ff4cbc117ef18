import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeAt, LONGEST_ESCAPE } from '../../../src/erasure/fingerprints/escapes.ts';
import { beginFingerprints, beginFingerprintSharing, takeFingerprints, type Fingerprints } from '../../../src/erasure/fingerprints/fingerprints.ts';
import type { FingerprintFindings } from '../../../src/erasure/fingerprints/findings.ts';
import { createUnitReader } from '../../../src/erasure/fingerprints/folded-units.ts';
import { createFolding } from '../../../src/erasure/fingerprints/folding.ts';
import { gramKey, gramsOf, WeakFingerprintKeyError } from '../../../src/erasure/fingerprints/grams.ts';
import { personalTexts } from '../../../src/erasure/fingerprints/kinds.ts';
import { beginFingerprintSearch, FingerprintKeyError, searchFingerprints } from '../../../src/erasure/fingerprints/search.ts';
import type { Pdu } from '../../../src/event/pdu.ts';
import { residueOf } from '../../../src/erasure/residue/residue.ts';
import type { JsonObject } from '../../../src/json/value.ts';
import { ALICE, BOB, buildRoom } from '../build-room.ts';
import { erase } from '../erase.ts';
import { readRoom, RECORDED_ALICE, recordedRooms } from '../rooms.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, index) => 200 - index);
const folding = createFolding();

const printsOf = (...texts: readonly string[]): Fingerprints => {
  const taker = beginFingerprints([], KEY);
  for (const text of texts) taker.text('message', text);
  return taker.finish();
};
const search = (prints: Fingerprints, ...texts: readonly string[]): FingerprintFindings =>
  searchFingerprints(prints, texts.map((text, index) => ({ source: `dump ${index}`, text })), KEY);
const status = (text: string, dump: string): string => search(printsOf(text), dump).verdict;

function folded(text: string, size = text.length + 1): string {
  const units: string[] = [];
  const reader = createUnitReader(folding, (unit) => units.push(String.fromCharCode(unit)));
  for (let at = 0; at < text.length; at += size) reader.write(text.slice(at, at + size));
  reader.end();
  return units.join('');
}

const SECRET = 'Das Geheimnis der Äpfel & Birnen: "42", sagte 李娜 Müller\n(und lief weg)';
const WORDS = 'dasgeheimnisderapfelbirnen42sagte李娜mullerundliefweg';

const entities = (text: string): string => Array.from(text, (character) => `&#${character.codePointAt(0)};`).join('');
const hexEntities = (text: string): string => Array.from(text, (character) => `&#x${character.codePointAt(0)?.toString(16)};`).join('');
const ascii = (json: string): string => json.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const html = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** What happens to texts on their way into a dump. */
const ENCODINGS: readonly (readonly [name: string, encode: (text: string) => string])[] = [
  ['nothing', (text) => text],
  ['JSON', (text) => JSON.stringify({ body: text })],
  ['JSON in ASCII', (text) => ascii(JSON.stringify({ body: text }))],
  ['JSON in JSON', (text) => JSON.stringify([JSON.stringify({ body: text })])],
  ['ASCII JSON in JSON in JSON', (text) => JSON.stringify(JSON.stringify(ascii(JSON.stringify(text))))],
  ['HTML', html],
  ['HTML twice', (text) => html(html(text))],
  ['decimal entities', entities],
  ['hexadecimal entities', hexEntities],
  ['decimal entities in HTML', (text) => html(entities(text))],
  ['a URL', encodeURIComponent],
  ['a URL in a URL', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['a form', (text) => encodeURIComponent(text).replaceAll('%20', '+')],
  ['HTML in JSON in a URL', (text) => encodeURIComponent(JSON.stringify(html(text)))],
  ['JSON as Go writes it', (text) => JSON.stringify(html(text)).replaceAll('&', '\\u0026')],
  ['capitals', (text) => text.toUpperCase()],
  ['decomposed accents', (text) => text.normalize('NFD')],
  ['a quote', (text) => text.split('\n').map((line) => `> ${line}`).join('\n')],
  ['other spaces', (text) => text.replaceAll(' ', '\u00a0\r\n\t')],
];

describe('a text', () => {
  it('counts by its letters and digits', () => {
    expect(folded(SECRET)).toBe(WORDS);
    expect(folded('ﬁne ＡＢＣ ½ Ⅷ 한글')).toBe(`fineabc12viii${'한글'.normalize('NFKD')}`);
    expect(folded('🦊 — …')).toBe('');
    expect(folded('\u{1d400}\u{1d401} \u{20000}')).toBe('ab\u{20000}');
  });

  it.each(ENCODINGS)('is found through %s', (_, encode) => {
    expect(folded(encode(SECRET))).toContain(WORDS);
    expect(status(SECRET, `INSERT INTO x VALUES ('${encode(SECRET)}')`)).toBe('found');
    expect(status('Anna Müller', `x=${encode('Anna Müller')};`)).toBe('found');
    expect(status(SECRET, encode('Nothing of the kind, and no part of it: 43'))).toBe('not-found');
  });

  it('is found through all encodings of any text, and nothing else is', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abcXYZ019 äéß\\"\'&<>%/\n\t李é', 'u0041', '\\n', '%41', '&amp;', '🦊'), minLength: 8, maxLength: 60 });
    fc.assert(fc.property(letters, letters, fc.constantFrom(...ENCODINGS.slice(0, 15)), (text, around, [, encode]) => {
      fc.pre(folded(text).length >= 8 && !text.includes('\\') && !/%[0-9A-Fa-f]{2}|&[#\w]/.test(text));
      expect(folded(encode(text))).toContain(folded(text));
      expect(status(text, `${encode(text)} ${around}`)).toBe('found');
    }), { numRuns: 300 });
  });

  it('is found wherever the dump is cut', () => {
    const dump = `${'x '.repeat(50)}${ascii(JSON.stringify(html(SECRET)))} ${encodeURIComponent(SECRET)}`;
    for (const size of [1, 2, 3, 7, 13, LONGEST_ESCAPE - 1, LONGEST_ESCAPE, LONGEST_ESCAPE + 1, 200]) expect(folded(dump, size)).toBe(folded(dump));
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1 }), (sizes) => {
      const searching = beginFingerprintSearch(printsOf(SECRET), KEY);
      const opened = searching.open('dump');
      for (let [at, index] = [0, 0]; at < dump.length; index++) {
        const size = sizes[index % sizes.length] ?? 1;
        opened.write(dump.slice(at, at + size));
        at += size;
      }
      opened.end();
      expect(searching.finish()).toEqual(searchFingerprints(printsOf(SECRET), [{ source: 'dump', text: dump }], KEY));
    }));
  });

  it('is not put together from two sources', () => {
    expect(search(printsOf(SECRET), SECRET.slice(0, 12), SECRET.slice(12, 24)).verdict).toBe('not-found');
    expect(search(printsOf('abcdefgh'), 'abcd', 'efgh').verdict).toBe('not-found');
  });

  it('is found if 31 letters of it are there', () => {
    const text = Array.from({ length: 400 }, (_, index) => String.fromCharCode(97 + ((index * index * 7 + index * 3) % 26))).join('');
    const prints = printsOf(text);
    fc.assert(fc.property(fc.nat(400 - 31), (start) => {
      expect(search(prints, `-- ${text.slice(start, start + 31)} --`).verdict).toBe('found');
    }));
    expect(search(prints, text.slice(0, 15), text.slice(100, 115)).verdict).toBe('not-found');
  });

  it('of up to 15 letters is found only whole', () => {
    expect(status('Anna Schmitt', 'annaschmitz annaschmit anna schmitt')).toBe('found');
    expect(status('Anna Schmitt', 'annaschmitz annaschmit')).toBe('not-found');
    expect(status('Schmitt!', 'Schmitt')).toBe('unknown');
  });
});

describe('what is searched agrees with a plain search', () => {
  /** The obvious way: fold everything, and look. */
  const plain = (text: string, dump: string): string => {
    const [needle, hay] = [folded(text), folded(dump)];
    if (needle.length < 8) return 'unknown';
    const size = Math.min(16, needle.length);
    const excerpts = needle.length < 16 ? [needle] : Array.from({ length: needle.length - size + 1 }, (_, start) => needle.slice(start, start + size));
    if (hay.includes(needle)) return 'found';
    return excerpts.some((excerpt) => hay.includes(excerpt)) ? 'perhaps' : 'not-found';
  };

  it('for texts of few letters, which repeat', () => {
    const few = (minLength: number, maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'B', 'ä'), minLength, maxLength });
    fc.assert(fc.property(few(0, 24), few(0, 120), (text, dump) => {
      const expected = plain(text, dump);
      const actual = text === '' ? 'unknown' : status(text, dump);
      expect(expected === 'perhaps' ? ['found', 'not-found'] : [expected]).toContain(actual);
    }), { numRuns: 1000 });
  });
});

describe('escapes', () => {
  it.each([
    ['\\n', '\n', 2], ['\\\\n', '\n', 3], ['\\u00e4', 'ä', 6], ['\\\\\\\\u00E4', 'ä', 9], ['\\ud83e\\udd8a', '🦊', 12], ['\\\\ud83e\\\\udd8a', '🦊', 14], ['\\xe4', 'ä', 4],
    ['&amp;', '&', 5], ['&amp;amp;', '&', 9], ['&amp;lt;', '<', 8], ['&#228;', 'ä', 6], ['&#xE4;', 'ä', 6], ['&auml;', 'a', 6], ['&eacute;', 'e', 8], ['&szlig;', 'ß', 7],
    ['%20', ' ', 3], ['%2520', ' ', 5], ['%C3%A4', 'ä', 6], ['%25C3%25A4', 'ä', 10], ['%F0%9F%A6%8A', '🦊', 12],
    ['%5Cu00e4', 'ä', 8], ['\\u0026amp;', '&', 10], ['\\u0026#228;', 'ä', 11], ['%26%23228%3B', 'ä', 12], ['%2526lt%253B', '<', 12], ['\\ud83e', '\ud83e', 6],
  ])('%s', (text, meaning, length) => {
    expect(escapeAt(`${text} tail`, 0)).toEqual({ meaning, length });
  });

  it.each(['\\', '\\q', '\\u12', '&', '& amp;', '&nothing;', '&#;', '&#x110000;', '&#1114112;', '%', '%4', '%zz', '%ff', '%C3', '%C3%20', 'a', '&hasOwnProperty;'])('%s is none', (text) => {
    expect(escapeAt(`${text} tail`, 0)).toBeUndefined();
  });

  it('of a first half without its second leave the next one alone', () => {
    expect(folded('\\u0041\\udc00\\u0042')).toBe('ab');
    expect(folded('\\u0041\\\\u0042')).toBe('ab');
  });
});

describe('fingerprints', () => {
  const room = buildRoom({ version: '10' });
  room.join(ALICE, { displayname: 'Alice Liddell of Oxford', avatar_url: 'mxc://a.example/AvatarIdOfAlice123' });
  room.join(BOB, { displayname: 'Bob' });
  const message = room.text(ALICE, 'I have something to tell you: it is a secret');
  room.text(ALICE, 'ok');
  room.text(ALICE, 'good morning everybody');
  room.text(BOB, 'Good morning, everybody!');
  room.send(BOB, 'm.room.message', { msgtype: 'm.text', body: '> I have something to tell you: it is a secret\n\nreally?' });
  room.send(ALICE, 'm.room.message', { msgtype: 'm.file', body: 'my diagnosis.pdf', filename: 'my diagnosis.pdf', url: 'mxc://a.example/FileIdOfAlice456', info: { mimetype: 'application/pdf' } });
  room.state(ALICE, 'm.room.topic', '', { topic: 'What we will do on Sunday' });
  const events = room.stored().map(({ event }) => event);
  const prints = takeFingerprints(events, [ALICE], KEY);

  it('are of everything that a redaction removes, each text once', () => {
    const kinds = prints.texts.map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['display-name', 'file-name', 'media', 'media', 'message', 'message', 'message', 'topic']);
    expect(prints.texts.find(({ event_id: id }) => id === message)?.grams.length).toBeGreaterThan(1);
    expect(prints.texts.filter(({ shared }) => shared !== undefined)).toHaveLength(1);
  });

  it('hold nothing that anybody wrote, and nothing that can be compared without the key', () => {
    const text = JSON.stringify(prints);
    for (const word of ['Alice', 'secret', 'Sunday', 'diagnosis', 'AvatarId', 'morning']) expect(text.toLowerCase()).not.toContain(word.toLowerCase());
    const other = takeFingerprints(events, [ALICE], KEY.map((byte) => byte ^ 1));
    const grams = new Set(prints.texts.flatMap((each) => each.grams));
    expect(other.texts.flatMap((each) => each.grams).filter((gram) => grams.has(gram))).toEqual([]);
    // The rolling hashes are under a pad each: the same excerpt length and hash never show twice.
    const sealed = prints.texts.flatMap((each) => each.grams.map((gram) => gram.slice(-6)));
    expect(new Set(sealed).size).toBe(sealed.length);
  });

  it('are found, not found, or unknown with a reason', () => {
    const dump = 'media/local/Av/at/arIdOfAlice123\n\n{"membership":"join"}\nGood Morning everybody, ok?\n{"topic":"What we will do on \\u0053unday"}\n';
    const found = search(prints, dump);
    expect(found.verdict).toBe('found');
    expect(found.counts).toEqual({
      'display-name': { found: 0, 'not-found': 1, unknown: 0 }, media: { found: 1, 'not-found': 1, unknown: 0 }, message: { found: 0, 'not-found': 1, unknown: 2 },
      'file-name': { found: 0, 'not-found': 1, unknown: 0 }, topic: { found: 1, 'not-found': 0, unknown: 0 },
    });
    expect(found.texts.map(({ kind, status: is, reason, places }) => [kind, is, reason, places.map(({ line }) => line)])).toEqual([
      ['media', 'found', undefined, [1]], ['topic', 'found', undefined, [5]], ['message', 'unknown', 'too-short', []], ['message', 'unknown', 'others-wrote-it', [4]],
    ]);
    expect(JSON.stringify(found)).not.toMatch(/sunday|morning/i);
  });

  it('of which others wrote a part are found by the rest', () => {
    const [common, rest] = ['as everybody always says in these cases', 'and my doctor told me so in confidence'];
    const chat = buildRoom({ version: '10' });
    chat.text(ALICE, `${common} ${rest}`);
    chat.text(BOB, common);
    const shared = takeFingerprints(chat.stored().map(({ event }) => event), [ALICE], KEY);
    expect(search(shared, common).texts.map((each) => [each.status, each.reason])).toEqual([['unknown', 'others-wrote-it']]);
    expect(search(shared, rest).verdict).toBe('found');
    expect(search(shared, `${common} ${rest}`).verdict).toBe('found');
  });

  it('are not of what redactions keep', () => {
    const old = (version: string): readonly string[] => {
      const aliased = buildRoom({ version });
      aliased.state(ALICE, 'm.room.aliases', 'a.example', { aliases: ['#my-own-alias:a.example'] });
      return takeFingerprints(aliased.stored().map(({ event }) => event), [ALICE], KEY).texts.map(({ kind }) => kind);
    };
    expect(old('5')).toEqual([]);
    expect(old('6')).toEqual(['room-label']);
  });

  it('say where, ten times at most', () => {
    const line = 'I have something to tell you: it is a secret';
    const found = search(printsOf(line), `${`${line}\n`.repeat(30)}`);
    expect(found.texts[0]?.places).toEqual(Array.from({ length: 10 }, (_, index) => ({ source: 'dump 0', line: index + 1 })));
    expect(found.texts[0]?.excerpts.found).toBe(found.texts[0]?.excerpts.of);
  });

  it('are unknown, never not found, when nothing was searched', () => {
    const found = search(prints);
    expect(found.verdict).toBe('unknown');
    expect(new Set(found.texts.map(({ reason }) => reason))).toEqual(new Set(['nothing-searched']));
    expect(search(printsOf(), 'x').verdict).toBe('not-found');
  });

  it('need the key that they were taken with', () => {
    expect(() => beginFingerprintSearch(prints, KEY.map((byte) => byte ^ 1))).toThrow(FingerprintKeyError);
    expect(() => beginFingerprintSharing(prints, [], KEY.map((byte) => byte ^ 1))).toThrow(FingerprintKeyError);
    expect(() => beginFingerprints([], new Uint8Array(31))).toThrow(WeakFingerprintKeyError);
    expect(() => beginFingerprintSearch(prints, new Uint8Array(0))).toThrow(WeakFingerprintKeyError);
  });

  it('survive being written as JSON', () => {
    const read = JSON.parse(JSON.stringify(prints)) as Fingerprints;
    expect(search(read, SECRET, 'What we will do on Sunday')).toEqual(search(prints, SECRET, 'What we will do on Sunday'));
  });

  it('of excerpts open to what was sealed', () => {
    const keyed = gramKey(KEY);
    for (const gram of [...gramsOf(WORDS, keyed), ...gramsOf('abcdefghij', keyed)]) expect(keyed.unseal(keyed.seal(gram))).toEqual(gram);
  });
});

describe('what a person wrote', () => {
  it.each<readonly [string, JsonObject, readonly (readonly [string, string])[]]>([
    ['m.room.message', { msgtype: 'm.text', body: 'a', format: 'org.matrix.custom.html', formatted_body: '<b>a</b>' }, [['message', '<b>a</b>'], ['message', 'a']]],
    ['m.room.message', { msgtype: 'm.image', body: 'x.png', url: 'mxc://b/c', info: { thumbnail_url: 'mxc://b/d', mimetype: 'image/png', w: 4 } }, [['media', 'd'], ['media', 'c'], ['file-name', 'x.png']]],
    ['m.room.message', { 'm.new_content': { body: 'b', msgtype: 'm.text' }, 'm.relates_to': { rel_type: 'm.replace', event_id: '$x' }, body: '* b' }, [['message', '* b'], ['message', 'b']]],
    ['m.room.member', { membership: 'join', displayname: 'A', reason: 'r', 'm.mentions': { user_ids: ['@a:b'] } }, [['reason', 'r'], ['display-name', 'A']]],
    ['m.room.canonical_alias', { alias: '#a:b', alt_aliases: ['#c:d'] }, [['room-label', '#a:b'], ['room-label', '#c:d']]],
    ['org.example.x', { list: [{ deep: 'y' }, 'z'], ['__proto__']: 'p', constructor: 'c' }, [['other', 'c'], ['other', 'p'], ['other', 'z'], ['other', 'y']]],
  ])('in %s %j', (type, content, expected) => {
    expect(personalTexts({ type, content }).map(({ kind, text }) => [kind, text]).toSorted()).toEqual(expected.toSorted());
  });
});

describe('recorded rooms', () => {
  it.each(recordedRooms)('%s: nothing is found in what newcomers are served, but in what is kept; and before the erasure everything', (file) => {
    const stored = readRoom(file);
    const prints = takeFingerprints(stored.map(({ event }) => event), [RECORDED_ALICE], KEY);
    const { plan, result } = erase(stored, { subjects: [RECORDED_ALICE] });
    const kept = new Set(plan.rooms.flatMap(({ entries }) => entries.filter(({ treatment }) => treatment === 'keep').map(({ event_id: id }) => id)));
    const text = (each: (typeof stored)[number]): string => JSON.stringify(each.record, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    const before = beginFingerprintSearch(prints, KEY);
    for (const each of stored) before.text(text(each), each.event.eventId);
    expect(before.finish().texts.filter(({ reason }) => reason !== 'too-short').map(({ excerpts }) => excerpts.found)).not.toContain(0);
    const protectedIds = residueOf(stored.map(({ event }) => event), [RECORDED_ALICE]).rooms.flatMap(({ texts }) => texts.map(({ event_id: id }) => id));
    for (const id of protectedIds) kept.add(id);
    const own = result.filter(({ record, event }) => event.pdu.sender === RECORDED_ALICE && record['erasure'] === undefined && !kept.has(event.eventId));
    const after = beginFingerprintSearch(prints, KEY);
    for (const each of own) after.text(text(each), each.event.eventId);
    expect(after.finish().texts.filter((each) => each.status === 'found')).toEqual([]);
  });
});

describe('what a server stored after a real erasure', () => {
  type Changed = { readonly before: Pdu; readonly after: Pdu };
  const changed = gunzipSync(readFileSync(new URL('../../vectors/recorded/redacted-by-erasure.ndjson.gz', import.meta.url))).toString().trim().split('\n')
    .map((line) => JSON.parse(line) as Changed);
  const marker = /pii_a\d\d_\d+/g;

  it('has the texts whose markers it has, and no others', () => {
    // The marks that the recording put into every text are the other way to tell.
    const dumps = { before: changed.map(({ before }) => JSON.stringify(before)).join('\n'), after: changed.map(({ after }) => JSON.stringify(after)).join('\n') };
    const marked = changed.flatMap(({ before }) => personalTexts(before)).filter(({ text }) => text.match(marker)?.length === 1);
    expect(marked.length).toBeGreaterThan(80);
    for (const dump of [dumps.before, dumps.after, ascii(JSON.stringify(dumps.before))]) {
      const searching = beginFingerprintSearch(printsOf(...marked.map(({ text }) => text)), KEY);
      searching.text(dump, 'dump');
      const found = searching.hits().map((hits) => hits.size > 0);
      const distinct = [...new Map(marked.map(({ text }) => [folded(text), text])).values()];
      expect(found).toEqual(distinct.map((text) => dump.includes(text.match(marker)?.[0] ?? '')));
    }
  });
});
