import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventId, checkContentHash } from '../../src/crypto/event-hashes.ts';
import { verifyEvent } from '../../src/crypto/verify-event.ts';
import { checkFormat } from '../../src/event/format.ts';
import { referencedIds, type Pdu } from '../../src/event/pdu.ts';
import { isJsonFloat, isJsonObject, own } from '../../src/json/value.ts';
import { openRoom } from '../../src/room/graph.ts';
import { equalStateMaps } from '../../src/room/state-map.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import {
  arbitraryRoom, buildRoom, describeRoom, keptIn, redactionEffects, roomImplementation, runRoom, smallestScript,
  type Room, type RoomScript,
} from '../../src/testing.ts';

const versions = stableRoomVersionIds.map((id) => ({ id, rules: roomVersion(id), number: Number(id) }));

describe.each(versions)('generated rooms of version $id', ({ rules, number }) => {
  const signed = fc.sample(arbitraryRoom({ rules, maxScenes: 8 }), { numRuns: 5, seed: number });
  const rooms = fc.sample(arbitraryRoom({ rules, signed: false }), { numRuns: 300, seed: number });
  const opened = rooms.slice(0, 100).map((room) => ({ room, graph: openRoom(room.events, { rules }), run: runRoom(room.events, rules, roomImplementation) }));

  test('are signed, hashed and named as they should be', () => {
    const wrong = signed.flatMap((room) => room.events.filter(({ event_id: id, pdu }) => !isWhole(pdu, id, room)));
    expect(wrong).toEqual([]);
  });

  test('have the format of their version, signed or not', () => {
    expect(rooms.flatMap(({ events }) => events.flatMap(({ pdu }) => checkFormat({ ...pdu, signatures: {} }, rules.format)))).toEqual([]);
  });

  test('are the same events whether they are signed or not', () => {
    const ids = (room: Room): readonly string[] => room.events.map((event) => event.event_id);
    expect(signed.map((room) => ids(buildRoom(room.script, rules, { signed: false })))).toEqual(signed.map(ids));
  });

  test('are authorized but for what is said to be rejected, by this runner and by openRoom', () => {
    for (const { room: { events, rejected }, graph, run } of opened) {
      const expected = events.map(({ event_id: id }) => !rejected.has(id));
      expect(events.map(({ event_id: id }) => graph.verdict(id)?.verdict === 'authorized')).toEqual(expected);
      expect(events.map(({ event_id: id }) => run.authorized.get(id))).toEqual(expected);
    }
  });

  test('have the same state after each event by this runner and by openRoom', () => {
    for (const { room: { events }, graph, run } of opened) {
      const isOther = (id: string): boolean => {
        const state = graph.stateAfter(id);
        return state.state !== 'known' || !equalStateMaps(state.map(), run.after.get(id) ?? new Map<never, never>());
      };
      expect(events.some((event) => isOther(event.event_id)) ? describeRoom(events) : undefined).toBeUndefined();
    }
  });

  test('have no parents that come later', () => {
    for (const { events } of rooms) {
      const seen = new Set<string>();
      for (const { event_id: id, pdu } of events) {
        expect([...referencedIds(pdu.prev_events), ...referencedIds(pdu.auth_events)].filter((parent) => !seen.has(parent))).toEqual([]);
        seen.add(id);
      }
    }
  });

  const expected = FEATURES.filter(([, from = 1, to = 12]) => number >= from && number <= to);

  test.each(expected.map(([name]) => name))('some have: %s', (name) => {
    const feature = FEATURES.find(([other]) => other === name)?.[3];
    expect(rooms.some((room) => room.events.some(({ event_id: id, pdu }) => !room.rejected.has(id) && feature?.(pdu, room) === true))).toBe(true);
  });
});

function isWhole(pdu: Pdu, id: string, { rules, keys }: Room): boolean {
  return eventId(pdu, rules) === id && checkContentHash(pdu, rules) === 'match' && verifyEvent(pdu, rules, keys).verdict === 'valid';
}

type Feature = readonly [name: string, from: number | undefined, to: number | undefined, has: (event: Pdu, room: Room) => boolean];

const membership = (event: Pdu): unknown => (event.type === 'm.room.member' ? own(event.content, 'membership') : undefined);
const levels = (event: Pdu): readonly unknown[] => (event.type === 'm.room.power_levels' ? Object.values(event.content).flatMap((value) => (isJsonObject(value) ? Object.values(value) : [value])) : []);
const isConflict = ({ script, rules, events }: Room): boolean => script.actions.some((action) => action.do === 'heal')
  && events.some(({ pdu }) => referencedIds(pdu.prev_events).length > 1 && rules.id !== '')
  && new Set(runRoom(events, rules, roomImplementation).after.values()).size > 2;

const FEATURES: readonly Feature[] = [
  ['an invite', undefined, undefined, (event) => membership(event) === 'invite'],
  ['a ban', undefined, undefined, (event) => membership(event) === 'ban'],
  ['a kick', undefined, undefined, (event) => membership(event) === 'leave' && event.sender !== event.state_key],
  ['a leave', undefined, undefined, (event) => membership(event) === 'leave' && event.sender === event.state_key],
  ['a knock', 7, undefined, (event) => membership(event) === 'knock'],
  ['a restricted join', 8, undefined, (event, { rules }) => membership(event) === 'join' && rules.authorization.restricted && Object.hasOwn(event.content, 'join_authorised_via_users_server')],
  ['an invited address', undefined, undefined, (event) => event.type === 'm.room.third_party_invite'],
  ['an invite to an address', undefined, undefined, (event) => membership(event) === 'invite' && Object.hasOwn(event.content, 'third_party_invite')],
  ['levels', undefined, undefined, (event) => event.type === 'm.room.power_levels' && Object.hasOwn(event.content, 'invite')],
  ['levels for notifications', undefined, undefined, (event) => event.type === 'm.room.power_levels' && Object.hasOwn(event.content, 'notifications')],
  ['a level as text', undefined, 9, (event) => levels(event).some((level) => typeof level === 'string')],
  ['a level as a float', undefined, 5, (event) => event.type === 'm.room.power_levels' && Object.values(event.content).some((value) => isJsonFloat(value) || (isJsonObject(value) && Object.values(value).some(isJsonFloat)))],
  ['a redaction of another\'s event', undefined, undefined, (event, { events }) => event.type === 'm.room.redaction' && redacted(event, events)?.sender !== event.sender],
  ['a redaction of one\'s own event', undefined, undefined, (event, { events }) => event.type === 'm.room.redaction' && redacted(event, events)?.sender === event.sender],
  ['a closed room', undefined, undefined, (event) => own(event.content, 'm.federate') === false],
  ['more creators', 12, undefined, (event) => Object.hasOwn(event.content, 'additional_creators')],
  ['a rejected event', undefined, undefined, (_, { rejected }) => rejected.size > 0],
  ['a fork that is merged', undefined, undefined, (event, room) => referencedIds(event.prev_events).length > 1 && isConflict(room)],
  ['somebody who comes back', undefined, undefined, (event, { events }) => membership(event) === 'join' && events.some(({ pdu }) => membership(pdu) === 'leave' && pdu.state_key === event.state_key && (pdu.depth ?? 0) < (event.depth ?? 0))],
  ...['name', 'topic', 'avatar', 'canonical_alias', 'server_acl', 'encryption', 'tombstone', 'policy', 'history_visibility', 'aliases', 'retention'].map((name): Feature =>
    [`m.room.${name}`, undefined, undefined, (event) => event.type === `m.room.${name}`]),
];

function redacted(event: Pdu, events: Room['events']): Pdu | undefined {
  const id = event.redacts ?? own(event.content, 'redacts');
  return events.find(({ event_id: other }) => other === id)?.pdu;
}

describe('a generated room', () => {
  const counterexample = (shows: (room: Room) => boolean): Room | undefined => {
    const rooms = arbitraryRoom({ rules: roomVersion('12'), signed: false });
    return fc.check(fc.property(rooms, (room) => !shows(room)), { seed: 1, numRuns: 1000 }).counterexample?.[0];
  };

  test('shrinks to the two events that every room has', () => {
    expect(counterexample(() => true)?.events).toHaveLength(2);
  });

  test('shrinks to a room with nothing but what it shows', () => {
    const banned = counterexample(({ events }) => events.some(({ pdu }) => membership(pdu) === 'ban'));
    expect(banned?.events.length).toBeLessThanOrEqual(8);
  });

  test('is printed for people', () => {
    const room = fc.sample(arbitraryRoom({ rules: roomVersion('9') }), { numRuns: 1, seed: 1 })[0];
    expect(fc.stringify(room)).toContain('room version 9\n1. @alice:one.example m.room.create {"room_version":"9","creator":"@alice:one.example"');
  });
});

describe('a script', () => {
  const script: RoomScript = {
    actions: [
      { do: 'join-rule', by: 'alice', to: 'public' }, { do: 'join', by: 'bob' }, { do: 'say', by: 'erin' },
      { do: 'split', server: 'two.example' }, { do: 'set', by: 'alice', what: 'name' }, { do: 'say', by: 'bob' },
      { do: 'heal', server: 'two.example' }, { do: 'ban', by: 'alice', whom: 'bob' }, { do: 'say', by: 'bob', anyway: true },
    ],
  };

  test('makes the same room each time', () => {
    expect(buildRoom(script, roomVersion('11'))).toEqual(buildRoom(script, roomVersion('11')));
  });

  test('makes a room that reads as it was written, without what the rules forbid', () => {
    expect(describeRoom(buildRoom(script, roomVersion('10')).events).split('\n')).toEqual([
      '1. @alice:one.example m.room.create {"room_version":"10","creator":"@alice:one.example"}',
      '2. @alice:one.example m.room.member @alice:one.example {"membership":"join","displayname":"alice"}',
      '3. @alice:one.example m.room.join_rules {"join_rule":"public"}',
      '4. @bob:two.example m.room.member @bob:two.example {"membership":"join","displayname":"bob"}',
      '5. @alice:one.example m.room.name {"name":"the room of alice"}',
      '6. (after 4) @bob:two.example m.room.message {"msgtype":"m.text","body":"hello"}',
      '7. (after 5 and 6) @alice:one.example m.room.member @bob:two.example {"membership":"ban","reason":"spam"}',
      '8. @bob:two.example m.room.message {"msgtype":"m.text","body":"hello"}',
    ]);
  });

  test('gets as small as it can', () => {
    const hasBan = (one: RoomScript): boolean => buildRoom(one, roomVersion('6'), { signed: false }).events.some(({ pdu }) => membership(pdu) === 'ban');
    expect(smallestScript(script, hasBan)).toEqual({ actions: [{ do: 'ban', by: 'alice', whom: 'bob' }] });
  });

  test('says what is kept, and what redacting the rest changes', () => {
    const room = buildRoom(script, roomVersion('10'), { signed: false });
    const kept = keptIn(room);
    expect([...kept.values()]).toEqual(['create']);
    const all = new Set(room.events.map((event) => event.event_id).filter((id) => !kept.has(id)));
    expect(redactionEffects(room)(all)).toEqual({ authorization: [], resolution: [], state: [], redactions: [] });
  });
});
