import { own } from '../json/value.ts';
import type { Pdu } from '../event/pdu.ts';
import { membershipIn } from '../room/auth-context.ts';
import type { RoomGraph, RoomState } from '../room/graph.ts';
import type { Standing } from './hazards.ts';
import type { Departure, Reach } from './plan.ts';
import type { ErasureRequest } from './request.ts';
import type { RoomNotes } from './room-notes.ts';
import { BEST_FIRST } from './view/state-at.ts';

/** Where the current state is not known, a state event is taken to be current: keeping one too many breaks no room. */
export function standingIn(notes: RoomNotes, current: RoomState): (eventId: string) => Standing {
  const currentIds = current.state === 'known' ? new Set(current.map().values()) : undefined;
  return (eventId) => ({
    current: currentIds === undefined || currentIds.has(eventId),
    inAuthChain: currentIds === undefined || notes.authReferenced.has(eventId),
    inRoom: true,
  });
}

/** The best membership that a subject has: in the current state or, where that is not known, last. */
export function subjectMembership(subjects: readonly string[], current: RoomState, graph: RoomGraph): string {
  return currentMembership(subjects, current, graph) ?? lastMembership(subjects, graph);
}

function currentMembership(subjects: readonly string[], current: RoomState, graph: RoomGraph): string | undefined {
  if (current.state !== 'known') return undefined;
  const memberships = new Set(subjects.map((subject) => membershipIn(memberEvent(subject, current, graph))));
  return BEST_FIRST.find((membership) => memberships.has(membership)) ?? 'none';
}

function memberEvent(subject: string, current: RoomState, graph: RoomGraph): Pdu | undefined {
  const id = current.state === 'known' ? current.get('m.room.member', subject) : undefined;
  return id === undefined ? undefined : graph.stateEvent(id);
}

/** The membership that the subjects had last, whichever of them it was. */
function lastMembership(subjects: readonly string[], graph: RoomGraph): string {
  const isTheirs = (event: Pdu | undefined): boolean => event?.type === 'm.room.member' && subjects.some((subject) => subject === event.state_key);
  const last = graph.order.findLast((eventId) => isTheirs(graph.stateEvent(eventId)));
  return membershipIn(last === undefined ? undefined : graph.stateEvent(last)) ?? 'none';
}

/** Why a redaction sent into the room would not be accepted. */
export function reachOf(membership: string): Reach | undefined {
  if (membership === 'join') return undefined;
  if (membership === 'ban') return 'banned';
  return membership === 'leave' ? 'room-left' : 'not-joined';
}

const DEPARTURES: { readonly [membership: string]: Departure['how'] } = { join: 'leave', invite: 'reject-invite', knock: 'retract-knock' };

/** How the subjects go out of the room, where the request covers everything in it. */
export function departuresFrom(current: RoomState, graph: RoomGraph, { subjects, scope }: ErasureRequest): readonly Departure[] {
  if (scope.types !== undefined || scope.before !== undefined || scope.after !== undefined) return [];
  return subjects.flatMap((user_id) => {
    const how = own(DEPARTURES, membershipIn(memberEvent(user_id, current, graph)) ?? '');
    return how === undefined ? [] : [{ user_id, how }];
  });
}
