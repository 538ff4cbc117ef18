import { own } from '../json/value.ts';
import { membershipIn } from '../room/auth-context.ts';
import type { Standing } from './hazards.ts';
import type { Departure, Reach } from './plan.ts';
import type { ErasureRequest } from './request.ts';
import type { CurrentState, RoomFacts } from './room-facts.ts';
import { BEST_FIRST } from './view/state-at.ts';

/** Where the current state is not known, a state event is taken to be current: keeping one too many breaks no room. */
export function standingIn({ current, isCited }: RoomFacts): (eventId: string) => Standing {
  return (eventId) => ({ current: current.has(eventId), inAuthChain: current.state === 'unknown' || isCited(eventId), inRoom: true });
}

/** The best membership that a subject has: in the current state or, where that is not known, last. */
export function subjectMembership(subjects: readonly string[], { current, lastMembership }: RoomFacts): string {
  if (current.state === 'unknown') return membershipIn(lastMembership()) ?? 'none';
  const memberships = new Set(subjects.map((subject) => membershipIn(current.event('m.room.member', subject))));
  return BEST_FIRST.find((membership) => memberships.has(membership)) ?? 'none';
}

/** Why a redaction sent into the room would not be accepted. */
export function reachOf(membership: string): Reach | undefined {
  if (membership === 'join') return undefined;
  if (membership === 'ban') return 'banned';
  return membership === 'leave' ? 'room-left' : 'not-joined';
}

const DEPARTURES: { readonly [membership: string]: Departure['how'] } = { join: 'leave', invite: 'reject-invite', knock: 'retract-knock' };

/** How the subjects go out of the room, where the request covers everything in it. */
export function departuresFrom(current: CurrentState, { subjects, scope }: ErasureRequest): readonly Departure[] {
  if (scope.types !== undefined || scope.before !== undefined || scope.after !== undefined) return [];
  return subjects.flatMap((user_id) => {
    const how = own(DEPARTURES, membershipIn(current.event('m.room.member', user_id)) ?? '');
    return how === undefined ? [] : [{ user_id, how }];
  });
}
