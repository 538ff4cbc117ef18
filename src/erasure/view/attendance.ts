import { membershipIn, type Membership } from '../../room/auth-context.ts';
import type { RoomGraph } from '../../room/graph.ts';
import type { Places, ViewedEvent } from './places.ts';

/** When some users were in a room, by the places of its server's order. */
export type Attendance = {
  /** The users that ever had a membership, in the order in which they got it. */
  readonly users: readonly string[];
  readonly everJoined: boolean;
  /** Whether any of them was joined at some place from one to another, both included. */
  readonly joinedBetween: (from: number, to: number) => boolean;
};

/** A time in the room, from the place of the join up to and without that of its end. */
type Stay = { readonly from: number; readonly to: number };

/** A change of somebody's membership, and the place of the event that makes it. */
export type MembershipChange = { readonly user: string; readonly membership: Membership | undefined; readonly place: number };

/** Reads from the membership events of a room when some of its users were there. */
export function attendanceOf(events: readonly ViewedEvent[], places: Places, { graph, includes }: AttendanceContext): Attendance {
  return attendanceFrom(membershipChangesIn(events, places, graph).filter(({ user }) => includes(user)));
}

/** Whose attendance is asked for. */
export type AttendanceContext = { readonly graph: RoomGraph; readonly includes: (userId: string) => boolean };

/** When users were in a room, by the changes of their memberships, in order. */
export function attendanceFrom(changes: readonly MembershipChange[]): Attendance {
  const stays = staysIn(changes);
  const lastFrom = (to: number): number => {
    let [low, high] = [0, stays.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((stays[middle]?.from ?? 0) <= to) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  return {
    users: [...new Set(changes.map(({ user }) => user))],
    everJoined: stays.length > 0,
    joinedBetween: (from, to) => {
      const stay = stays[lastFrom(to)];
      return from <= to && stay !== undefined && stay.to > from;
    },
  };
}

/** All changes of memberships in a room, in its server's order. */
export function membershipChangesIn(events: readonly ViewedEvent[], places: Places, graph: RoomGraph): readonly MembershipChange[] {
  const changes: MembershipChange[] = [];
  for (const [index, { pdu, eventId, outlier }] of events.entries()) {
    if (pdu.type !== 'm.room.member' || pdu.state_key === undefined || outlier) continue;
    if (!isRefused(graph, eventId)) changes.push({ user: pdu.state_key, membership: membershipIn(pdu), place: places.at(index) });
  }
  return changes.sort((one, other) => one.place - other.place);
}

/** Whether an event never came into the room: rejected, or failed softly. */
export function isRefused(graph: RoomGraph, eventId: string): boolean {
  const verdict = graph.verdict(eventId)?.verdict;
  return verdict === 'rejected' || verdict === 'soft-failed';
}

/** The times at which at least one of the users was joined, one after another. */
function staysIn(changes: readonly MembershipChange[]): readonly Stay[] {
  const joined = new Set<string>();
  const stays: Stay[] = [];
  let from: number | undefined;
  for (const { user, membership, place } of changes) {
    if (membership === 'join') joined.add(user);
    else joined.delete(user);
    if (joined.size > 0) from ??= place;
    else if (from !== undefined) {
      stays.push({ from, to: place });
      from = undefined;
    }
  }
  return from === undefined ? stays : [...stays, { from, to: Number.POSITIVE_INFINITY }];
}
