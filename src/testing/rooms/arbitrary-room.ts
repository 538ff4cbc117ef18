import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { roomVersion } from '../../rules/room-versions.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import { arbitraryRoomVersion } from '../arbitraries.ts';
import { buildRoom, type BuildOptions } from './build-room.ts';
import { describeRoom } from './describe-room.ts';
import type { Room } from './room.ts';
import { OPENINGS, anyScene, sometimes, withGaps } from './scenes.ts';
import type { Person, RoomScript } from './script.ts';

/** What the rooms are like. */
export type RoomOptions = BuildOptions & {
  /** The rules of their version; without them, those of any stable version. */
  readonly rules?: RoomVersionRules;
  /** How many scenes of one to three actions a room has at most (default 16). */
  readonly maxScenes?: number;
};

const MAX_SCENES = 16;

/**
 * Rooms that are valid: every event has its hash, its signatures and its ID, cites what it has to, and is allowed by the rules, or is rejected by
 * all servers. Members come and go, levels change, servers lose each other and meet again. They shrink to small rooms.
 * @example fc.sample(arbitraryRoom({ rules: roomVersion('12') }), 3).every((room) => room.events[0].pdu.type === 'm.room.create') // true
 */
export function arbitraryRoom({ rules, maxScenes = MAX_SCENES, ...options }: RoomOptions = {}): Arbitrary<Room> {
  const versions = rules === undefined ? arbitraryRoomVersion({ stableOnly: true }).map(roomVersion) : fc.constant(rules);
  return fc.tuple(versions, arbitraryRoomScript({ maxScenes })).map(([version, script]) => readable(buildRoom(script, version, options)));
}

/**
 * The lives of rooms, before a room version says what comes of them.
 * @example fc.sample(arbitraryRoomScript(), 3).every(({ actions }) => Array.isArray(actions)) // true
 */
export function arbitraryRoomScript({ maxScenes = MAX_SCENES }: Pick<RoomOptions, 'maxScenes'> = {}): Arbitrary<RoomScript> {
  const script = fc.record({
    closed: sometimes(fc.constant(true as const), 8),
    creators: sometimes(fc.subarray<Person>(['bob', 'carol'], { minLength: 1 }), 3),
    opening: withGaps(fc.constantFrom(...OPENINGS)),
    scenes: fc.array(withGaps(anyScene()), { maxLength: maxScenes, size: 'max' }),
  });
  return script.map(({ closed, creators, opening, scenes }) => ({
    ...(closed === undefined ? {} : { closed }),
    ...(creators === undefined ? {} : { creators }),
    actions: [...opening, ...scenes.flat()],
  }));
}

/** A counter-example is read by people: fast-check prints it by this method. */
function readable(room: Room): Room {
  return Object.defineProperty(room, fc.toStringMethod, { value: () => `room version ${room.rules.id}\n${describeRoom(room.events)}\n`, enumerable: false });
}
