import { describe, expect, test } from 'vitest';
import { openRoom, type RoomEventRecord } from '../../src/room/graph.ts';
import { stateKeyOf, type StateKey, type StateMap } from '../../src/room/state-map.ts';
import { vectorLines } from './vectors.ts';

type Row = readonly [type: string, stateKey: string, eventId: string];
type Recorded = {
  readonly room: string;
  readonly server: string;
  readonly events: readonly (RoomEventRecord & { readonly state_group?: number })[];
  readonly groups: readonly (readonly [group: number, previous: number | null, set: readonly Row[]])[];
  readonly extremities: readonly string[];
  readonly current: readonly Row[];
};

const rooms: readonly Recorded[] = vectorLines('recorded-state/rooms.ndjson.gz').map((line) => JSON.parse(line));
const entries = (rows: readonly Row[]): readonly (readonly [StateKey, string])[] => rows.map(([type, stateKey, id]) => [stateKeyOf(type, stateKey), id]);

/** The states that a server stored, by group: each is the previous one with some places overlaid. */
function storedStates(groups: Recorded['groups']): ReadonlyMap<number, StateMap> {
  const states = new Map<number, StateMap>();
  for (const [group, previous, set] of [...groups].sort(([one], [other]) => one - other)) {
    states.set(group, new Map([...(states.get(previous ?? -1) ?? []), ...entries(set)]));
  }
  return states;
}

// One server came by federation, was sent little and left again: its first event's parents were never there.
const partial = rooms.filter(({ room, server }) => room === 'leftbefore-v11' && server === 'hs2');
const whole = rooms.filter((recorded) => !partial.includes(recorded));

describe.each(whole.map((recorded) => [`${recorded.room} on ${recorded.server}`, recorded] as const))('%s', (_name, recorded) => {
  const { events, groups, extremities, current } = recorded;
  const room = openRoom(events);
  const states = storedStates(groups);
  const compared = events.filter(({ state_group: group }) => group !== undefined && states.has(group));

  test('the state after every event, where it can be told, is what the server stored', () => {
    const known = compared.filter(({ event_id: id }) => room.stateAfter(id).state === 'known');
    expect(known.length).toBeGreaterThanOrEqual(10);
    for (const { event_id: id, state_group: group } of known) {
      const state = room.stateAfter(id);
      expect({ id, state: state.state === 'known' && state.map() }).toEqual({ id, state: states.get(group ?? -1) });
    }
  });

  test('and it can be told of all, unless parents are missing', () => {
    const untold = compared.filter(({ event_id: id }) => room.stateAfter(id).state === 'unknown');
    expect(untold.length > 0).toBe(room.missingParents.length > 0);
  });

  test('no event is rejected, as none was', () => {
    expect(events.filter(({ event_id: id }) => room.verdict(id)?.verdict === 'rejected')).toEqual([]);
  });

  test('the forward extremities are the server\'s', () => {
    expect([...room.forwardExtremities].sort()).toEqual([...extremities].sort());
  });

  test('so is the current state, unless the server has left and dropped it', () => {
    const state = room.currentState();
    expect(current.length === 0 || (state.state === 'known' && state.map())).toEqual(current.length === 0 || new Map(entries(current)));
  });
});

describe('a room of which a server has only a part', () => {
  test.each(partial.map((recorded) => [recorded] as const))('opens, and says what is missing', ({ events, extremities }) => {
    const room = openRoom(events);
    expect(room.currentState()).toEqual({ state: 'unknown', reason: 'incomplete-ancestry', missing: room.missingParents });
    expect(room.missingParents).toHaveLength(1);
    expect(room.forwardExtremities).toEqual(extremities);
  });
});

test('all 47 rooms of the first server are among them, with the stored state of each event that is not an outlier', () => {
  const first = rooms.filter(({ server }) => server === 'hs1');
  const compared = first.flatMap(({ events, groups }) => {
    const known = new Set(groups.map(([group]) => group));
    return events.filter(({ state_group: group }) => known.has(group ?? -1));
  });
  expect([first.length, compared.length]).toEqual([47, 8_525]);
});

test('forks, restricted joins, knocks and all state resolution algorithms are among the rooms', () => {
  const forks = rooms.flatMap(({ events }) => events).filter(({ pdu }) => (pdu.prev_events?.length ?? 0) > 1);
  expect(forks.length).toBeGreaterThan(30);
  const pdus = rooms.flatMap(({ events }) => events.map(({ pdu }) => pdu));
  expect(pdus.filter(({ content }) => content['join_authorised_via_users_server'] !== undefined).length).toBeGreaterThan(0);
  expect(pdus.filter(({ content }) => content['membership'] === 'knock').length).toBeGreaterThan(0);
});
