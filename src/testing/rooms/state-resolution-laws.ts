import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { referencedIds } from '../../event/pdu.ts';
import { equalStateMaps, type StateMap } from '../../room/state-map.ts';
import { roomVersion, stableRoomVersionIds } from '../../rules/room-versions.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import { assertNoObjection, type Law } from '../law.ts';
import { arbitraryRoom } from './arbitrary-room.ts';
import { objectionToForks } from './forks.ts';
import type { RoomImplementation } from './judge.ts';
import type { GeneratedEvent, Room } from './room.ts';

/** State resolution as somebody implements it, and with it, if there is one, the whole of what a server works out of a room. */
export type StateResolutionImplementation = Pick<RoomImplementation, 'resolveState'> & {
  /** Of a room's events, in any order in which parents come first: whether each is authorized. */
  readonly judgeRoom?: (events: readonly GeneratedEvent[], rules: RoomVersionRules) => ReadonlyMap<string, boolean>;
};

type Shuffled = { readonly room: Room; readonly order: readonly number[] };

/**
 * What any state resolution obeys, whatever its algorithm, for any implementation and each room version.
 * @throws {UnsupportedRoomVersionError} for a room version that this library has no table for
 * @see https://spec.matrix.org/v1.19/rooms/v12/#state-resolution
 * @example stateResolutionLaws(roomImplementation, { roomVersions: ['12'] }).map(({ check }) => check({ numRuns: 5 })) // [undefined, undefined, undefined]
 */
export function stateResolutionLaws(
  { resolveState, judgeRoom }: StateResolutionImplementation,
  { roomVersions = stableRoomVersionIds }: { readonly roomVersions?: readonly string[] } = {},
): readonly Law[] {
  return roomVersions.flatMap((id): readonly Law[] => {
    const rooms = arbitraryShuffle(id);
    const check = (objection: (shuffled: Shuffled) => string | undefined): Law['check'] => (parameters) => assertNoObjection(rooms, objection, parameters);
    const laws: readonly Law[] = [
      { name: 'depends on no order of states', check: check(({ room }) => objectionToForks(room, (states, facts) => equalStateMaps(resolveState(states, facts), resolveState(states.toReversed(), facts)))) },
      { name: 'counts no state twice', check: check(({ room }) => objectionToForks(room, (states, facts) => equalStateMaps(resolveState(states, facts), resolveState([...states, ...states], facts)))) },
      { name: 'leaves alone what is not in conflict', check: check(({ room }) => objectionToForks(room, (states, facts) => keepsAgreement(states, resolveState(states, facts)))) },
      ...(judgeRoom === undefined ? [] : [{ name: 'depends on no order of arrival', check: check((input) => orderObjection(input, judgeRoom)) }]),
    ];
    return laws.map((law) => ({ ...law, name: `room version ${id}: ${law.name}` }));
  });
}

function arbitraryShuffle(id: string): Arbitrary<Shuffled> {
  const rooms = arbitraryRoom({ rules: roomVersion(id), signed: false });
  return fc.tuple(rooms, fc.array(fc.nat(), { maxLength: 8 })).map(([room, order]) =>
    Object.defineProperty({ room, order }, fc.toStringMethod, { value: () => fc.stringify(room), enumerable: false }));
}

function keepsAgreement(states: readonly StateMap[], resolved: StateMap): boolean {
  const [first, ...others] = states;
  return [...(first ?? [])].every(([key, id]) => !others.every((state) => state.get(key) === id) || resolved.get(key) === id);
}

function orderObjection({ room, order }: Shuffled, judgeRoom: NonNullable<StateResolutionImplementation['judgeRoom']>): string | undefined {
  const one = judgeRoom(room.events, room.rules);
  const other = judgeRoom(inOtherOrder(room.events, order), room.rules);
  const wrong = room.events.findIndex(({ event_id: id }) => one.get(id) !== other.get(id));
  return wrong < 0 ? undefined : `the verdict on event ${wrong + 1} depends on when it comes`;
}

/** The events in another order in which parents come first: of those that could come next, the numbers say which does. */
function inOtherOrder(events: readonly GeneratedEvent[], order: readonly number[]): readonly GeneratedEvent[] {
  const arrived = new Map<string, GeneratedEvent>();
  for (let at = 0; arrived.size < events.length; at++) {
    const ready = events.filter(({ event_id: id, pdu }) => !arrived.has(id)
      && [...referencedIds(pdu.prev_events), ...referencedIds(pdu.auth_events)].every((parent) => arrived.has(parent)));
    const next = ready[(order[at % Math.max(1, order.length)] ?? 0) % Math.max(1, ready.length)];
    if (next === undefined) return events;
    arrived.set(next.event_id, next);
  }
  return [...arrived.values()];
}
