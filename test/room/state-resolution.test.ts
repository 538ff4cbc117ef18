import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pdu } from '../../src/event/pdu.ts';
import { openRoom } from '../../src/room/graph.ts';
import { MissingStateEventError } from '../../src/room/event-table.ts';
import { equalStateMaps, stateKeyOf, type StateKey, type StateMap } from '../../src/room/state-map.ts';
import { resolveState } from '../../src/room/state-resolution.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import type { RoomVersionRules } from '../../src/rules/types.ts';
import { vectorLines, vectorText } from './vectors.ts';

type NamedPdu = Pdu & { readonly event_id: string };
type StateObject = Readonly<Record<StateKey, string>>;
type Case = {
  readonly label: string;
  readonly version: string;
  readonly states: readonly StateObject[];
  readonly events: readonly NamedPdu[];
  readonly rejected?: readonly string[];
  readonly expected: StateObject;
};

const toMap = (state: StateObject): StateMap => new Map(Object.entries(state) as (readonly [StateKey, string])[]);
const lookup = (events: Iterable<NamedPdu>): ((id: string) => Pdu | undefined) => {
  const byId = new Map(Array.from(events, (event) => [event.event_id, event]));
  return (id) => byId.get(id);
};
const cases: readonly Case[] = vectorLines('three-implementations/state-resolution.ndjson.gz').map((line) => JSON.parse(line));

function resolveCase({ version, states, events, rejected = [] }: Case, order: (maps: readonly StateMap[]) => readonly StateMap[] = (maps) => maps): StateMap {
  return resolveState(order(states.map(toMap)), { rules: roomVersion(version), fetchEvent: lookup(events), rejected: (id) => rejected.includes(id) });
}

describe('forked rooms that Synapse and ruma resolved', () => {
  test.each(stableRoomVersionIds)('version %s', (version) => {
    const own = cases.filter((fork) => fork.version === version);
    expect(own).toHaveLength(33);
    for (const fork of own) expect({ [fork.label]: Object.fromEntries(resolveCase(fork)) }).toEqual({ [fork.label]: fork.expected });
  });

  test('the order of the states does not matter', () => {
    for (const fork of cases) expect(resolveCase(fork, (maps) => maps.toReversed())).toEqual(resolveCase(fork));
  });

  test('nor does saying a state twice', () => {
    for (const fork of cases) expect(resolveCase(fork, (maps) => [...maps, ...maps])).toEqual(resolveCase(fork));
  });

  test('resolving the outcome with itself gives the outcome', () => {
    for (const fork of cases) {
      const outcome = resolveCase(fork);
      expect(resolveCase(fork, () => [outcome, outcome])).toEqual(outcome);
    }
  });
});

type Fixtures = {
  readonly batch_tests: Readonly<Record<string, { readonly files: readonly string[]; readonly expected: Readonly<Record<string, string>> }>>;
  readonly state_map_tests: Readonly<Record<string, { readonly state_maps: readonly string[]; readonly pdus: string; readonly expected: Readonly<Record<string, string>> }>>;
  readonly fixture_bodies: Readonly<Record<string, readonly NamedPdu[] | readonly string[]>>;
};

describe('fixtures of ruma', () => {
  const fixtures: Fixtures = JSON.parse(vectorText('ruma/state-resolution.json.gz'));
  const pdusIn = (file: string): readonly NamedPdu[] => (fixtures.fixture_bodies[file] ?? []).filter((event) => typeof event !== 'string');
  const named = (state: StateMap): Readonly<Record<string, string>> => Object.fromEntries(Array.from(state, ([key, id]) => [key.replace('\u0000', '|'), id]));
  const versionOf = (events: readonly Pdu[]): RoomVersionRules =>
    roomVersion(String(events.find((event) => event.type === 'm.room.create')?.content['room_version']));

  test.each(Object.entries(fixtures.batch_tests))('%s, event by event', (_name, { files, expected }) => {
    const room = openRoom(files.flatMap(pdusIn).map((pdu) => ({ event_id: pdu.event_id, pdu })));
    const current = room.currentState();
    expect(current.state === 'known' ? named(current.map()) : current).toEqual(expected);
  });

  test.each(Object.entries(fixtures.batch_tests))('%s, the ends of all branches at once', (_name, { files, expected }) => {
    const events = files.flatMap(pdusIn);
    const room = openRoom(events.map((pdu) => ({ event_id: pdu.event_id, pdu })));
    const ends = room.forwardExtremities.map(room.stateAfter).flatMap((state) => (state.state === 'known' ? [state.map()] : []));
    expect(named(resolveState(ends, { rules: versionOf(events), fetchEvent: lookup(events) }))).toEqual(expected);
  });

  test.each(Object.entries(fixtures.state_map_tests))('%s', (_name, { state_maps: files, pdus, expected }) => {
    const events = pdusIn(pdus);
    const byId = lookup(events);
    const states = files.map((file) => new Map((fixtures.fixture_bodies[file] ?? []).flatMap((id) => {
      const event = typeof id === 'string' ? byId(id) : undefined;
      return event === undefined ? [] : [[stateKeyOf(event.type, event.state_key ?? ''), String(id)] as const];
    })));
    expect(named(resolveState(states, { rules: versionOf(events), fetchEvent: byId }))).toEqual(expected);
  });
});

describe('a room of one\'s own', () => {
  const base = { room_id: '!r:a', sender: '@a:a', origin_server_ts: 1, depth: 1, prev_events: ['$0'], auth_events: ['$create', '$ann'] };
  const create: NamedPdu = { ...base, type: 'm.room.create', state_key: '', event_id: '$create', content: { creator: '@a:a' }, prev_events: [], auth_events: [] };
  const ann: NamedPdu = { ...base, type: 'm.room.member', state_key: '@a:a', event_id: '$ann', content: { membership: 'join' }, prev_events: ['$create'], auth_events: ['$create'] };
  const rules: NamedPdu = { ...base, type: 'm.room.join_rules', state_key: '', event_id: '$rules', content: { join_rule: 'invite' } };
  const topic = (id: string, changes: Partial<Pdu> = {}): NamedPdu => ({ ...base, type: 'm.room.topic', state_key: '', event_id: id, content: {}, ...changes });
  const state = (...events: readonly NamedPdu[]): StateMap => new Map(events.map((event) => [stateKeyOf(event.type, event.state_key ?? ''), event.event_id]));
  const sha1 = (id: string): string => createHash('sha1').update(id).digest('hex');
  const ids = ['$one', '$two', '$three', '$four'].sort((one, other) => (sha1(one) < sha1(other) ? -1 : 1));
  const place = stateKeyOf('m.room.topic', '');
  const resolveV1 = (events: readonly NamedPdu[]): StateMap =>
    resolveState(events.map((event) => state(create, ann, event)), { rules: roomVersion('1'), fetchEvent: lookup([create, ann, ...events]) });

  test('in version 1 the deepest event comes out and, at one depth, the one with the lowest hash', () => {
    expect(resolveV1(ids.map((id) => topic(id))).get(place)).toBe(ids[0]);
    expect(resolveV1(ids.map((id, at) => topic(id, { depth: at === 2 ? 5 : 1 }))).get(place)).toBe(ids[2]);
  });

  test('in version 1 power levels are tried from the highest hash, as long as each allows the next', () => {
    const levels = ids.map((id, at): NamedPdu => ({ ...topic(id), type: 'm.room.power_levels', content: { users: { '@a:a': at === 1 ? 10 : 100 }, state_default: 50 } }));
    expect(resolveV1(levels).get(stateKeyOf('m.room.power_levels', ''))).toBe(ids[1]);
  });

  test('in version 1 a place that only one state has is not in conflict', () => {
    const events = [create, ann, topic('$t')];
    const resolved = resolveState([state(create, ann), state(...events)], { rules: roomVersion('1'), fetchEvent: lookup([create, ann]) });
    expect(resolved.get(place)).toBe('$t');
  });

  test.each(['2', '11'])('in version %s a rejected auth event stands in for nothing', (version) => {
    const bob: NamedPdu = { ...base, type: 'm.room.member', state_key: '@b:b', sender: '@b:b', event_id: '$bob', content: { membership: 'join' }, auth_events: ['$create', '$rules'] };
    const levels: NamedPdu = { ...topic('$levels'), type: 'm.room.power_levels', content: { users: { '@a:a': 100 }, state_default: 0 } };
    const his = topic('$his', { sender: '@b:b', auth_events: ['$create', '$levels', '$bob'] });
    const common = [{ ...create, sender: '@a:a' }, ann, rules, levels];
    const resolve = (rejected: boolean): string | undefined =>
      resolveState([state(...common), state(...common, his)], { rules: roomVersion(version), fetchEvent: lookup([...common, bob, his]), rejected: (id) => rejected && id === '$bob' }).get(place);
    expect(resolve(false)).toBe('$his');
    expect(resolve(true)).toBeUndefined();
  });
});

describe('laws', () => {
  const states = fc.uniqueArray(fc.tuple(fc.string(), fc.string(), fc.string()), { selector: ([type, key]) => stateKeyOf(type, key) })
    .map((rows): StateMap => new Map(rows.map(([type, key, id]) => [stateKeyOf(type, key), `$${id}`])));

  test('equal states resolve to themselves, and nothing is fetched', () => {
    const fetchEvent = (): never => {
      throw new Error('fetched');
    };
    fc.assert(fc.property(states, fc.integer({ min: 1, max: 4 }), fc.constantFrom(...stableRoomVersionIds), (state, times, version) => {
      const resolved = resolveState(Array.from({ length: times }, () => state), { rules: roomVersion(version), fetchEvent });
      expect(equalStateMaps(resolved, state)).toBe(true);
    }));
  });

  test('a missing event is an error that names it, but not in the message', () => {
    const key = stateKeyOf('m.room.topic', '');
    const resolve = (): StateMap => resolveState([new Map([[key, '$a']]), new Map([[key, '$b']])], { rules: roomVersion('11'), fetchEvent: () => undefined });
    expect(resolve).toThrow(MissingStateEventError);
    expect(resolve).toThrow(expect.objectContaining({ eventId: '$a', message: expect.not.stringContaining('$a') }));
  });

  test.each(['2', '11', '12'])('a chain of 100,000 auth events in version %s', (version) => {
    const rules = roomVersion(version);
    const length = 100_000;
    const power = (at: number): NamedPdu => ({
      type: 'm.room.power_levels', state_key: '', sender: '@a:b', room_id: '!create', event_id: `$${at}`, origin_server_ts: at,
      content: { users: version === '12' ? {} : { '@a:b': 100 }, ban: at % 50 }, auth_events: at === 0 ? ['$create', '$join'] : ['$create', '$join', `$${at - 1}`],
    });
    const create: NamedPdu = { type: 'm.room.create', state_key: '', sender: '@a:b', room_id: '!create', event_id: '$create', content: { creator: '@a:b' } };
    const join: NamedPdu = { type: 'm.room.member', state_key: '@a:b', sender: '@a:b', room_id: '!create', event_id: '$join', content: { membership: 'join' }, prev_events: ['$create'], auth_events: ['$create'] };
    const events = lookup([create, join, ...Array.from({ length }, (_, at) => power(at))]);
    const state = (at: number): StateMap => new Map([
      [stateKeyOf('m.room.create', ''), '$create'], [stateKeyOf('m.room.member', '@a:b'), '$join'], [stateKeyOf('m.room.power_levels', ''), `$${at}`],
    ]);
    const resolved = resolveState([state(0), state(length - 1)], { rules, fetchEvent: events });
    expect(resolved.get(stateKeyOf('m.room.power_levels', ''))).toBe(`$${length - 1}`);
  });
});
