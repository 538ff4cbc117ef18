import { membershipIn } from '../room/auth-context.ts';
import type { RoomGraph, RoomState } from '../room/graph.ts';
import { splitStateKey, type StateKey } from '../room/state-map.ts';
import type { StateSpan } from './store.ts';

type Open = { readonly eventId: string; readonly from: number };

/**
 * From where to where, in the order of a room's graph, each event was what the state after an event had in a place. The state at any event is what the spans
 * over its position say, with forks as without; the position after the last event has the current state. Where the state is not known there are none.
 */
export function* spansIn(graph: RoomGraph): Generator<StateSpan> {
  const open = new Map<StateKey, Open>();
  let snapshot = 0;
  const close = (key: StateKey, to: number): readonly StateSpan[] => {
    const span = open.get(key);
    open.delete(key);
    return span === undefined ? [] : [spanOf(graph, key, { ...span, to })];
  };
  function* follow(state: RoomState, position: number): Generator<StateSpan> {
    const next = state.state === 'known' ? state.snapshot : 0;
    if (next === snapshot) return;
    for (const [key, , after] of graph.changes(snapshot, next)) {
      yield* close(key, position - 1);
      if (after !== undefined) open.set(key, { eventId: after, from: position });
    }
    snapshot = next;
  }
  for (const [position, eventId] of graph.order.entries()) yield* follow(graph.stateAfter(eventId), position);
  yield* follow(graph.currentState(), graph.order.length);
  for (const [key, span] of open) yield spanOf(graph, key, { ...span, to: graph.order.length });
}

function spanOf(graph: RoomGraph, key: StateKey, { eventId, from, to }: Open & { readonly to: number }): StateSpan {
  const [type, stateKey] = splitStateKey(key);
  const membership = type === 'm.room.member' ? membershipIn(graph.stateEvent(eventId)) : undefined;
  return { type, stateKey, eventId, from, to, ...(membership === undefined ? {} : { membership }) };
}
