import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pdu } from '../../src/event/pdu.ts';
import { checkAuthEvents } from '../../src/room/auth-events.ts';
import { appliedRedactions, redactionContextOf } from '../../src/room/applied-redactions.ts';
import { authorize } from '../../src/room/authorize.ts';
import { openRoom, type RoomEventRecord } from '../../src/room/graph.ts';
import { historyVisibilityFor, historyVisibilityForServer, historyVisibilityIn, historyVisibilityOf, type MemberAt } from '../../src/room/history-visibility.ts';
import { redactionVerdict } from '../../src/room/redaction-verdict.ts';
import type { StateKey, StateMap } from '../../src/room/state-map.ts';
import { resolveState } from '../../src/room/state-resolution.ts';
import { roomVersion, roomVersionIds } from '../../src/rules/room-versions.ts';
import { arbitraryJsonValue } from '../../src/testing.ts';

const NAMED: ReadonlySet<string> = new Set(['MissingCreateEventError', 'UnsupportedRoomVersionError', 'DuplicateEventError', 'UnreadableRecordError', 'MissingStateEventError', 'CanonicalJsonError', 'UnredactableEventError']);
const USERS = ['@ann:a.org', '@ben:b.org', 'nobody', ''] as const;
const IDS = ['$create', '$ann', '$levels', '$1', '$2', '$3', '__proto__', ''] as const;
const ROOM = '!create';

const anything: fc.Arbitrary<unknown> = arbitraryJsonValue({ strictCanonicalJson: false });
/** Mostly what is expected there, so that the rules are reached; else anything. */
const mostly = (expected: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.oneof({ arbitrary: expected, weight: 15 }, { arbitrary: anything, weight: 1 });
const idList = mostly(fc.array(mostly(fc.oneof(fc.constantFrom(...IDS), fc.tuple(fc.constantFrom(...IDS), fc.constant({})))), { maxLength: 4 }));
const level = mostly(fc.constantFrom(0, 25, 50, 100, '50', ' +100 ', '--', 1e21, 2n ** 80n));
const user = fc.constantFrom(USERS[0], USERS[0], USERS[0], ...USERS);
const table = mostly(fc.dictionary(user, level, { maxKeys: 3 }));

const signed = mostly(fc.record({
  mxid: mostly(user), token: mostly(fc.constant('token')), signatures: mostly(fc.constantFrom({}, { 'a.org': { 'ed25519:0': 'AAAA', 'ed25519:1': '%%' } }, { 'a.org': [] })),
}));
const optional = <T>(fields: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<unknown> => mostly(fc.record(fields, { requiredKeys: [] }));
const membership = mostly(fc.constantFrom('join', 'join', 'invite', 'leave', 'ban', 'knock', 'toString'));

type Form = { readonly content: fc.Arbitrary<unknown>; readonly stateKey: fc.Arbitrary<unknown> };
const empty = fc.constant('');

/** What each type mostly holds. */
const FORMS: Readonly<Record<string, Form>> = {
  'm.room.create': {
    stateKey: empty,
    content: optional({ creator: mostly(user), room_version: mostly(fc.constantFrom(...roomVersionIds, '99')), additional_creators: mostly(fc.array(mostly(user), { maxLength: 2 })), 'm.federate': mostly(fc.boolean()) }),
  },
  'm.room.member': {
    stateKey: user,
    content: fc.oneof(
      mostly(fc.record({ membership })),
      optional({ membership, join_authorised_via_users_server: mostly(user), third_party_invite: mostly(fc.record({ signed })) }),
    ),
  },
  'm.room.power_levels': {
    stateKey: empty,
    content: optional({ users: table, events: table, notifications: table, users_default: level, events_default: level, state_default: level, ban: level, kick: level, invite: level, redact: level }),
  },
  'm.room.join_rules': { stateKey: empty, content: mostly(fc.record({ join_rule: mostly(fc.constantFrom('public', 'invite', 'knock', 'restricted', 'knock_restricted')) })) },
  'm.room.history_visibility': { stateKey: empty, content: mostly(fc.record({ history_visibility: mostly(fc.constantFrom('shared', 'joined', 'invited', 'world_readable')) })) },
  'm.room.third_party_invite': {
    stateKey: fc.constant('token'),
    content: optional({ public_key: mostly(fc.constantFrom('AAAA', '%')), public_keys: mostly(fc.array(mostly(fc.constant({ public_key: 'AA' })), { maxLength: 2 })) }),
  },
  'm.room.aliases': { stateKey: fc.constantFrom('a.org', 'b.org'), content: optional({ aliases: anything }) },
  'm.room.redaction': { stateKey: fc.constant(undefined), content: optional({ redacts: idList, reason: anything }) },
  'm.room.topic': { stateKey: fc.oneof(empty, user), content: optional({ topic: anything }) },
  ['__proto__']: { stateKey: anything, content: anything },
};

const eventOf = (type: string, { content, stateKey }: Form): fc.Arbitrary<unknown> => fc.record({
  type: mostly(fc.constant(type)), content, sender: mostly(user), room_id: mostly(fc.constantFrom(ROOM, ROOM, '!room:a.org', '!other')), event_id: mostly(fc.constantFrom(...IDS)), state_key: mostly(stateKey),
  origin_server_ts: mostly(fc.constantFrom(0, 1, 2n ** 70n)), depth: mostly(fc.constantFrom(0, 1, 2n ** 70n)), prev_events: idList, auth_events: idList, redacts: mostly(fc.constantFrom(...IDS)),
}, { requiredKeys: ['type', 'content', 'sender', 'room_id', 'state_key', 'prev_events'] });

const event = mostly(fc.oneof(...Object.entries(FORMS).map(([type, form]) => eventOf(type, form)))) as fc.Arbitrary<Pdu>;
/** A room's state, most of it as it is in rooms. */
const state = fc.tuple(...['m.room.create', 'm.room.power_levels', 'm.room.join_rules', 'm.room.third_party_invite', 'm.room.member', 'm.room.member', 'm.room.member']
  .map((type) => fc.option(mostly(eventOf(type, FORMS[type] ?? { content: anything, stateKey: anything })), { nil: null, freq: 8 }))) as fc.Arbitrary<readonly (Pdu | null)[]>;

const events = fc.array(fc.tuple(fc.constantFrom(...IDS), event), { maxLength: 8 });
const version = fc.constantFrom(...roomVersionIds).map((id) => roomVersion(id));
const lookup = (known: readonly (Pdu | null)[]): ((type: string, stateKey: string) => Pdu | undefined) => (type, stateKey) =>
  known.find((pdu) => pdu?.type === type && pdu.state_key === stateKey) ?? undefined;

/** What a call gives; what is thrown has a name of this project. */
function verdictOf<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error && NAMED.has(error.name)) return undefined;
    throw error;
  }
}

const runs = { numRuns: 1500 };

describe('whatever the events hold', () => {
  test('authorize gives a verdict, by every sort of rule', () => {
    const rulesMet = new Set<string>();
    fc.assert(fc.property(event, state, version, (judged, before, rules) => {
      const verdict = authorize(judged, { rules, state: lookup(before), createEventId: '$create' });
      rulesMet.add(verdict.allowed ? 'allowed' : verdict.rule);
      verdictOf(() => authorize(judged, { rules, state: lookup(before), signedBy: () => false }));
    }), runs);
    expect(rulesMet.size).toBeGreaterThan(15);
  });

  test('checkAuthEvents gives a verdict', () => {
    fc.assert(fc.property(event, events, version, (judged, cited, rules) => {
      const verdict = checkAuthEvents(judged, cited.map(([, pdu]) => pdu), { rules, createEventId: '$create', rejected: () => false });
      expect(verdict.allowed || verdict.reason !== '').toBe(true);
    }), runs);
  });

  test('resolveState gives a state of events that were in one, or says which event is missing', () => {
    const states = fc.array(fc.dictionary(fc.constantFrom<StateKey>('m.room.create\u0000', 'm.room.power_levels\u0000', 'm.room.member\u0000@ann:a.org', 'x\u0000__proto__'), fc.constantFrom(...IDS)), { maxLength: 3 });
    fc.assert(fc.property(states, events, version, (of, known, rules) => {
      const maps = of.map((each): StateMap => new Map(Object.entries(each) as (readonly [StateKey, string])[]));
      const byId = new Map<string, Pdu>(known);
      const resolved = verdictOf(() => resolveState(maps, { rules, fetchEvent: (id) => byId.get(id) }));
      const outcome = resolved === undefined ? [] : [...resolved.values()];
      expect(outcome.filter((id) => !IDS.some((known_) => known_ === id))).toEqual([]);
    }), runs);
  });

  test('history visibility gives a verdict', () => {
    fc.assert(fc.property(event, state, state, (judged, before, after) => {
      const visibility = historyVisibilityIn(judged);
      expect(['shared', 'joined', 'invited', 'world_readable']).toContain(visibility);
      expect(typeof historyVisibilityFor({ visibility, membership: undefined, joinedLater: true }).visible).toBe('boolean');
      expect(typeof historyVisibilityOf(judged, { userId: '@ann:a.org', joinedLater: false }, { before: lookup(before), after: lookup(after) }).visible).toBe('boolean');
      const members = IDS.map((id): MemberAt => [id, 'join']);
      expect(typeof historyVisibilityForServer('a.org', { visibility, members }).visible).toBe('boolean');
    }), runs);
  });

  test('redactionVerdict gives a verdict', () => {
    fc.assert(fc.property(event, fc.option(event, { nil: undefined }), state, version, (judged, target, before, rules) => {
      expect(['applies', 'held', 'ignored']).toContain(redactionVerdict(judged, target, { rules, state: lookup(before) }).verdict);
    }), runs);
  });

  const record = mostly(fc.record({
    event_id: mostly(fc.constantFrom(...IDS)), pdu: event, stream_ordering: mostly(fc.constantFrom(0, 1, NaN, null)), rejected: mostly(fc.constantFrom('no', null)), soft_failed: mostly(fc.boolean()), outlier: mostly(fc.boolean()),
  }, { requiredKeys: ['event_id', 'pdu'] })) as fc.Arbitrary<RoomEventRecord>;
  const fresh = fc.uniqueArray(record, { selector: (each) => (each as RoomEventRecord | null)?.event_id, maxLength: 8 });

  test('openRoom gives every event a verdict and a place', () => {
    fc.assert(fc.property(fresh, fc.option(version, { nil: undefined }), (records, rules) => {
      const room = verdictOf(() => openRoom(records, rules === undefined ? {} : { rules }));
      if (room === undefined) return;
      expect(room.order.toSorted()).toEqual(records.map(({ event_id: id }) => id).toSorted());
      for (const id of room.order) {
        expect(['authorized', 'soft-failed', 'rejected', 'unknown']).toContain(room.verdict(id)?.verdict);
        expect([room.stateBefore(id).state, room.stateAfter(id).state].every((known) => known === 'known' || known === 'unknown')).toBe(true);
      }
      expect(['known', 'unknown']).toContain(room.currentState().state);
      const redactions = appliedRedactions(records, redactionContextOf(room));
      expect([...redactions.redactions.keys()].every(room.has)).toBe(true);
    }), runs);
  });

  test('records without an event or an ID are named as such', () => {
    for (const wrong of [null, 7, [], {}, { event_id: '$a' }, { event_id: '$a', pdu: null }, { event_id: '$a', pdu: [] }, { pdu: { type: 'a', content: {} } }, { event_id: 5, pdu: { type: 'a', content: {} } }]) {
      expect(() => openRoom([wrong as RoomEventRecord], { rules: roomVersion('11') })).toThrow(expect.objectContaining({ name: 'UnreadableRecordError' }));
    }
  });

  test('an event without the form of one is kept, and refused', () => {
    const create = { event_id: '$create', pdu: { type: 'm.room.create', state_key: '', sender: '@ann:a.org', room_id: '!r:a.org', content: { room_version: '11' }, prev_events: [], auth_events: [] } };
    const forms: readonly object[] = [{ type: 'x', content: {}, sender: null }, { type: 'x', content: null }, { type: 5, content: {} }, { type: 'm.room.member', state_key: 5, content: { membership: 'join' } }, { type: 'x', content: {}, state_key: '', room_id: [] }];
    const room = openRoom([create, ...forms.map((form, at) => ({ event_id: `$${at}`, pdu: { sender: '@ann:a.org', prev_events: ['$create'], auth_events: ['$create'], ...form } as unknown as Pdu })),
    ...forms.map((_, at): RoomEventRecord => ({ event_id: `$citing${at}`, pdu: { type: 'x', content: {}, sender: '@ann:a.org', room_id: '!r:a.org', prev_events: [`$${at}`], auth_events: ['$create', `$${at}`, '$gone'] } }))]);
    for (const at of forms.keys()) expect(room.verdict(`$${at}`)).toMatchObject({ verdict: 'rejected', rule: 'format' });
    for (const at of forms.keys()) expect(room.verdict(`$citing${at}`)).toMatchObject({ verdict: 'rejected', rule: 'auth-events-rejected' });
    expect(room.stateEvent('$3')).toBeUndefined();
    expect(room.currentState()).toMatchObject({ state: 'known' });
  });
});

describe('numbers that sort', () => {
  const [ann, create] = ['$ann', '$create'];
  const base: Pdu = { type: 'm.room.topic', state_key: '', sender: '@ann:a.org', room_id: '!r:a.org', content: {}, prev_events: [ann], auth_events: [create, ann] };
  const head: Readonly<Record<string, Pdu>> = {
    [create]: { ...base, type: 'm.room.create', content: { creator: '@ann:a.org' }, prev_events: [], auth_events: [] },
    [ann]: { ...base, type: 'm.room.member', state_key: '@ann:a.org', content: { membership: 'join' }, prev_events: [create], auth_events: [create] },
  };
  const winner = (id: string, numbers: Readonly<Record<string, unknown>>): string | undefined => {
    const topics = Object.entries(numbers).map(([name, number]) => [name, { ...base, origin_server_ts: number, depth: number } as Pdu] as const);
    const states = topics.map(([name]): StateMap => new Map([['m.room.create\u0000', create], ['m.room.member\u0000@ann:a.org', ann], ['m.room.topic\u0000', name]]));
    const byId = new Map([...Object.entries(head), ...topics]);
    return resolveState(states, { rules: roomVersion(id), fetchEvent: (name) => byId.get(name) }).get('m.room.topic\u0000');
  };

  test.each(['1', '2', '5'])('version %s: of any size', (id) => {
    expect(winner(id, { $a: 5, $b: 2n ** 70n, $c: 7 })).toBe('$b');
    expect(winner(id, { $a: 2n ** 71n, $b: 2n ** 70n })).toBe('$a');
    expect(winner(id, { $a: 5, $b: -(2n ** 70n) })).toBe('$a');
  });

  test.each(['1', '2', '11'])('version %s: what is none counts as 0', (id) => {
    expect(winner(id, { $a: { valueOf: 1, toString: 1 }, $b: 1 })).toBe('$b');
    expect(winner(id, { $a: 'x', $b: -1 })).toBe('$a');
  });
});
