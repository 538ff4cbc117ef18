import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { isRedacted } from '../../event/redact.ts';
import { referencedIds, type Pdu } from '../../event/pdu.ts';
import { equalStateMaps, type StateMap } from '../../room/state-map.ts';
import { roomVersion, stableRoomVersionIds } from '../../rules/room-versions.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import { assertNoObjection, type Law, type Objection } from '../law.ts';
import { arbitraryRoom } from './arbitrary-room.ts';
import type { RoomImplementation } from './judge.ts';
import { keptIn } from './kept-events.ts';
import type { GeneratedEvent, Room } from './room.ts';
import { runRoom } from './run-room.ts';
import { people, userOf } from './script.ts';

/** The rules of rooms as somebody implements them, with what else of it is tried. */
export type ErasureImplementation = RoomImplementation & {
  readonly eventId?: (event: Pdu, rules: RoomVersionRules) => string;
  readonly referenceHash?: (event: Pdu, rules: RoomVersionRules) => string;
  /** Whether an event still has the content hash that it was sent with. */
  readonly hasContentHash?: (event: Pdu, rules: RoomVersionRules) => boolean;
  /** Whether all signatures that an event needs are there and hold, whatever its content hash says. */
  readonly isSigned?: (event: Pdu, room: Pick<Room, 'rules' | 'keys'>) => boolean;
};

/** Which room versions are tried, and which events of a room are left as they are. */
export type ErasureLawOptions = {
  /** Those that this library knows as stable, unless it is said. */
  readonly roomVersions?: readonly string[];
  /** The IDs of events that are not redacted: {@link keptIn}, unless it is said. */
  readonly kept?: (room: Room) => { readonly has: (eventId: string) => boolean };
};

/** A room, and the room when the events of some of its people are redacted. */
type Erasure = { readonly room: Room; readonly after: readonly GeneratedEvent[] };

/**
 * What an erasure must leave alone, for any implementation: redacting all events of some users, or any of them, but for those that are kept, changes
 * no state, no verdict and no resolution, and no ID, hash of reference or signature.
 * @throws {UnsupportedRoomVersionError} for a room version that this library has no table for
 * @see https://spec.matrix.org/v1.19/server-server-api/#room-state-resolution
 * @example erasureLaws(roomImplementation, { roomVersions: ['12'] }).map(({ check }) => check({ numRuns: 5 })) // [undefined, undefined, undefined]
 */
export function erasureLaws(implementation: ErasureImplementation, { roomVersions = stableRoomVersionIds, kept = keptIn }: ErasureLawOptions = {}): readonly Law[] {
  return roomVersions.flatMap((id) => {
    const laws: readonly NamedObjection[] = [
      { name: 'keeps the state after every event', objection: (erasure) => stateObjection(erasure, implementation) },
      { name: 'keeps the verdict on every event', objection: (erasure) => verdictObjection(erasure, implementation) },
      { name: 'keeps the resolution of every fork', objection: (erasure) => resolutionObjection(erasure, implementation) },
      ...eventLaws(implementation),
    ];
    return laws.map(({ name, objection, signed = false }) => ({
      name: `room version ${id}: ${name}`,
      check: (parameters) => assertNoObjection(arbitraryErasure(id, { implementation, kept, signed }), objection, parameters),
    }) satisfies Law);
  });
}

/** What is tried, and whether the rooms have to be signed for it: signing takes most of the time that such a room takes. */
type NamedObjection = { readonly name: string; readonly objection: Objection<Erasure>; readonly signed?: boolean };

/** Which events nobody asked to redact, by their numbers: none in one room out of two, in the others a pattern that begins anew when it ends. */
const spared: Arbitrary<(index: number) => boolean> = fc.oneof(fc.constant([]), fc.array(fc.boolean(), { minLength: 1, maxLength: 16, size: 'max' }))
  .map((pattern) => (index) => pattern[index % pattern.length] === true);

type How = { readonly implementation: RoomImplementation; readonly kept: NonNullable<ErasureLawOptions['kept']>; readonly signed: boolean };

function arbitraryErasure(id: string, { implementation, kept, signed }: How): Arbitrary<Erasure> {
  const rooms = arbitraryRoom({ rules: roomVersion(id), signed });
  return fc.tuple(rooms, fc.subarray([...people], { minLength: 1 }), spared).map(([room, subjects, spares]) => {
    const users: ReadonlySet<string | undefined> = new Set(subjects.map(userOf));
    const stays = kept(room);
    const some = new Set(room.events.filter(({ event_id: eventId, pdu }, index) => users.has(pdu.sender) && !stays.has(eventId) && !spares(index)));
    const redacted = (event: GeneratedEvent): boolean => some.has(event);
    const after = room.events.map((event) => (redacted(event) ? { ...event, pdu: implementation.redact(event.pdu, room.rules) } : event));
    const changed = room.events.flatMap((event, index) => (redacted(event) && !isRedacted(event.pdu, room.rules.redaction) ? [index + 1] : []));
    const text = `${fc.stringify(room)}redacted: ${changed.join(', ')}`;
    return Object.defineProperty({ room, after }, fc.toStringMethod, { value: () => text, enumerable: false });
  });
}

function stateObjection({ room, after }: Erasure, implementation: RoomImplementation): string | undefined {
  const states = runRoom(after, room.rules, implementation).after;
  const before = runRoom(room.events, room.rules, implementation).after;
  const changed = room.events.findIndex(({ event_id: id }) => !sameStates(before.get(id), states.get(id)));
  return changed < 0 ? undefined : `the state after event ${changed + 1} is another one`;
}

function verdictObjection({ room, after }: Erasure, implementation: RoomImplementation): string | undefined {
  const verdicts = runRoom(after, room.rules, implementation).authorized;
  const before = runRoom(room.events, room.rules, implementation).authorized;
  const changed = room.events.findIndex(({ event_id: id }) => before.get(id) !== verdicts.get(id));
  if (changed < 0) return undefined;
  return `event ${changed + 1} is now ${before.get(room.events[changed]?.event_id ?? '') === true ? 'rejected' : 'allowed'}`;
}

/** Each fork on its own, from the states that were there before. */
function resolutionObjection({ room, after }: Erasure, implementation: RoomImplementation): string | undefined {
  const { rules, events } = room;
  const run = runRoom(events, rules, implementation);
  const byId = new Map(after.map(({ event_id: id, pdu }) => [id, pdu]));
  const facts = { rules, createEventId: events[0]?.event_id ?? '', fetchEvent: (id: string) => byId.get(id), rejected: (id: string) => run.authorized.get(id) === false };
  const changed = events.findIndex(({ event_id: id, pdu }) => {
    const states = referencedIds(pdu.prev_events).flatMap((parent) => run.after.get(parent) ?? []);
    return states.length > 1 && !sameStates(implementation.resolveState(states, facts), run.before.get(id));
  });
  return changed < 0 ? undefined : `the state before event ${changed + 1} is resolved differently`;
}

function sameStates(one: StateMap | undefined, other: StateMap | undefined): boolean {
  return one !== undefined && other !== undefined && equalStateMaps(one, other);
}

type EventCheck = (before: Pdu, after: Pdu, room: Room) => boolean;

function eventLaws({ eventId, referenceHash, hasContentHash, isSigned }: ErasureImplementation): readonly NamedObjection[] {
  const checks: readonly { readonly name: string; readonly check: EventCheck | undefined; readonly signed?: boolean }[] = [
    { name: 'keeps event IDs', check: eventId && ((before, after, { rules }) => eventId(before, rules) === eventId(after, rules)) },
    { name: 'keeps reference hashes', check: referenceHash && ((before, after, { rules }) => referenceHash(before, rules) === referenceHash(after, rules)) },
    { name: 'is noticed by the content hash', check: hasContentHash && ((before, after, { rules }) =>
      hasContentHash(before, rules) && hasContentHash(after, rules) === (before === after || isRedacted(before, rules.redaction))) },
    { name: 'keeps signatures', signed: true, check: isSigned && ((before, after, room) =>
      !isSigned(before, room) || isSigned(after, room) || isExcused(before, room)) },
  ];
  return checks.flatMap(({ check, ...law }) => (check === undefined ? [] : [{ ...law, objection: objectionTo(check) }]));
}

function objectionTo(check: EventCheck): Objection<Erasure> {
  return ({ room, after }) => {
    const wrong = room.events.findIndex(({ pdu }, index) => !check(pdu, after[index]?.pdu ?? pdu, room));
    return wrong < 0 ? undefined : `it does not hold for event ${wrong + 1}`;
  };
}

/** An invite to an address needs no signature of its sender's server, until redaction takes away what says that it is one (versions 1 to 10). */
function isExcused(event: Pdu, { rules }: Room): boolean {
  const keeps = rules.redaction.content['m.room.member'];
  const signedPart = typeof keeps === 'object' && Object.hasOwn(keeps, 'third_party_invite');
  return !signedPart && Object.hasOwn(event.content, 'third_party_invite');
}
