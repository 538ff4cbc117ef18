import { own } from '../json/value.ts';
import type { Pdu } from '../event/pdu.ts';
import { authDifference, conflictedStateSubgraph } from './auth-chain.ts';
import type { Conflicts, NumberedState } from './conflicts.ts';
import type { EventTable } from './event-table.ts';
import { iterativeAuthChecks } from './iterative-auth-checks.ts';
import type { AuthChecksContext } from './iterative-auth-checks.ts';
import { mainlineOrder } from './mainline-order.ts';
import { reverseTopologicalPowerOrder } from './power-order.ts';
import { stateKeyOf } from './state-map.ts';
import type { StateKey } from './state-map.ts';

const POWER_LEVELS = stateKeyOf('m.room.power_levels', '');
const NOTHING: ReadonlyMap<StateKey, number> = new Map();

/**
 * State resolution version 2, and 2.1 where the rules say so. The result is what joins the unconflicted state.
 * @see https://spec.matrix.org/v1.19/rooms/v12/#state-resolution
 */
export function resolveConflictsV2(conflicts: Conflicts, context: AuthChecksContext): NumberedState {
  const { table, rules } = context;
  const full = fullConflictedSet(conflicts, context);

  // 1. Of the full conflicted set take the power events and what of their auth chains is in the set, in reverse topological power order.
  const powerEvents = withAuthEventsIn(full, powerEventsOf(full, table), table);
  const powerOrder = reverseTopologicalPowerOrder(powerEvents, { table, rules: rules.authorization, create: context.create });

  // 2. Apply the iterative auth checks to them: from the unconflicted state or, in 2.1, from an empty one.
  const start = { base: rules.stateResolution.startFromEmptyState ? NOTHING : conflicts.unconflicted, applied: NOTHING };
  const partial = iterativeAuthChecks(start, powerOrder, context);

  // 3. Take all other events of the set, in mainline order by the power levels that have come out.
  const others = [...full].filter((event) => !powerEvents.has(event));
  const powerLevels = partial.applied.get(POWER_LEVELS) ?? partial.base.get(POWER_LEVELS);
  const mainline = mainlineOrder(others, powerLevels, table);

  // 4. Apply the iterative auth checks to them as well.
  const resolved = iterativeAuthChecks(partial, mainline, context);

  // 5. What was never in conflict stays as it was.
  return new Map([...resolved.applied].filter(([key]) => conflicts.unconflicted.get(key) === undefined));
}

/** The conflicted state set, the auth difference and, in 2.1, the conflicted state subgraph. */
function fullConflictedSet(conflicts: Conflicts, { table, rules }: AuthChecksContext): ReadonlySet<number> {
  const conflicted = new Set(conflicts.conflicted.flatMap((state) => [...state.values()]));
  const subgraph = rules.stateResolution.conflictedSubgraph ? conflictedStateSubgraph(conflicted, table) : [];
  return new Set([...conflicted, ...authDifference(conflicts, table), ...subgraph]);
}

function powerEventsOf(events: ReadonlySet<number>, table: EventTable): readonly number[] {
  return [...events].filter((event) => isPowerEvent(table.event(event)));
}

/** Whether an event might take away somebody's power to act: power levels, join rules, kicks and bans. */
export function isPowerEvent(event: Pdu): boolean {
  if (event.type === 'm.room.power_levels' || event.type === 'm.room.join_rules') return event.state_key === '';
  if (event.type !== 'm.room.member' || event.sender === event.state_key) return false;
  const membership = own(event.content, 'membership');
  return membership === 'leave' || membership === 'ban';
}

/** The events of a set that can be reached over auth events of the set. */
function withAuthEventsIn(set: ReadonlySet<number>, events: readonly number[], table: EventTable): ReadonlySet<number> {
  const reached = new Set<number>();
  const pending = [...events];
  for (let event = pending.pop(); event !== undefined; event = pending.pop()) {
    if (reached.has(event)) continue;
    reached.add(event);
    for (const auth of table.auth(event)) if (set.has(auth)) pending.push(auth);
  }
  return reached;
}
