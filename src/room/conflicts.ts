import type { StateKey } from './state-map.ts';

/** A state whose events are numbers of an event table. */
export type NumberedState = ReadonlyMap<StateKey, number>;

/** What a place of the state can be asked for. */
export type StateLookup = {
  readonly get: (key: StateKey) => number | undefined;
  /** Its events, all of them. */
  readonly values: () => Iterable<number>;
};

/** Several states, divided into what they agree on and what they do not. */
export type Conflicts = {
  readonly unconflicted: StateLookup;
  /** Of each state the part that conflicts. */
  readonly conflicted: readonly NumberedState[];
};

/** Conflicts with the whole map of what the states agree on. */
export type SplitStates = Conflicts & { readonly unconflicted: NumberedState };

/**
 * The unconflicted state map and the conflicted state set of version 2: a place that one state lacks is in conflict.
 * @see https://spec.matrix.org/v1.19/rooms/v2/#definitions
 */
export function splitConflicts(states: readonly NumberedState[]): SplitStates {
  return split(states, (values) => values.size === 1 && !values.has(undefined));
}

/**
 * The division of version 1: a place is in conflict only where two states name different events.
 * @see https://spec.matrix.org/v1.19/rooms/v1/#state-resolution
 */
export function splitConflictsV1(states: readonly NumberedState[]): SplitStates {
  return split(states, (values) => values.size - Number(values.has(undefined)) === 1);
}

function split(states: readonly NumberedState[], agree: (values: ReadonlySet<number | undefined>) => boolean): SplitStates {
  const unconflicted = new Map<StateKey, number>();
  const conflicted = states.map(() => new Map<StateKey, number>());
  for (const key of keysOf(states)) {
    const values = states.map((state) => state.get(key));
    const value = values.find((candidate) => candidate !== undefined);
    if (value !== undefined && agree(new Set(values))) unconflicted.set(key, value);
    else values.forEach((number, at) => number !== undefined && conflicted[at]?.set(key, number));
  }
  return { unconflicted, conflicted };
}

function keysOf(states: readonly NumberedState[]): ReadonlySet<StateKey> {
  const keys = new Set<StateKey>();
  for (const state of states) for (const key of state.keys()) keys.add(key);
  return keys;
}
