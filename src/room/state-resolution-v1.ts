import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Conflicts, NumberedState } from './conflicts.ts';
import type { EventTable } from './event-table.ts';
import { authorizeReadable } from './authorize.ts';
import type { AuthChecksContext } from './iterative-auth-checks.ts';
import { compareNumbers, sortingNumber } from './readable.ts';
import { splitStateKey, stateKeyOf } from './state-map.ts';
import type { StateKey } from './state-map.ts';

/** A place in conflict, with its events in the order in which they are tried. */
type Place = readonly [key: StateKey, events: readonly number[]];

type Lookup = (key: StateKey) => number | undefined;

// Power levels, then join rules, then members; nothing else affects what is allowed.
const PASSES: readonly ((type: string) => boolean)[] = [
  (type) => type === 'm.room.power_levels',
  (type) => type === 'm.room.join_rules',
  (type) => type === 'm.room.member',
];

/**
 * State resolution version 1. The result is what joins the unconflicted state.
 * @see https://spec.matrix.org/v1.19/rooms/v1/#state-resolution
 */
export function resolveConflictsV1({ unconflicted, conflicted }: Conflicts, context: AuthChecksContext): NumberedState {
  const candidates = candidatesByKey(conflicted, context.table);
  const resolved = new Map<StateKey, number>();
  const inState: Lookup = (key) => resolved.get(key) ?? unconflicted.get(key);

  // Within a pass every place is judged by the state before the pass.
  const settle = (places: readonly Place[], choose: (place: Place) => number): void => {
    for (const [key, event] of places.map((place) => [place[0], choose(place)] as const)) resolved.set(key, event);
  };
  for (const pass of PASSES) {
    settle([...candidates].filter(([key]) => pass(splitStateKey(key)[0])), (place) => lastOfAllowedChain(place, { context, inState }));
  }
  // All other conflicts: the deepest event that is allowed.
  settle([...candidates].filter(([key]) => !resolved.has(key)), ([, events]) => deepestAllowed(events, { context, inState }));
  return resolved;
}

/** For each place in conflict its events, by ascending depth and, at one depth, descending SHA-1 of the ID. */
function candidatesByKey(conflicted: readonly NumberedState[], table: EventTable): ReadonlyMap<StateKey, readonly number[]> {
  const sets = new Map<StateKey, Set<number>>();
  for (const state of conflicted) {
    for (const [key, event] of state) sets.set(key, (sets.get(key) ?? new Set()).add(event));
  }
  return new Map(Array.from(sets, ([key, events]) => [key, byDepth(events, table)]));
}

function byDepth(events: Iterable<number>, table: EventTable): readonly number[] {
  return Array.from(events, (event) => ({
    event,
    depth: sortingNumber(table.event(event).depth),
    hash: bytesToHex(sha1(utf8ToBytes(table.id(event)))),
  })).sort((one, other) =>
    compareNumbers(one.depth, other.depth) || (one.hash > other.hash ? -1 : Number(one.hash < other.hash)),
  ).map(({ event }) => event);
}

type Judge = { readonly context: AuthChecksContext; readonly inState: Lookup };

/** The first event counts; each next one replaces it as long as it is allowed in a state with the one before. */
function lastOfAllowedChain([place, events]: Place, { context, inState }: Judge): number {
  const [first, ...rest] = events;
  let current = first ?? 0;
  for (const event of rest) {
    const chosen = current;
    if (!isAllowed(event, { context, inState: (key) => (key === place ? chosen : inState(key)) })) return current;
    current = event;
  }
  return current;
}

/** The last event that is allowed or, where none is, the first: the specification leaves that open, and servers do it so. */
function deepestAllowed(events: readonly number[], judge: Judge): number {
  return events.findLast((event) => isAllowed(event, judge)) ?? events[0] ?? 0;
}

function isAllowed(number: number, { context, inState }: Judge): boolean {
  const { table, rules } = context;
  const create = inState(stateKeyOf('m.room.create', ''));
  return authorizeReadable(table.event(number), {
    rules,
    createEventId: create === undefined ? undefined : table.id(create),
    state: (type, stateKey) => {
      const at = inState(stateKeyOf(type, stateKey));
      return at === undefined ? undefined : table.event(at);
    },
  }).allowed;
}
