import { membershipIn, type Membership } from '../../room/auth-context.ts';
import type { RoomGraph, RoomState } from '../../room/graph.ts';
import { historyVisibilityIn, type HistoryVisibility } from '../../room/history-visibility.ts';

/** What a state says of its visibility and of some users. */
export type StateAt = {
  /** Equal numbers say the same. */
  readonly number: number;
  readonly visibility: HistoryVisibility | 'unknown';
  /** The best membership that any of them has. */
  readonly membership: Membership | null;
};

/** Looks up states. */
export type StateLookup = {
  /** What a state says: each one is asked once, as a state lasts until something changes it. */
  readonly of: (state: RoomState) => StateAt;
  /** What says this much. */
  readonly kind: (visibility: StateAt['visibility'], membership: StateAt['membership']) => StateAt;
};

/** Memberships, best first. */
export const BEST_FIRST: readonly Membership[] = Object.freeze(['join', 'invite', 'knock', 'leave', 'ban'] satisfies readonly Membership[]);

const VISIBILITIES: readonly StateAt['visibility'][] = ['world_readable', 'shared', 'invited', 'joined', 'unknown'];
/** Nothing is known. */
export const UNKNOWN_STATE: StateAt = Object.freeze({ number: 0, visibility: 'unknown', membership: null });

/** What states can say: one value for each. */
export function createStateKinds(): StateLookup['kind'] {
  const kinds: StateAt[] = [];
  return (visibility, membership) => {
    const number = 1 + VISIBILITIES.indexOf(visibility) * (BEST_FIRST.length + 1) + (membership === null ? BEST_FIRST.length : BEST_FIRST.indexOf(membership));
    return (kinds[number] ??= { number, visibility, membership });
  };
}

/** The better of two memberships. */
export function betterOf(one: Membership | null, other: Membership | null): Membership | null {
  if (one === null || other === null) return one ?? other;
  return BEST_FIRST.indexOf(one) <= BEST_FIRST.indexOf(other) ? one : other;
}

/** A lookup for some users in a room. */
export function createStateLookup(graph: RoomGraph, users: readonly string[]): StateLookup {
  const known = new Map<number, StateAt>();
  const kindOf = createStateKinds();
  return {
    kind: kindOf,
    of: (state) => {
      if (state.state === 'unknown') return UNKNOWN_STATE;
      const found = known.get(state.snapshot);
      if (found !== undefined) return found;
      const at = kindOf(visibilityIn(state, graph), bestMembership(state, users, graph));
      known.set(state.snapshot, at);
      return at;
    },
  };
}

type KnownState = Extract<RoomState, { readonly state: 'known' }>;

/** A visibility that some event sets which is not there cannot be told. */
function visibilityIn(state: KnownState, graph: RoomGraph): StateAt['visibility'] {
  const id = state.get('m.room.history_visibility', '');
  const event = id === undefined ? undefined : graph.stateEvent(id);
  return id !== undefined && event === undefined ? 'unknown' : historyVisibilityIn(event);
}

function bestMembership(state: KnownState, users: readonly string[], graph: RoomGraph): Membership | null {
  let best: Membership | null = null;
  for (const user of users) {
    const id = state.get('m.room.member', user);
    const membership = id === undefined ? undefined : membershipIn(graph.stateEvent(id));
    if (membership === 'join') return membership;
    if (membership !== undefined && (best === null || BEST_FIRST.indexOf(membership) < BEST_FIRST.indexOf(best))) best = membership;
  }
  return best;
}
