import type { Conflicts, StateLookup } from './conflicts.ts';
import type { CitedEventTable, EventTable } from './event-table.ts';
import { stateKeyOf } from './state-map.ts';

/** Everything that can be reached over auth events from some events, those left out unless they are reached too. Never recursive: chains are long. */
export function authChain(events: Iterable<number>, table: EventTable): Set<number> {
  const chain = new Set<number>();
  const pending: number[] = [];
  for (const event of events) pushAll(pending, table.auth(event));
  for (let event = pending.pop(); event !== undefined; event = pending.pop()) {
    if (chain.has(event)) continue;
    chain.add(event);
    pushAll(pending, table.auth(event));
  }
  return chain;
}

/** Lists may be longer than a call can have arguments. */
function pushAll(list: number[], more: readonly number[]): void {
  for (const event of more) list.push(event);
}

/**
 * The events that are in the full auth chain of some states but not of all. What the unconflicted events reach is in
 * every chain, so only the chains of the conflicted ones are compared.
 * @see https://spec.matrix.org/v1.19/rooms/v2/#definitions
 */
export function authDifference({ unconflicted, conflicted }: Conflicts, table: EventTable): ReadonlySet<number> {
  const occurrences = new Map<number, number>();
  for (const state of conflicted) {
    for (const event of authChain(state.values(), table)) occurrences.set(event, (occurrences.get(event) ?? 0) + 1);
  }
  const difference = new Set<number>();
  for (const [event, count] of occurrences) if (count < conflicted.length) difference.add(event);
  return difference.size === 0 ? difference : unreached(difference, unconflicted, table);
}

/** Which events of a set no event of a state reaches, over auth events. */
function unreached(set: ReadonlySet<number>, state: StateLookup, table: EventTable): ReadonlySet<number> {
  return table.citedBy === undefined ? unreachedFrom(set, state.values(), table) : unreachedUpwards(set, state, { ...table, citedBy: table.citedBy });
}

/** Walks the auth chain of the whole state, and stops as soon as nothing is left. */
function unreachedFrom(set: ReadonlySet<number>, events: Iterable<number>, table: EventTable): ReadonlySet<number> {
  const left = new Set(set);
  const seen = new Set<number>();
  const pending = [...events];
  for (let event = pending.pop(); event !== undefined && left.size > 0; event = pending.pop()) {
    for (const auth of table.auth(event)) {
      if (seen.has(auth)) continue;
      seen.add(auth);
      left.delete(auth);
      pending.push(auth);
    }
  }
  return left;
}

/** Walks from each event to those that cite it, until one is in the state: near at hand in a large room, whose state is far larger. */
function unreachedUpwards(set: ReadonlySet<number>, state: StateLookup, table: CitedEventTable): ReadonlySet<number> {
  const outside = new Set<number>();
  const isInState = (number: number): boolean => {
    const event = table.event(number);
    return event.state_key !== undefined && state.get(stateKeyOf(event.type, event.state_key)) === number;
  };
  const isReached = (start: number): boolean => {
    const walked = new Set([start]);
    for (const event of walked) {
      for (const by of table.citedBy(event)) {
        if (outside.has(by) || walked.has(by)) continue;
        if (isInState(by)) return true;
        walked.add(by);
      }
    }
    for (const event of walked) outside.add(event);
    return false;
  };
  return new Set([...set].filter((event) => !isReached(event)));
}

/**
 * All events on auth paths from one event of the conflicted state set to another, both ends included.
 * @see https://spec.matrix.org/v1.19/rooms/v12/#definitions
 */
export function conflictedStateSubgraph(conflicted: ReadonlySet<number>, table: EventTable): ReadonlySet<number> {
  const cited = citations(conflicted, table);
  const subgraph = new Set<number>();
  // Back from the conflicted events: whatever cites them, over any number of steps, is on a path to them.
  const pending = [...conflicted].filter((event) => cited.has(event));
  for (let event = pending.pop(); event !== undefined; event = pending.pop()) {
    if (subgraph.has(event)) continue;
    subgraph.add(event);
    pushAll(pending, cited.get(event) ?? []);
  }
  return subgraph;
}

/** Of every event in the auth chain of some events: by which events of that chain, or of the start, it is cited. */
function citations(starts: ReadonlySet<number>, table: EventTable): ReadonlyMap<number, readonly number[]> {
  const cited = new Map<number, number[]>();
  for (const event of new Set([...starts, ...authChain(starts, table)])) {
    for (const auth of table.auth(event)) {
      const by = cited.get(auth);
      if (by === undefined) cited.set(auth, [event]);
      else by.push(event);
    }
  }
  return cited;
}
