import type { Pdu } from '../event/pdu.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { authorizeReadable } from './authorize.ts';
import type { EventTable } from './event-table.ts';
import { stateKeyOf } from './state-map.ts';
import type { StateKey } from './state-map.ts';

/** What the checks are made with. */
export type AuthChecksContext = {
  readonly table: EventTable;
  readonly rules: RoomVersionRules;
  /** The create event where no event cites it (from version 12). */
  readonly create: number | undefined;
};

/** A state under construction: what has been applied, and below it the state that the checks started from. */
export type PartialState = {
  readonly base: { readonly get: (key: StateKey) => number | undefined };
  readonly applied: ReadonlyMap<StateKey, number>;
};

const CREATE = stateKeyOf('m.room.create', '');

/**
 * The iterative auth checks: applies to a state, one after another, those events that the rules allow in it.
 * @see https://spec.matrix.org/v1.19/rooms/v2/#definitions
 */
export function iterativeAuthChecks(state: PartialState, events: Iterable<number>, context: AuthChecksContext): PartialState {
  const applied = new Map(state.applied);
  const current = (key: StateKey): number | undefined => applied.get(key) ?? state.base.get(key);
  for (const number of events) {
    const event = context.table.event(number);
    if (event.state_key === undefined) continue;
    if (isAllowed(number, current, context)) applied.set(stateKeyOf(event.type, event.state_key), number);
  }
  return { base: state.base, applied };
}

function isAllowed(number: number, current: (key: StateKey) => number | undefined, context: AuthChecksContext): boolean {
  const { table, rules } = context;
  // What the state lacks is taken from the event's own auth events, unless they were rejected.
  const find = (key: StateKey): number | undefined => current(key) ?? citedAt(key, number, table) ?? (key === CREATE ? context.create : undefined);
  const create = find(CREATE);
  return authorizeReadable(table.event(number), {
    rules,
    createEventId: create === undefined ? undefined : table.id(create),
    state: (type, stateKey) => eventAt(find(stateKeyOf(type, stateKey)), table),
  }).allowed;
}

function citedAt(key: StateKey, number: number, table: EventTable): number | undefined {
  return table.auth(number).find((auth) => {
    const event = table.event(auth);
    return event.state_key !== undefined && stateKeyOf(event.type, event.state_key) === key && !table.rejected(auth);
  });
}

function eventAt(number: number | undefined, table: EventTable): Pdu | undefined {
  return number === undefined ? undefined : table.event(number);
}
