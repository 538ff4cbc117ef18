import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pdu } from '../../src/event/pdu.ts';
import { MissingCreateEventError, openRoom, type RoomEventRecord, type RoomGraph } from '../../src/room/graph.ts';
import { DuplicateEventError } from '../../src/room/room-columns.ts';
import { stateKeyOf } from '../../src/room/state-map.ts';
import { UnsupportedRoomVersionError, roomVersion } from '../../src/rules/room-versions.ts';

const ALICE = '@alice:a.org';
const BOB = '@bob:b.org';

/** An event by Alice after some parents, unless it says otherwise. */
function event(id: string, parents: readonly string[], pdu: Partial<Pdu> = {}): RoomEventRecord {
  const auth = ['$create', '$levels', '$alice'].filter((name) => name !== id);
  return { event_id: id, pdu: { type: 'm.room.message', sender: ALICE, room_id: '!r:a.org', content: {}, prev_events: parents, auth_events: auth, origin_server_ts: 1, ...pdu } };
}

const CREATE = event('$create', [], { type: 'm.room.create', state_key: '', content: { creator: ALICE, room_version: '10' }, auth_events: [] });
const HEAD: readonly RoomEventRecord[] = [
  CREATE,
  event('$alice', ['$create'], { type: 'm.room.member', state_key: ALICE, content: { membership: 'join' }, auth_events: ['$create'] }),
  event('$levels', ['$alice'], { type: 'm.room.power_levels', state_key: '', content: { users: { [ALICE]: 100 } }, auth_events: ['$create', '$alice'] }),
  event('$rules', ['$levels'], { type: 'm.room.join_rules', state_key: '', content: { join_rule: 'public' } }),
  event('$bob', ['$rules'], { type: 'm.room.member', state_key: BOB, sender: BOB, content: { membership: 'join' }, auth_events: ['$create', '$levels', '$rules'] }),
];
const byBob = { sender: BOB, auth_events: ['$create', '$levels', '$bob'] };
const topic = { type: 'm.room.topic', state_key: '' };

const topicAt = (room: RoomGraph, id: string): string | undefined => {
  const state = room.stateAfter(id);
  return state.state === 'known' ? state.get('m.room.topic', '') : state.reason;
};

describe('a room in one line', () => {
  const room = openRoom([...HEAD, event('$t1', ['$bob'], topic), event('$m', ['$t1']), event('$t2', ['$m'], topic)]);

  test('has its rules from the create event', () => {
    expect(room.rules).toBe(roomVersion('10'));
  });

  test('has at each event the state that was', () => {
    expect(['$bob', '$t1', '$m', '$t2'].map((id) => topicAt(room, id))).toEqual([undefined, '$t1', '$t1', '$t2']);
    expect(room.stateBefore('$t1')).toMatchObject({ state: 'known' });
    expect(room.stateBefore('$create')).toMatchObject({ state: 'known', snapshot: 0 });
  });

  test('has equal snapshots while nothing changes, and the changes between others', () => {
    const [before, after, last] = ['$t1', '$m', '$t2'].map((id) => room.stateAfter(id)).map((state) => (state.state === 'known' ? state.snapshot : -1));
    expect(after).toBe(before);
    expect(room.changes(before ?? 0, last ?? 0)).toEqual([[stateKeyOf('m.room.topic', ''), '$t1', '$t2']]);
  });

  test('ends in its last event', () => {
    expect(room.forwardExtremities).toEqual(['$t2']);
    expect(room.currentState()).toMatchObject({ state: 'known' });
  });

  test('keeps state events and drops messages', () => {
    expect(room.stateEvent('$t1')?.type).toBe('m.room.topic');
    expect(room.stateEvent('$m')).toBeUndefined();
  });

  test('knows its events by name', () => {
    expect(room.order).toEqual(['$create', '$alice', '$levels', '$rules', '$bob', '$t1', '$m', '$t2']);
    expect([room.position('$m'), room.position('$no')]).toEqual([6, undefined]);
    expect([room.has('$m'), room.has('$no'), room.has('__proto__')]).toEqual([true, false, false]);
    expect([room.parents('$m'), room.parents('$no')]).toEqual([['$t1'], []]);
    expect(room.stateAfter('$no')).toEqual({ state: 'unknown', reason: 'no-such-event', missing: [] });
    expect(room.verdict('$no')).toBeUndefined();
  });
});

describe('verdicts', () => {
  const rejected = openRoom([...HEAD, event('$t1', ['$bob'], { ...topic, ...byBob }), event('$m', ['$t1'])]);

  test('an event that the state forbids is rejected and changes nothing', () => {
    expect(rejected.verdict('$t1')).toMatchObject({ verdict: 'rejected', rule: 'required-power' });
    expect(topicAt(rejected, '$t1')).toBeUndefined();
    expect(rejected.verdict('$m')).toEqual({ verdict: 'authorized' });
  });

  test('so is one that its own auth events forbid', () => {
    const room = openRoom([...HEAD, event('$m', ['$bob'], { sender: BOB, auth_events: ['$create', '$levels'] })]);
    expect(room.verdict('$m')).toMatchObject({ verdict: 'rejected', rule: 'sender-not-joined' });
  });

  test('and one that cites a rejected event', () => {
    const room = openRoom([...HEAD, event('$kick', ['$bob'], { type: 'm.room.member', state_key: ALICE, content: { membership: 'leave' }, sender: BOB, auth_events: ['$create', '$levels', '$bob', '$alice'] }),
      event('$m', ['$kick'], { auth_events: ['$create', '$levels', '$kick'] })]);
    expect(room.verdict('$kick')).toMatchObject({ verdict: 'rejected', rule: 'kick-power' });
    expect(room.verdict('$m')).toMatchObject({ verdict: 'rejected', rule: 'auth-events-rejected' });
  });

  test('one sender\'s messages are judged each in its own state, and by its own auth events', () => {
    const leave = event('$leave', ['$m1'], { type: 'm.room.member', state_key: BOB, content: { membership: 'leave' }, ...byBob });
    const room = openRoom([...HEAD, event('$m1', ['$bob'], byBob), leave, event('$m2', ['$leave'], byBob), event('$m3', ['$m1'], { ...byBob, auth_events: ['$create', '$levels'] })]);
    expect(['$m1', '$leave'].map((id) => room.verdict(id)?.verdict)).toEqual(['authorized', 'authorized']);
    for (const id of ['$m2', '$m3']) expect(room.verdict(id)).toMatchObject({ verdict: 'rejected', rule: 'sender-not-joined' });
  });

  test('the server\'s own rejections are believed', () => {
    const room = openRoom([...HEAD, { ...event('$t1', ['$bob'], topic), rejected: 'auth_error' }]);
    expect(room.verdict('$t1')).toMatchObject({ verdict: 'rejected', rule: 'recorded' });
    expect(room.forwardExtremities).toEqual(['$bob']);
  });

  test('a soft-failed event is part of the state after it, but no end of the room', () => {
    const room = openRoom([...HEAD, { ...event('$t1', ['$bob'], topic), soft_failed: true }]);
    expect(room.verdict('$t1')).toEqual({ verdict: 'soft-failed' });
    expect(topicAt(room, '$t1')).toBe('$t1');
    expect(room.forwardExtremities).toEqual(['$bob']);
  });

  test('an accepted event after a soft-failed one covers what is before both', () => {
    const room = openRoom([...HEAD, { ...event('$t1', ['$bob'], topic), soft_failed: true }, event('$m', ['$t1'])]);
    expect(room.forwardExtremities).toEqual(['$m']);
  });

  test('an auth event that is not there leaves the verdict open', () => {
    const room = openRoom([...HEAD, event('$m', ['$bob'], { auth_events: ['$create', '$levels', '$alice', '$gone'] })]);
    expect(room.verdict('$m')).toEqual({ verdict: 'unknown', reason: 'missing-auth-events' });
  });

  test('in version 12 an event of another room is rejected', () => {
    const rules = roomVersion('12');
    const create: RoomEventRecord = { event_id: '$create', pdu: { type: 'm.room.create', state_key: '', sender: ALICE, content: { room_version: '12' }, prev_events: [], auth_events: [] } };
    const join = (room_id: string): RoomEventRecord => event('$alice', ['$create'], { type: 'm.room.member', state_key: ALICE, content: { membership: 'join' }, auth_events: [], room_id });
    expect(openRoom([create, join('!create')], { rules }).verdict('$alice')).toEqual({ verdict: 'authorized' });
    expect(openRoom([create, join('!other')], { rules }).verdict('$alice')).toMatchObject({ rule: 'room-id-create' });
  });
});

describe('forks', () => {
  const fork = [
    ...HEAD,
    event('$t1', ['$bob'], { ...topic, origin_server_ts: 5 }),
    event('$t2', ['$bob'], { ...topic, origin_server_ts: 9 }),
  ];

  test('have two ends, and resolve', () => {
    const room = openRoom(fork);
    expect(room.forwardExtremities).toEqual(['$t1', '$t2']);
    const state = room.currentState();
    expect(state.state === 'known' && state.get('m.room.topic', '')).toBe('$t2');
  });

  test('are one state again after the event that joins them', () => {
    const room = openRoom([...fork, event('$m', ['$t1', '$t2']), event('$n', ['$m'])]);
    expect(topicAt(room, '$m')).toBe('$t2');
    expect(room.stateAfter('$n')).toMatchObject({ snapshot: (room.stateBefore('$m') as { readonly snapshot: number }).snapshot });
    expect(room.forwardExtremities).toEqual(['$n']);
  });

  test('come out the same in whatever order the events are read', () => {
    const all = [...fork, event('$m', ['$t1', '$t2'])];
    fc.assert(fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (events) => {
      const room = openRoom(events);
      expect(topicAt(room, '$m')).toBe('$t2');
      expect(room.order.indexOf('$m')).toBe(room.order.length - 1);
      for (const { event_id: id } of events) for (const parent of room.parents(id)) expect(room.position(parent)).toBeLessThan(room.position(id) ?? -1);
    }));
  });
});

describe('an incomplete room', () => {
  const partial = [...HEAD, event('$m', ['$gone']), event('$n', ['$m']), event('$o', ['$n', '$bob'])];

  test('says what is missing instead of guessing', () => {
    const room = openRoom(partial);
    for (const id of ['$m', '$n', '$o']) expect(room.stateAfter(id)).toEqual({ state: 'unknown', reason: 'incomplete-ancestry', missing: ['$gone'] });
    expect(room.verdict('$m')).toEqual({ verdict: 'unknown', reason: 'incomplete-ancestry' });
    expect(room.missingParents).toEqual(['$gone']);
    expect(room.currentState()).toMatchObject({ state: 'unknown' });
  });

  test('can be told the state', () => {
    const known = openRoom(HEAD).currentState();
    const state = known.state === 'known' ? known.map() : new Map();
    const room = openRoom(partial, { stateBefore: (id) => (id === '$m' ? state : undefined) });
    expect(room.verdict('$m')).toEqual({ verdict: 'authorized' });
    expect(room.currentState().state).toBe('known');
  });

  test('whose told state names events that are not there leaves verdicts open', () => {
    const state = new Map([[stateKeyOf('m.room.create', ''), '$create'], [stateKeyOf('m.room.member', ALICE), '$elsewhere']]);
    const room = openRoom(partial, { stateBefore: (id) => (id === '$m' ? state : undefined) });
    expect(room.verdict('$m')).toEqual({ verdict: 'unknown', reason: 'missing-state-events' });
  });

  test('without the create event opens with given rules', () => {
    const room = openRoom(partial.slice(1), { rules: roomVersion('10') });
    expect(room.stateAfter('$bob')).toMatchObject({ reason: 'incomplete-ancestry', missing: ['$create'] });
  });

  test('outliers are no end of the room', () => {
    const room = openRoom([...HEAD, { ...event('$invite', ['$gone'], { type: 'm.room.member', state_key: '@carol:c.org', content: { membership: 'invite' } }), outlier: true }]);
    expect(room.forwardExtremities).toEqual(['$bob']);
    expect(room.currentState().state).toBe('known');
  });

  test('events in a cycle, and after it, are set aside', () => {
    const room = openRoom([...HEAD, event('$x', ['$y']), event('$y', ['$x', '$bob']), event('$z', ['$y']), event('$self', ['$self'])]);
    for (const id of ['$x', '$y', '$z', '$self']) expect(room.stateBefore(id)).toEqual({ state: 'unknown', reason: 'cycle', missing: [] });
    expect(room.verdict('$z')).toEqual({ verdict: 'unknown', reason: 'cycle' });
    expect(room.forwardExtremities).toEqual(['$bob']);
    expect(room.order).toHaveLength(HEAD.length + 4);
  });
});

describe('the order of events', () => {
  test('is the server\'s, where records give it', () => {
    const later = [event('$b', ['$bob']), event('$a', ['$bob'])];
    const room = openRoom([...later, ...HEAD].map((record, at) => ({ ...record, stream_ordering: at < 2 ? 10 - at : at - 2 })));
    expect(room.order.slice(-2)).toEqual(['$a', '$b']);
  });

  test('is the input\'s otherwise, with parents first', () => {
    expect(openRoom([...HEAD.toReversed(), event('$b', ['$bob']), event('$a', ['$bob'])]).order).toEqual(['$create', '$alice', '$levels', '$rules', '$bob', '$b', '$a']);
  });
});

describe('errors', () => {
  test('no create event and no rules', () => {
    expect(() => openRoom([])).toThrow(MissingCreateEventError);
    expect(openRoom([], { rules: roomVersion('1') }).currentState()).toMatchObject({ state: 'known', snapshot: 0 });
  });

  test.each(['99', 7, null])('a create event of version %j', (version) => {
    const create = { ...CREATE, pdu: { ...CREATE.pdu, content: { room_version: version } } };
    expect(() => openRoom([create])).toThrow(UnsupportedRoomVersionError);
  });

  test('two records of one event', () => {
    expect(() => openRoom([...HEAD, CREATE])).toThrow(DuplicateEventError);
    expect(() => openRoom([...HEAD, CREATE])).toThrow('two records have the event ID $create: remove one of them');
  });
});

test('hostile names are names', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  const room = openRoom([...HEAD, ...names.map((name, at) => event(`$${name}`, [at === 0 ? '$bob' : `$${names[at - 1] ?? ''}`], { type: name, state_key: name }))]);
  const state = room.currentState();
  expect(state.state === 'known' && names.map((name) => state.get(name, name))).toEqual(names.map((name) => `$${name}`));
});

test('a room of 50,000 events, all of them in one line, opens without recursion', () => {
  const count = 50_000;
  const lines = Array.from({ length: count }, (_, at) => event(`$m${at}`, [at === 0 ? '$bob' : `$m${at - 1}`]));
  const room = openRoom([...HEAD, ...lines]);
  expect(room.verdict(`$m${count - 1}`)).toEqual({ verdict: 'authorized' });
  expect(openRoom([...HEAD, ...lines.toReversed()]).stateAfter(`$m${count - 1}`).state).toBe('known');
});
