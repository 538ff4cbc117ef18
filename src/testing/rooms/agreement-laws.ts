import type { Pdu } from '../../event/pdu.ts';
import { equalStateMaps, type StateMap } from '../../room/state-map.ts';
import { roomVersion, stableRoomVersionIds } from '../../rules/room-versions.ts';
import { assertNoObjection, type Law, type Objection } from '../law.ts';
import { arbitraryRoom } from './arbitrary-room.ts';
import { objectionToForks } from './forks.ts';
import { isAuthorized, roomImplementation, type RoomImplementation } from './judge.ts';
import type { Room } from './room.ts';
import { runRoom } from './run-room.ts';
import type { StateResolutionImplementation } from './state-resolution-laws.ts';

/** The rules of rooms as somebody implements them; what is not given is not tried. */
export type AgreementImplementation = Partial<Pick<RoomImplementation, 'authorize' | 'checkAuthEvents' | 'resolveState'>>
  & Pick<StateResolutionImplementation, 'judgeRoom'>;

/**
 * That an implementation comes to the verdicts and the states that this library does, which is tried on the vectors of the specification and on rooms
 * recorded from servers: each event in the state before it, each fork from the states that meet in it, and whole rooms.
 * @throws {UnsupportedRoomVersionError} for a room version that this library has no table for
 * @see https://spec.matrix.org/v1.19/server-server-api/#authorization-rules
 * @example agreementLaws({ resolveState: roomImplementation.resolveState }, { roomVersions: ['12'] }).map(({ check }) => check({ numRuns: 5 })) // [undefined]
 */
export function agreementLaws(
  { authorize, checkAuthEvents, resolveState, judgeRoom }: AgreementImplementation,
  { roomVersions = stableRoomVersionIds }: { readonly roomVersions?: readonly string[] } = {},
): readonly Law[] {
  const rules: RoomImplementation = { ...roomImplementation, ...(authorize && { authorize }), ...(checkAuthEvents && { checkAuthEvents }) };
  const laws: readonly (readonly [string, Objection<Room> | undefined])[] = [
    ['judges every event as the rules say', (authorize ?? checkAuthEvents) && ((room) => verdictObjection(room, rules))],
    ['resolves every fork as the rules say', resolveState && ((room) => objectionToForks(room, (states, facts) =>
      equalStateMaps(resolveState(states, facts), roomImplementation.resolveState(states, facts))))],
    ['judges whole rooms as the rules say', judgeRoom && ((room) => {
      const verdicts = judgeRoom(room.events, room.rules);
      return wrongVerdict(room, (id) => verdicts.get(id) === true);
    })],
  ];
  return roomVersions.flatMap((id) => laws.flatMap(([name, objection]): readonly Law[] => (objection === undefined ? [] : [{
    name: `room version ${id}: ${name}`,
    check: (parameters) => assertNoObjection(arbitraryRoom({ rules: roomVersion(id), signed: false }), objection, parameters),
  }])));
}

/** Each event on its own: in the state that is before it, whatever the verdicts on those before. */
function verdictObjection(room: Room, implementation: RoomImplementation): string | undefined {
  const { rules, events } = room;
  const run = runRoom(events, rules, roomImplementation);
  const byId = new Map(events.map(({ event_id: id, pdu }) => [id, pdu]));
  const facts = { fetchEvent: (id: string): Pdu | undefined => byId.get(id), rejected: (id: string): boolean => run.authorized.get(id) === false };
  const nothing: StateMap = new Map();
  return wrongVerdict(room, (id) => {
    const event = byId.get(id);
    return event !== undefined
      && isAuthorized({ event, before: run.before.get(id) ?? nothing, ...facts }, { rules, createEventId: events[0]?.event_id ?? '' }, implementation);
  });
}

/** A room says of its events which the rules reject. */
function wrongVerdict({ events, rejected }: Room, isAllowed: (eventId: string) => boolean): string | undefined {
  const wrong = events.findIndex(({ event_id: id }) => isAllowed(id) === rejected.has(id));
  if (wrong < 0) return undefined;
  return `event ${wrong + 1} is to be ${rejected.has(events[wrong]?.event_id ?? '') ? 'rejected' : 'allowed'}`;
}
