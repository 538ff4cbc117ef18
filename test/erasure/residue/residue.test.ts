import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planErasure } from '../../../src/erasure/planner.ts';
import { erasureProfile } from '../../../src/erasure/profiles.ts';
import { freeTextPaths } from '../../../src/erasure/residue/free-texts.ts';
import { residueRules } from '../../../src/erasure/residue/kinds.ts';
import { beginResidue, residueOf } from '../../../src/erasure/residue/residue.ts';
import type { ResidueReport } from '../../../src/erasure/residue/report.ts';
import { saltContent } from '../../../src/erasure/residue/salt-content.ts';
import { serveEvents } from '../../../src/erasure/view/serve.ts';
import { surfaces, type Viewer } from '../../../src/erasure/view/viewer.ts';
import type { Pdu } from '../../../src/event/pdu.ts';
import { readRecord } from '../../../src/event/record.ts';
import { isRedacted, redact } from '../../../src/event/redact.ts';
import { isJsonObject, type JsonValue } from '../../../src/json/value.ts';
import { createRecordResolver } from '../../../src/room/resolve-record.ts';
import { roomVersion, stableRoomVersionIds } from '../../../src/rules/room-versions.ts';
import { arbitraryPdu } from '../../../src/testing/pdu-arbitraries.ts';
import { vectorLines } from '../../room/vectors.ts';
import { ALICE, BOB, buildRoom, type RoomBuilder } from '../build-room.ts';
import { planFor } from '../erase.ts';
import { ERASED, ERASED_AT, openRecorded } from '../view/recordings.ts';
import { readRoom, RECORDED_ALICE, recordedRooms } from '../rooms.ts';

const report = (room: RoomBuilder, subjects = [ALICE]): ResidueReport => residueOf(room.stored().map(({ event }) => event), subjects);

type Steps = readonly (string | number)[];

/** Every text below a value, and every key that is no text of the protocol, with the steps that lead to it. */
function* texts(value: JsonValue, path: Steps): Generator<readonly [path: Steps, text: string]> {
  if (typeof value === 'string') yield [path, value];
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* texts(item, [...path, index]);
  else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) yield* [[[...path, key], key] as const, ...texts(item, [...path, key])];
}

/** The steps of a listed path and of all that lead to it, with `*` for every key. */
function shapes(listed: string): readonly string[] {
  const steps = listed.split(/(?<!\\)\.|(?=\[\d+\])/).map((step) => (step.startsWith('[') ? step : '*'));
  return steps.map((_, index) => steps.slice(0, index + 1).join(' '));
}

const shapeOf = (path: Steps): string => path.map((step) => (typeof step === 'number' ? `[${step}]` : '*')).join(' ');

describe('what a right redaction leaves', () => {
  it('is counted by kind', () => {
    const room = buildRoom({ version: '10', powerLevels: { users: { [ALICE]: 100, [BOB]: 50 } } });
    room.join(BOB, { join_authorised_via_users_server: ALICE });
    room.state(BOB, 'm.room.power_levels', '', { users: { [ALICE]: 100 } });
    room.text(ALICE, 'hello');
    room.send(ALICE, 'm.room.encrypted', { ciphertext: 'xyz' });
    room.send(ALICE, 'm.room.message', saltContent({ body: 'salted' }, Uint8Array.from({ length: 16 }, (_, index) => index)));
    room.text(BOB, `hello ${ALICE}`);
    const { counts, texts: found } = report(room);
    // Hers: create, join, power levels, join rules, visibility, and three messages.
    expect(counts).toEqual({
      sender: 8, 'state-key': 1, 'power-level': 2, 'authorising-user': 1, creator: 1, 'create-content': 1, 'server-name': 8, timing: 8, 'content-hash': 8,
      confirmable: 2,
    });
    expect(found).toBe(0);
  });

  it('has the whole create event from version 11, each text by its path', () => {
    const content = { name: 'a name', type: 'm.space', 'my key': 'x', nested: { list: ['a', { deep: 1 }] }, predecessor: { room_id: '!o:b.example', event_id: 'words' }, flag: true };
    const room = buildRoom({ version: '11', createContent: content });
    const paths = report(room).rooms[0]?.texts.map(({ path, because }) => `${path} ${because}`);
    expect(paths).toEqual([
      'content.name redaction-keeps', 'content.* redaction-keeps', 'content.*.*[0] redaction-keeps', 'content.*.*[1].* redaction-keeps',
      'content.predecessor.event_id redaction-keeps', 'content.* redaction-keeps',
    ]);
    expect(report(buildRoom({ version: '10', createContent: content })).texts).toBe(0);
  });

  it('has what stands under protected keys and should not', () => {
    const room = buildRoom({ version: '6' });
    room.state(ALICE, 'm.room.member', ALICE, { membership: 'my name is Alice', displayname: 'Alice' });
    room.state(ALICE, 'm.room.power_levels', '', { users: { [BOB]: 50, 'Bob, that liar': 1 }, events: { 'm.room.name': 50, secret: 0 }, ban: 'never', kick: '50', notifications: { room: 1 } });
    room.send(ALICE, 'words of hers', {}, { more: { origin: 'Alice was here', prev_state: ['x'], hashes: { md5: 'y' } } });
    expect(report(room).rooms[0]?.texts.map(({ path }) => path).sort()).toEqual([
      'content.ban', 'content.events.*', 'content.membership', 'content.users.*', 'hashes.*', 'origin', 'prev_state[0]', 'type',
    ]);
  });

  it('has aliases in versions 1 to 5, and an ID that vouched', () => {
    const room = buildRoom({ version: '5' });
    room.state(ALICE, 'm.room.aliases', 'a.example', { aliases: ['#pii:a.example'] });
    expect(report(room).rooms[0]?.texts.map(({ path }) => path)).toEqual(['content.aliases[0]']);
    const newer = buildRoom({ version: '6' });
    newer.state(ALICE, 'm.room.aliases', 'a.example', { aliases: ['#pii:a.example'] });
    expect(report(newer).texts).toBe(0);
  });

  it('counts state of a user with a suffix, and the signed part of an invite by address', () => {
    const room = buildRoom({ version: '11', creator: BOB });
    room.state(BOB, 'org.example.place', `${ALICE}_home`, {});
    room.state(BOB, 'm.room.member', ALICE, { membership: 'invite', third_party_invite: { display_name: 'a…', signed: { mxid: ALICE, token: 'abcdefgh', signatures: {} } } });
    room.state(BOB, 'org.example.place', `${ALICE}.evil`, {});
    expect(report(room).counts).toEqual({ 'state-key': 2, 'third-party-invite': 1 });
  });

  it('names examples by pseudonym, three of a kind at most', () => {
    const room = buildRoom();
    for (let index = 0; index < 5; index++) room.text(ALICE, 'hello');
    const ids = room.records().map(({ event_id: id }) => id).sort();
    const reader = beginResidue([ALICE], { pseudonymOf: (userId, roomId) => `${userId.length} in ${roomId}` });
    for (const { event } of room.stored()) reader.pass(event);
    const senders = reader.finish().rooms[0]?.examples.filter(({ kind }) => kind === 'sender');
    expect(senders).toEqual(ids.slice(0, 3).map((event_id) => ({ kind: 'sender', event_id, who: `16 in ${room.roomId}` })));
    expect(JSON.stringify(report(room))).not.toContain(ALICE);
    expect(report(room).rooms[0]?.examples[0]?.who).toBe('@subject-1:erased.invalid');
    expect(report(room, [BOB, ALICE]).rooms[0]?.examples[0]?.who).toBe('@subject-2:erased.invalid');
  });

  it('does not depend on the order of the events', () => {
    const events = [buildRoom({ version: '11', name: 'b' }), buildRoom({ version: '5', name: 'a' })].flatMap((room) => {
      for (let index = 0; index < 5; index++) room.state(ALICE, 'm.room.aliases', `${index}.example`, { aliases: [`#pii_${index}:a.example`] });
      return room.stored().map(({ event }) => event);
    });
    const [forwards, backwards] = [events, events.toReversed()].map((list) => JSON.stringify(residueOf(list, [ALICE])));
    expect(forwards).toBe(backwards);
    expect(residueOf(events, [ALICE]).rooms.map(({ room_id: id }) => id)).toEqual(['!a:a.example', '!b:a.example']);
  });

  it('counts the servers that signed', () => {
    const room = buildRoom();
    room.send(ALICE, 'm.room.message', {}, { more: { signatures: { 'a.example': { 'ed25519:1': 'c2lnbmF0dXJl' }, 'b.example': {} } } });
    room.send(BOB, 'm.room.message', {}, { more: { signatures: { 'c.example': {} } } });
    expect(report(room)).toMatchObject({ counts: { signature: 1 }, rooms: [{ servers: 2 }] });
  });

  it('is of the event proper, not of what a server put beside it', () => {
    expect(freeTextPaths({ type: 'm.room.name', state_key: '', content: { name: 'x' }, unsigned: { prev_content: { name: 'y' } } })).toEqual(['content.name']);
  });

  it('is nothing where the subject never was', () => {
    const room = buildRoom({ creator: BOB });
    room.text(BOB, 'hello');
    expect(report(room)).toEqual({ rooms: [], counts: {}, texts: 0 });
  });
});

describe('treatments', () => {
  it('list the free text of what is kept, leave out what is purged or not covered', () => {
    const room = buildRoom({ version: '10' });
    room.join(BOB);
    const acl = room.state(ALICE, 'm.room.server_acl', '', { allow: ['*'], deny: ['evil.example'], allow_ip_literals: false, why: 'because of Mallory' });
    const tombstone = room.state(ALICE, 'm.room.tombstone', '', { body: 'moved away', replacement_room: '!new:a.example' });
    const events = room.stored().map(({ event }) => event);
    const plan = planFor(room.stored());
    const treatments = new Map(plan.rooms.flatMap(({ entries }) => entries.map(({ event_id: id, treatment }) => [id, treatment] as const)));
    const { rooms, counts } = residueOf(events, [ALICE], { treatmentOf: (_, id) => treatments.get(id) });
    expect(rooms[0]?.texts).toEqual([
      { event_id: acl, type: 'm.room.server_acl', path: 'content.*', because: 'event-kept' },
      { event_id: tombstone, type: 'm.room.tombstone', path: 'content.body', because: 'event-kept' },
    ]);
    expect(counts.sender).toBe(7);
    expect(residueOf(events, [ALICE], { treatmentOf: () => 'purge' })).toEqual({ rooms: [], counts: {}, texts: 0 });
    expect(residueOf(events, [ALICE], { treatmentOf: () => undefined }).counts.sender).toBeUndefined();
    expect(residueOf(events, [ALICE], { treatmentOf: () => 'keep' }).counts.confirmable).toBeUndefined();
  });
});

describe('laws', () => {
  it('of a redacted event nothing but what is listed or counted is free text', () => {
    fc.assert(fc.property(fc.constantFrom(...stableRoomVersionIds).chain((version) => fc.tuple(fc.constant(roomVersion(version)), arbitraryPdu({ rules: roomVersion(version) }))), ([rules, pdu]) => {
      const left = redact(pdu, rules.redaction);
      const listed = new Set(freeTextPaths(left).flatMap(shapes));
      // Every text of more than one word, and every such key, stands at a path that is listed.
      const words = [...texts(left as JsonValue, [])].filter(([path, text]) => /\s/.test(text) && path[0] !== 'unsigned');
      expect(words.map(([path]) => shapeOf(path)).filter((shape) => !listed.has(shape))).toEqual([]);
    }));
  });

  it('redacting first changes nothing in the counts but what can be told only from the original', () => {
    for (const file of recordedRooms) {
      const events = readRoom(file).map(({ event }) => event);
      const before = residueOf(events, [RECORDED_ALICE]);
      const after = residueOf(events.map((event) => (event.pdu.sender === RECORDED_ALICE ? { ...event, pdu: redact(event.pdu, event.rules.redaction) } : event)), [RECORDED_ALICE]);
      expect({ ...after.counts, confirmable: 0 }).toEqual({ ...before.counts, confirmable: 0 });
      expect(after.rooms.map((room) => room.texts)).toEqual(before.rooms.map((room) => room.texts));
    }
  });
});

type AfterErasure = { readonly events: readonly Parameters<typeof readRecord>[0][] };
const afterErasure: readonly AfterErasure[] = vectorLines('recorded-views/rooms.ndjson.gz').map((line) => JSON.parse(line) as AfterErasure);
const erasure = { profile: erasureProfile('notice'), subjects: [ERASED], effectiveAt: ERASED_AT };
const newcomers: readonly Viewer[] = [{ kind: 'user', id: '@dave:hs1.test:18441' }, { kind: 'user', id: '@ned:hs1.test:18441' }, { kind: 'guest' }];

/** Where an event holds markers: the steps that lead to each, with `*` for every key. */
const markedPlaces = (event: Pdu): readonly string[] =>
  [...texts(event.content as JsonValue, ['content'])].filter(([, text]) => text.includes('pii_')).map(([path]) => shapeOf(path));

describe('recorded rooms', () => {
  it.each(recordedRooms)('%s: each marker that a redaction leaves is in a listed event, and no marker is in the report', (file) => {
    const events = readRoom(file).map(({ event }) => event).filter(({ pdu }) => pdu.sender === RECORDED_ALICE);
    const found = residueOf(events, [RECORDED_ALICE]);
    const listed = new Set(found.rooms.flatMap((room) => room.texts.map(({ event_id: id }) => id)));
    const marked = events.filter(({ pdu, rules }) => /pii_a\d\d_\d+/.test(JSON.stringify(redact(pdu, rules.redaction), bigints))).map(({ eventId }) => eventId);
    expect([...listed].sort()).toEqual(expect.arrayContaining(marked.sort()));
    expect(JSON.stringify(found)).not.toMatch(/pii_/);
    // Beside the markers there are aliases, and an invite's token so short that it could be a word: nothing is listed for caution's sake.
    const others = found.rooms.flatMap((room) => room.texts).filter(({ event_id: id }) => !marked.includes(id)).map(({ path }) => path);
    expect(others.filter((path) => !['content.aliases[0]', 'content.third_party_invite.signed.token'].includes(path))).toEqual([]);
  });

  it('each marker in an own event that newcomers are served under the notice is in a text that the report lists, one by one', () => {
    let markers = 0;
    for (const { events: stored } of afterErasure) {
      const room = openRecorded(stored);
      const { resolve } = createRecordResolver();
      const events = stored.map((event) => resolve(readRecord(event).record));
      const plan = planErasure(events, { subjects: [ERASED], requestedAt: ERASED_AT, effectiveAt: ERASED_AT, profile: 'notice', scope: {} });
      const treatments = new Map(plan.rooms.flatMap(({ entries }) => entries.map(({ event_id: id, treatment }) => [id, treatment] as const)));
      const { rooms } = residueOf(events, [ERASED], { treatmentOf: (_, id) => treatments.get(id) });
      const listed = new Set(rooms.flatMap((one) => one.texts.flatMap(({ event_id: id, path }) => shapes(path).map((shape) => `${id} ${shape}`))));
      const served = newcomers.flatMap((viewer) => surfaces.flatMap((surface) => [...serveEvents(room, viewer, { erasure, surface, pastStates: true })]));
      const places = served.flatMap(({ eventId, event }) => (event?.sender === ERASED ? markedPlaces(event).map((shape) => `${eventId} ${shape}`) : []));
      markers += new Set(places).size;
      expect(places.filter((place) => !listed.has(place))).toEqual([]);
    }
    expect(markers).toBeGreaterThan(50);
  });

  it('events that Synapse redacted have no removable text left', () => {
    for (const file of recordedRooms) {
      for (const { event: { pdu, rules } } of readRoom(file)) {
        const left: Pdu = redact(pdu, rules.redaction);
        expect(isRedacted(left, rules.redaction)).toBe(true);
        expect(freeTextPaths(left).length).toBeLessThanOrEqual(freeTextPaths(pdu).length);
      }
    }
  });
});

const bigints = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

describe('the table', () => {
  it('has each kind once', () => {
    expect(new Set(residueRules.map(({ kind }) => kind)).size).toBe(residueRules.length);
    expect(residueRules.length).toBeLessThan(31);
  });
});
