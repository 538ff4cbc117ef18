import type { Pdu } from '../event/pdu.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { splitConflicts, splitConflictsV1 } from './conflicts.ts';
import type { Conflicts, NumberedState } from './conflicts.ts';
import { createEventTable } from './event-table.ts';
import type { EventTable } from './event-table.ts';
import { resolveConflictsV1 } from './state-resolution-v1.ts';
import { resolveConflictsV2 } from './state-resolution-v2.ts';
import { stateKeyOf } from './state-map.ts';
import type { StateMap } from './state-map.ts';

/** What states are resolved with. */
export type StateResolutionContext = {
  readonly rules: RoomVersionRules;
  /** State events and their auth chains, by ID. */
  readonly fetchEvent: (eventId: string) => Pdu | undefined;
  /** Whether an event was rejected; rejected auth events are no substitute for missing state. */
  readonly rejected?: ((eventId: string) => boolean) | undefined;
};

/**
 * The one state that several states of a room resolve to, by the algorithm of its version. The order of the states does not matter.
 * @throws {MissingStateEventError} when an event of the states or of their auth chains cannot be fetched
 * @see https://spec.matrix.org/v1.19/rooms/v12/#state-resolution
 * @example resolveState([new Map([[stateKeyOf('m.room.create', ''), '$create']])], { rules: roomVersion('12'), fetchEvent: () => undefined }).size // 1
 */
export function resolveState(stateMaps: readonly StateMap[], context: StateResolutionContext): StateMap {
  const table = createEventTable(context.fetchEvent, context.rejected);
  const states = stateMaps.map((state): NumberedState => new Map(Array.from(state, ([key, id]) => [key, table.number(id)])));
  const conflicts = context.rules.stateResolution.algorithm === 'v1' ? splitConflictsV1(states) : splitConflicts(states);
  const resolved = resolveConflicts(conflicts, table, context.rules);
  return new Map(Array.from([...conflicts.unconflicted, ...resolved], ([key, event]) => [key, table.id(event)]));
}

/** What the places in conflict resolve to, by the algorithm that the rules name. */
export function resolveConflicts(conflicts: Conflicts, table: EventTable, rules: RoomVersionRules): NumberedState {
  if (conflicts.conflicted.every((state) => state.size === 0)) return new Map();
  const context = { table, rules, create: conflicts.unconflicted.get(stateKeyOf('m.room.create', '')) };
  switch (rules.stateResolution.algorithm) {
    case 'v1': return resolveConflictsV1(conflicts, context);
    case 'v2': return resolveConflictsV2(conflicts, context);
    default: return rules.stateResolution.algorithm satisfies never;
  }
}
