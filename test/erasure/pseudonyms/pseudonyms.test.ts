import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as native from '../../../src/crypto/backend.node.ts';
import * as portable from '../../../src/crypto/backend.portable.ts';
import { clientEventOf, type ClientEvent } from '../../../src/erasure/pseudonyms/client-event.ts';
import { PseudonymMapError, pseudonymOf, pseudonymsFor, WeakPseudonymKeyError, type PseudonymMap } from '../../../src/erasure/pseudonyms/pseudonym-map.ts';
import { createPseudonymiser, NoPseudonymError, NotAClientEventError, pseudonymise, pseudonymousView } from '../../../src/erasure/pseudonyms/pseudonymise.ts';
import { erasureProfiles } from '../../../src/erasure/profiles.ts';
import type { Pdu } from '../../../src/event/pdu.ts';
import { isUserId, type UserId } from '../../../src/identifiers/identifiers.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json/value.ts';
import { openRoom } from '../../../src/room/graph.ts';
import { stateKeyOf, type StateMap } from '../../../src/room/state-map.ts';
import { roomVersion } from '../../../src/rules/room-versions.ts';
import { arbitraryRoom } from '../../../src/testing/rooms/arbitrary-room.ts';
import type { Room } from '../../../src/testing/rooms/room.ts';
import { ALICE, BOB, buildRoom, type RoomBuilder } from '../build-room.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const ROOM = '!r:a.example';
const alice = ALICE as UserId;
const map: PseudonymMap = pseudonymsFor([alice], [ROOM], { key: KEY });
const NAME = pseudonymOf(ALICE, ROOM, KEY);
const rules = roomVersion('11');

const eventOf = (content: JsonObject, more: Partial<ClientEvent> = {}): ClientEvent =>
  ({ type: 'm.room.message', content, event_id: '$e', room_id: ROOM, sender: BOB, ...more });
const rewritten = (content: JsonObject, more: Partial<ClientEvent> = {}): ClientEvent => pseudonymise(eventOf(content, more), map);

describe('a pseudonym', () => {
  it('is a user ID that no server can have, the same on either backend', () => {
    expect(NAME).toMatch(/^@[0-9a-f]{40}:erased\.invalid$/);
    expect(isUserId(NAME)).toBe(true);
    const text = JSON.stringify(['matrix-erasure/pseudonym', ROOM, ALICE]);
    for (const { hmacSha256 } of [native, portable]) expect(NAME).toContain(Buffer.from(hmacSha256(KEY, text).subarray(0, 20)).toString('hex'));
  });

  it('differs by room, user and key', () => {
    const other = KEY.map((byte) => byte ^ 1);
    const all = [NAME, pseudonymOf(ALICE, '!s:a.example', KEY), pseudonymOf(BOB, ROOM, KEY), pseudonymOf(ALICE, ROOM, other)];
    expect(new Set(all).size).toBe(4);
  });

  it('is not mixed up where room and user run together', () => {
    expect(pseudonymOf('@a:b', '!r:s","@a:b', KEY)).not.toBe(pseudonymOf('@a:b', '!r:s', KEY));
  });

  it('needs a key that is no word, and a user ID', () => {
    expect(() => pseudonymOf(ALICE, ROOM, new Uint8Array(31))).toThrow(WeakPseudonymKeyError);
    expect(() => pseudonymOf('alice', ROOM, KEY)).toThrow('not a user ID');
  });
});

describe('the map', () => {
  it('goes on when the key is destroyed, and takes no new rooms then', () => {
    const stored = JSON.parse(JSON.stringify(map)) as PseudonymMap;
    const event = eventOf({}, { sender: ALICE });
    expect(pseudonymise(event, stored).sender).toBe(NAME);
    expect(() => pseudonymise({ ...event, room_id: '!s:a.example' }, stored)).toThrow(NoPseudonymError);
    expect(() => pseudonymise(eventOf({ body: `hi ${ALICE}` }, { room_id: '!s:a.example' }), stored)).toThrow(NoPseudonymError);
  });

  it('keeps what it has, whatever the key', () => {
    const more = pseudonymsFor([alice], [ROOM, '!s:a.example'], { key: KEY.map((byte) => byte ^ 1), known: map });
    expect(more.rooms[ROOM]).toEqual([NAME]);
    expect(Object.keys(more.rooms)).toEqual([ROOM, '!s:a.example']);
    expect(() => pseudonymsFor([BOB as UserId], [ROOM], { key: KEY, known: map })).toThrow(PseudonymMapError);
  });

  it('has rooms with any name', () => {
    expect(Object.keys(pseudonymsFor([alice], ['__proto__'], { key: KEY }).rooms)).toEqual(['__proto__']);
    expect(() => pseudonymise(eventOf({}, { sender: ALICE, room_id: 'constructor' }), map)).toThrow(NoPseudonymError);
  });
});

describe('what is rewritten', () => {
  it.each([
    ['a mention', { 'm.mentions': { user_ids: [ALICE, BOB] } }, { 'm.mentions': { user_ids: [NAME, BOB] } }],
    ['power levels', { users: { [ALICE]: 100, [BOB]: 50 } }, { users: { [NAME]: 100, [BOB]: 50 } }],
    ['creators', { creator: ALICE, additional_creators: [BOB, ALICE] }, { creator: NAME, additional_creators: [BOB, NAME] }],
    ['who vouched', { membership: 'join', join_authorised_via_users_server: ALICE }, { membership: 'join', join_authorised_via_users_server: NAME }],
    ['a text', { body: `${ALICE}: hi, (${ALICE}).` }, { body: `${NAME}: hi, (${NAME}).` }],
    ['a pill', { formatted_body: `<a href="https://matrix.to/#/${ALICE}">A</a>` }, { formatted_body: `<a href="https://matrix.to/#/${NAME}">A</a>` }],
    ['an encoded pill', { formatted_body: 'https://matrix.to/#/%40alice%3aa.example?via=b' }, { formatted_body: `https://matrix.to/#/${encodeURIComponent(NAME)}?via=b` }],
    ['half an encoding', { body: '%40alice:a.example %2A' }, { body: `${encodeURIComponent(NAME)} %2A` }],
    ['a link', { body: 'matrix:u/alice:a.example' }, { body: `matrix:u/${NAME.slice(1)}` }],
  ])('%s', (_, content, expected) => {
    expect(rewritten(content).content).toEqual(expected);
  });

  it.each([
    ['a longer server name', `${ALICE}.uk`], ['a port', `${ALICE}:8448`], ['a port in a text', `see ${ALICE}:8448 there`], ['a longer name in a text', `see ${ALICE}s there`],
    ['a hyphen', `see ${ALICE}-b there`], ['a longer name, encoded', 'see %40alice%3Aa.examples'], ['a port, encoded', 'see %40alice%3Aa.example:1'],
    ['a longer server name, encoded', '%40alice%3Aa.example.uk'], ['another user', BOB],
    ['a user whose name ends with it', `@x${ALICE}`], ['another case', ALICE.toUpperCase()], ['a broken encoding', '%4'], ['percent', '100%'],
  ])('not %s', (_, body) => {
    const event = eventOf({ body, [body]: body });
    expect(pseudonymise(event, map)).toBe(event);
  });

  it('copies that the server added, as well', () => {
    const inner = { type: 'm.room.redaction', sender: ALICE, content: { reason: ALICE }, unsigned: { prev_sender: ALICE } };
    const unsigned = { redacted_because: inner, 'm.relations': { 'm.thread': { latest_event: inner } }, prev_sender: ALICE, invite_room_state: [{ sender: ALICE, state_key: ALICE }] };
    const text = JSON.stringify(rewritten({}, { unsigned }));
    expect(text).not.toContain('alice');
    expect(text.match(/erased\.invalid/g)).toHaveLength(9);
  });

  it('the key of a membership and of state that belongs to a user, but no other ID', () => {
    expect(rewritten({}, { type: 'm.room.member', state_key: ALICE }).state_key).toBe(NAME);
    expect(rewritten({}, { type: 'org.example.x', state_key: `${ALICE}_place` }).state_key).toBe(`${NAME}_place`);
    const ids = { event_id: `$x${ALICE}`, room_id: ROOM, redacts: `$y${ALICE}` };
    expect(rewritten({}, { ...ids, sender: ALICE })).toEqual(eventOf({}, { ...ids, sender: NAME }));
  });

  it('keys that are there already give way to the person\'s own', () => {
    expect(rewritten({ users: { [NAME]: 0, [ALICE]: 100 } }).content).toEqual({ users: { [NAME]: 100 } });
    expect(rewritten({ users: { [ALICE]: 100, [NAME]: 0 } }).content).toEqual({ users: { [NAME]: 100 } });
  });

  it('several people, one of them named like another', () => {
    const both: PseudonymMap = pseudonymsFor([alice, '@alice:a.example.uk'], [ROOM], { key: KEY });
    const [first, second] = both.rooms[ROOM] ?? [];
    expect(pseudonymise(eventOf({ body: '@alice:a.example.uk and @alice:a.example' }), both).content).toEqual({ body: `${second} and ${first}` });
  });

  it('a room that only its caller knows', () => {
    const { room_id: _, ...bare } = eventOf({}, { sender: ALICE });
    expect(pseudonymise(bare, map, { roomId: ROOM }).sender).toBe(NAME);
    expect(() => pseudonymise(bare, map)).toThrow(NoPseudonymError);
  });

  it('users with any historical name', () => {
    for (const user of ['@a+b$(c)|[d]^.*?\\:a.example', '@Ä Ö%41:a.example', '@\ud83e\udd8a:a.example', '@a/b:[::1]:8448'] as const) {
      const own = pseudonymsFor([user], [ROOM], { key: KEY });
      const name = own.rooms[ROOM]?.[0];
      expect(pseudonymise(eventOf({ body: `x ${user} y`, link: `https://matrix.to/#/${encodeURIComponent(user)}` }), own).content).toEqual({
        body: `x ${name} y`, link: `https://matrix.to/#/${encodeURIComponent(name ?? '')}`,
      });
    }
  });
});

describe('an event as servers exchange it', () => {
  const pdu: Pdu = { type: 'm.room.message', content: {}, sender: ALICE, room_id: ROOM, hashes: {}, signatures: {}, auth_events: [], prev_events: [] };

  it('does not compile', () => {
    expectTypeOf<Pdu>().not.toExtend<ClientEvent>();
    // @ts-expect-error: a PDU is no client event
    expect(() => pseudonymise(pdu, map)).toThrow(NotAClientEventError);
    // @ts-expect-error: nor is one without its hashes
    expect(() => pseudonymise({ ...eventOf({}), auth_events: [] }, map)).toThrow(NotAClientEventError);
  });

  it('becomes a client event without them', () => {
    const event = clientEventOf({ ...pdu, depth: 5, 'org.example.key': 1, unsigned: { age: 3 } }, { eventId: '$e', roomId: ROOM, rules });
    expect(event).toEqual({ type: 'm.room.message', content: {}, sender: ALICE, room_id: ROOM, event_id: '$e', unsigned: { age: 3 } });
  });

  it.each([['10', { redacts: '$t' }, {}], ['11', {}, { redacts: '$t' }]] as const)('in version %s says in both places what it redacts', (version, more, content) => {
    const event = clientEventOf({ type: 'm.room.redaction', content, sender: BOB, ...more }, { eventId: '$e', roomId: ROOM, rules: roomVersion(version) });
    expect([event.redacts, event.content['redacts']]).toEqual(['$t', '$t']);
  });

  it('that is no redaction says nothing of the kind', () => {
    const event = clientEventOf({ type: 'm.room.message', content: { redacts: '$t' }, sender: BOB, redacts: '$t' }, { eventId: '$e', roomId: ROOM, rules });
    expect(event).not.toHaveProperty('redacts');
  });
});

/** Every user ID that stands as a text or a key below a value. */
function userIds(value: JsonValue | undefined, found = new Set<string>()): ReadonlySet<string> {
  if (typeof value === 'string' && isUserId(value)) found.add(value);
  else if (Array.isArray(value)) for (const item of value) userIds(item, found);
  else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) { userIds(key, found); userIds(item, found); }
  return found;
}

const clientEvents = (room: Room, roomId: string): readonly ClientEvent[] =>
  room.events.map(({ event_id: eventId, pdu }) => clientEventOf(pdu, { eventId, roomId, rules: room.rules }));
const subjectIn = (room: Room): UserId => room.events[0]?.pdu.sender as UserId;

describe('for any room', () => {
  it('the state after every event is the same under other names', () => {
    fc.assert(fc.property(arbitraryRoom(), (room) => {
      const subject = subjectIn(room);
      const rewrite = createPseudonymiser(pseudonymsFor([subject], [ROOM], { key: KEY }));
      const graph = openRoom(room.events, { rules: room.rules });
      const shown = new Map(clientEvents(room, ROOM).map((event) => [event.event_id, rewrite(event)]));
      for (const { event_id: id } of room.events) {
        const before = graph.stateBefore(id);
        const state: StateMap = before.state === 'known' ? before.map() : new Map();
        expect(before.state).toBe('known');
        const renamed = new Map([...state.values()].map((each) => {
          const { type = '', state_key: key = '' } = shown.get(each) ?? {};
          return [stateKeyOf(type, key), each] as const;
        }));
        // No two keys became one, and each leads to the event that it led to.
        expect([...renamed.values()]).toEqual([...state.values()]);
        expect(renamed.size).toBe(state.size);
        const back = new Map([...state].map(([key, each]) => [key.replace(subject, pseudonymOf(subject, ROOM, KEY)), each]));
        expect(renamed).toEqual(back);
      }
    }), { numRuns: 30 });
  });

  it('nobody else changes, no event is lost, and the subject is nowhere', () => {
    fc.assert(fc.property(arbitraryRoom(), (room) => {
      const subject = subjectIn(room);
      const name = pseudonymOf(subject, ROOM, KEY);
      const events = clientEvents(room, ROOM);
      const rewrite = createPseudonymiser(pseudonymsFor([subject], [ROOM], { key: KEY }));
      const after = events.map((event) => rewrite(event));
      for (const [index, event] of events.entries()) {
        const others = (value: ClientEvent | undefined): readonly string[] => [...userIds(value as JsonValue)].filter((id) => id !== subject && id !== name);
        expect(others(after[index])).toEqual(others(event));
        expect(after[index] === event).toBe(!JSON.stringify(event).includes(subject));
      }
      expect(JSON.stringify(after)).not.toContain(subject);
      // Put back, it is what it was: nothing but the name has changed.
      expect(JSON.parse(JSON.stringify(after).replaceAll(name, subject))).toEqual(JSON.parse(JSON.stringify(events)));
    }), { numRuns: 50 });
  });

  it('what is shown depends on the subject\'s ID only by the pseudonym: it cannot be undone without the key', () => {
    const other: UserId = '@somebody.else:elsewhere.example';
    fc.assert(fc.property(arbitraryRoom(), (room) => {
      const subject = subjectIn(room);
      const name = pseudonymOf(subject, ROOM, KEY);
      const events = clientEvents(room, ROOM);
      // The same room, had it been another person's.
      const exchanged = JSON.parse(JSON.stringify(events).replaceAll(subject, other)) as readonly ClientEvent[];
      const shown = (from: readonly ClientEvent[], user: UserId): unknown => {
        const rewrite = createPseudonymiser({ subjects: [user], rooms: { [ROOM]: [name] } });
        return from.map((event) => rewrite(event));
      };
      expect(shown(exchanged, other)).toEqual(JSON.parse(JSON.stringify(shown(events, subject))));
    }), { numRuns: 30 });
  });
});

describe('a view of a room', () => {
  const view = (room: RoomBuilder, pseudonyms: PseudonymMap) => {
    const events = room.stored().map(({ event }) => event);
    const graph = openRoom(events.map(({ eventId, pdu, streamOrdering }) => ({ event_id: eventId, pdu, ...(streamOrdering === undefined ? {} : { stream_ordering: streamOrdering }) })), { rules: events[0]?.rules ?? rules });
    const erasure = { profile: erasureProfiles['notice'] ?? (() => { throw new Error('no profile'); })(), subjects: [ALICE], effectiveAt: 1_000_000 };
    return [...pseudonymousView({ roomId: room.roomId, graph, events }, { kind: 'user', id: BOB }, { erasure, pseudonyms })];
  };

  it('has the pseudonym and not the subject', () => {
    const room = buildRoom({ version: '11', powerLevels: { users: { [ALICE]: 100 } } });
    room.join(BOB);
    room.text(ALICE, 'hello');
    room.text(BOB, `hello ${ALICE}`);
    room.send(BOB, 'm.reaction', { 'm.relates_to': { event_id: '$x' } });
    const pseudonyms = pseudonymsFor([alice], [room.roomId], { key: KEY });
    const seen = view(room, pseudonyms);
    const name = pseudonyms.rooms[room.roomId]?.[0] ?? '';
    expect(seen.map(({ event }) => event?.sender)).toEqual([name, name, name, name, name, BOB, name, BOB, BOB]);
    expect(JSON.stringify(seen)).not.toContain('alice');
    expect(seen.flatMap(({ event }) => Object.keys(event ?? {})).filter((key) => ['hashes', 'signatures', 'auth_events', 'prev_events', 'depth'].includes(key))).toEqual([]);
    expect(seen[3]?.event?.type).toBe('m.room.join_rules');
  });

  it('is refused for a room without pseudonyms', () => {
    const room = buildRoom({ version: '11' });
    room.join(BOB);
    expect(() => view(room, { subjects: [alice], rooms: {} })).toThrow(NoPseudonymError);
  });
});
