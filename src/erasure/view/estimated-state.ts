import { membershipIn, type Membership } from '../../room/auth-context.ts';
import type { Pdu } from '../../event/pdu.ts';
import type { RoomGraph } from '../../room/graph.ts';
import { historyVisibilityIn } from '../../room/history-visibility.ts';
import { isRefused } from './attendance.ts';
import { depthOf, type ViewedEvent } from './places.ts';
import { BEST_FIRST, type StateAt, type StateLookup } from './state-at.ts';

/** Estimates the state at a depth from the depths of the events that are there. */
export type StateEstimate = (depth: number) => StateAt;

type Room = { readonly events: readonly ViewedEvent[]; readonly graph: RoomGraph; readonly lookup: StateLookup; readonly includes: (userId: string) => boolean };

/**
 * What a server that was told the state of a room most likely holds where the events that led to it are missing: the last of each kind up to that depth. Good for
 * predicting what such a server does, and too little to decide what anybody may see.
 */
export function createStateEstimate({ events, graph, lookup, includes }: Room): StateEstimate {
  const changes = events.flatMap((event): readonly Change[] => {
    const depth = depthOf(event);
    return depth === undefined || event.pdu.state_key === undefined || isRefused(graph, event.eventId) ? [] : [{ depth, pdu: event.pdu }];
  }).sort((one, other) => one.depth - other.depth);
  const visibilities = changes.filter(({ pdu }) => pdu.type === 'm.room.history_visibility' && pdu.state_key === '').map(({ depth, pdu }) => ({ depth, value: historyVisibilityIn(pdu) }));
  const memberships = bestMemberships(changes.filter(({ pdu }) => pdu.type === 'm.room.member' && includes(pdu.state_key ?? '')));
  return (depth) => lookup.kind(lastUpTo(visibilities, depth) ?? 'shared', lastUpTo(memberships, depth) ?? null);
}

type Change = { readonly depth: number; readonly pdu: Pdu };
type Step<T> = { readonly depth: number; readonly value: T };

/** The best membership of some users after each change of one. */
function bestMemberships(changes: readonly Change[]): readonly Step<Membership | null>[] {
  const current = new Map<string, Membership>();
  const counts = new Map<Membership, number>();
  const count = (membership: Membership | undefined, by: number): void => {
    if (membership !== undefined) counts.set(membership, (counts.get(membership) ?? 0) + by);
  };
  return changes.map(({ depth, pdu }) => {
    const user = pdu.state_key ?? '';
    const membership = membershipIn(pdu);
    count(current.get(user), -1);
    count(membership, 1);
    if (membership === undefined) current.delete(user);
    else current.set(user, membership);
    return { depth, value: BEST_FIRST.find((one) => (counts.get(one) ?? 0) > 0) ?? null };
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
