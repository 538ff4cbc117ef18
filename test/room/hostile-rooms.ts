import type { Pdu } from '../../src/event/pdu.ts';
import { openRoom, type EventVerdict, type RoomEventRecord, type RoomGraph } from '../../src/room/graph.ts';
import type { StateMap } from '../../src/room/state-map.ts';
import { resolveState } from '../../src/room/state-resolution.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';

/** What became of a hostile room: how many events have a place in it, its ends, and the verdict and topic at one event. */
export type Summary = { readonly events: number; readonly ends: number; readonly verdict: string; readonly topic: string | undefined };

const ANN = '@ann:a.org';
const LEGAL = ['$create', '$ann'];

function event(event_id: string, prev_events: readonly string[], pdu: Partial<Pdu> = {}): RoomEventRecord {
  return { event_id, pdu: { type: 'm.room.message', sender: ANN, room_id: '!r:a.org', content: {}, origin_server_ts: 1, prev_events, auth_events: LEGAL, ...pdu } };
}
const topic = (id: string, parents: readonly string[], pdu: Partial<Pdu> = {}): RoomEventRecord => event(id, parents, { type: 'm.room.topic', state_key: '', ...pdu });
const levels = (id: string, parents: readonly string[], cited: readonly string[]): RoomEventRecord =>
  event(id, parents, { type: 'm.room.power_levels', state_key: '', content: { users: { [ANN]: 100 } }, auth_events: [...LEGAL, ...cited] });
const range = <T>(count: number, make: (at: number) => T): readonly T[] => Array.from({ length: count }, (_, at) => make(at));
/** The IDs of some events before one, or the last of the room's beginning. */
const before = (at: number, count = 1): readonly string[] => (at === 0 ? ['$ann'] : range(Math.min(at, count), (back) => `$${at - 1 - back}`));

const HEAD: readonly RoomEventRecord[] = [
  event('$create', [], { type: 'm.room.create', state_key: '', content: { creator: ANN, room_version: '10' }, auth_events: [] }),
  event('$ann', ['$create'], { type: 'm.room.member', state_key: ANN, content: { membership: 'join' }, auth_events: ['$create'] }),
];
/** Two topics after one event, and a message after both, so that their states must be resolved. */
const fork = (parents: readonly [string, string], cited: readonly string[] = []): readonly RoomEventRecord[] => [
  topic('$x', [parents[0]], { auth_events: [...LEGAL, ...cited] }), topic('$y', [parents[1]]), event('$z', ['$x', '$y']),
];

const textOf = (verdict: EventVerdict | undefined): string =>
  verdict?.verdict === 'rejected' ? verdict.rule : verdict?.verdict === 'unknown' ? verdict.reason : verdict?.verdict ?? 'none';

function summaryOf(room: RoomGraph, at: string): Summary {
  const state = room.stateAfter(at);
  return { events: room.order.length, ends: room.forwardExtremities.length, verdict: textOf(room.verdict(at)), topic: state.state === 'known' ? state.get('m.room.topic', '') : state.reason };
}

const open = (records: readonly RoomEventRecord[], at: string): Summary => summaryOf(openRoom([...HEAD, ...records]), at);

/** Two topics over a web of events that cite each other a million times: a web no room has, but that may be sent. */
function resolveWeb(version: string, cites: (at: number) => readonly string[]): Summary {
  const pdu = (at: number): Pdu => ({ type: 'm.room.topic', state_key: '', sender: ANN, content: {}, auth_events: cites(at), depth: at });
  const states = ['$1', '$2'].map((id): StateMap => new Map([['m.room.topic\u0000', id]]));
  const resolved = resolveState(states, { rules: roomVersion(version), fetchEvent: (id) => pdu(Number(id.slice(1))) });
  return { events: resolved.size, ends: 0, verdict: 'resolved', topic: resolved.get('m.room.topic\u0000') };
}

/** Rooms that nobody builds in earnest. */
export const hostileRooms: Readonly<Record<string, () => Summary>> = {
  'an event that is its own parent': () => open([topic('$t', ['$t']), event('$m', ['$t', '$ann'])], '$m'),
  'two events that are each other\'s parents': () => open([topic('$a', ['$b']), topic('$b', ['$a'])], '$a'),
  'events that cite themselves and each other': () => open([topic('$a', ['$ann'], { auth_events: [...LEGAL, '$a', '$b'] }), topic('$b', ['$ann'], { auth_events: [...LEGAL, '$a', '$b'] }), event('$m', ['$a', '$b'])], '$m'),
  'power levels that cite each other': () => open([levels('$a', ['$ann'], ['$b']), levels('$b', ['$ann'], ['$a']), topic('$t', ['$a', '$b'])], '$t'),
  'a parent that is not there': () => open([topic('$t', ['$ann', '$gone']), event('$m', ['$t'])], '$m'),
  'an auth event that is not there': () => open(fork(['$ann', '$ann'], ['$gone']), '$z'),
  'a chain of 100,000 events, backwards': () => summaryOf(openRoom([...HEAD, ...range(100_000, (at) => event(`$${at}`, before(at)))].reverse()), '$99999'),
  '20,000 messages that all have 20 parents': () => open(range(20_000, (at) => event(`$${at}`, before(at, 20))), '$19999'),
  '20,000 topics that all have 20 parents': () => open(range(20_000, (at) => topic(`$${at}`, before(at, 20))), '$19999'),
  '500 power levels that all have 20 parents': () => open(range(500, (at) => levels(`$${at}`, before(at, 20), at === 0 ? [] : before(at))), '$499'),
  '1,000 places of the state over 20 parents each': () => open(range(1000, (at) => topic(`$${at}`, before(at, 20), { type: 'x', state_key: `${at}` })), '$999'),
  '1,000 events of 1,000 auth events': () =>
    open([...range(1000, (at) => topic(`$${at}`, before(at), { state_key: `${at}`, auth_events: range(1000, (by) => `$${(at + by) % 1000}`) })), ...fork(['$999', '$999'])], '$z'),
  'an event of 1,000,000 auth events': () => open(fork(['$ann', '$ann'], range(1_000_000, (at) => `$${at}`)), '$z'),
  'a chain of 20,000 power levels': () => open([...range(20_000, (at) => levels(`$${at}`, before(at), at === 0 ? [] : before(at))), ...fork(['$19999', '$ann'], ['$19999'])], '$z'),
  'an event that 30,000 others follow and cite': () => open([...range(30_000, (at) => topic(`$${at}`, ['$ann'], { state_key: `${at % 100}` })), event('$z', range(300, (at) => `$${at * 100}`))], '$z'),
  'an event after 2,000 others': () => open([...range(2000, (at) => topic(`$${at}`, ['$ann'], { state_key: `${at}` })), event('$z', range(2000, (at) => `$${at}`))], '$z'),
  'a parent that is named 10,000 times': () => open(range(20, (at) => topic(`$${at}`, range(10_000, () => before(at)[0] ?? ''))), '$19'),
  'an auth event that is named 10,000 times': () => open([topic('$t', ['$ann'], { auth_events: range(10_000, () => '$ann') })], '$t'),
  'a web of 1,000,000 auth edges, in version 2': () => resolveWeb('10', (at) => range(1000, (by) => `$${(at + by) % 1000}`)),
  'a web of 1,000,000 auth edges, in version 2.1': () => resolveWeb('12', (at) => range(1000, (by) => `$${(at + by) % 1000}`)),
  '200,000 events that all cite one, and are cited by one': () => resolveWeb('12', (at) => (at < 3 ? range(200_000, (by) => `$${by + 10}`) : ['$3'])),
};
