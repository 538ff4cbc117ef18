import { membershipIn, type Membership } from '../../room/auth-context.ts';
import type { RoomGraph } from '../../room/graph.ts';
import { historyVisibilityIn } from '../../room/history-visibility.ts';
import { isRefused } from './attendance.ts';
import type { ViewedEvent } from './places.ts';
import { BEST_FIRST, type StateAt, type StateLookup } from './state-at.ts';

/** Estimates the state at a depth from the depths of the events that are there. */
export type StateEstimate = (depth: number) => StateAt;

type Room = { readonly events: readonly ViewedEvent[]; readonly graph: RoomGraph; readonly lookup: StateLookup; readonly includes: (userId: string) => boolean };

/**
 * What a server that was told the state of a room most likely holds where the events that led to it are missing: the last of each kind up to that depth. Good for
 * predicting what such a server does, and too little to decide what anybody may see.
 */
export function createStateEstimate({ events, graph, lookup, includes }: Room): StateEstimate {
  const accepted = events.filter(({ pdu, eventId }) => pdu.state_key !== undefined && typeof pdu.depth === 'number' && !isRefused(graph, eventId));
  const byDepth = accepted.toSorted((one, other) => depthOf(one) - depthOf(other));
  const visibilities = byDepth.filter(({ pdu }) => pdu.type === 'm.room.history_visibility' && pdu.state_key === '').map((event) => ({ depth: depthOf(event), value: historyVisibilityIn(event.pdu) }));
  const memberships = bestMemberships(byDepth.filter(({ pdu }) => pdu.type === 'm.room.member' && includes(pdu.state_key ?? '')));
  return (depth) => lookup.kind(lastUpTo(visibilities, depth) ?? 'shared', lastUpTo(memberships, depth) ?? null);
}

type Step<T> = { readonly depth: number; readonly value: T };

/** The best membership of some users after each change of one. */
function bestMemberships(changes: readonly ViewedEvent[]): readonly Step<Membership | null>[] {
  const current = new Map<string, Membership>();
  const counts = new Map<Membership, number>();
  const count = (membership: Membership | undefined, by: number): void => {
    if (membership !== undefined) counts.set(membership, (counts.get(membership) ?? 0) + by);
  };
  return changes.map((event) => {
    const user = event.pdu.state_key ?? '';
    const membership = membershipIn(event.pdu);
    count(current.get(user), -1);
    count(membership, 1);
    if (membership === undefined) current.delete(user);
    else current.set(user, membership);
    return { depth: depthOf(event), value: BEST_FIRST.find((one) => (counts.get(one) ?? 0) > 0) ?? null };
  });
}

function lastUpTo<T>(steps: readonly Step<T>[], depth: number): T | undefined {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((steps[middle]?.depth ?? 0) <= depth) low = middle + 1;
    else high = middle;
  }
  return steps[low - 1]?.value;
}

function depthOf({ pdu }: ViewedEvent): number {
  return Number(pdu.depth);
}
