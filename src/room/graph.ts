import { own } from '../json/value.ts';
import type { Pdu } from '../event/pdu.ts';
import { UnsupportedRoomVersionError, roomVersion } from '../rules/room-versions.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { forwardExtremities } from './forward-extremities.ts';
import { createIntColumn } from './int-column.ts';
import { createRowOf, readColumns } from './room-columns.ts';
import type { RoomColumns } from './room-columns.ts';
import { workOutStates } from './room-states.ts';
import type { Gap, RoomStates } from './room-states.ts';
import { stateKeyOf } from './state-map.ts';
import type { StateKey, StateMap } from './state-map.ts';
import { topologicalOrder } from './topological-order.ts';
import type { AuthRule } from './verdict.ts';

/** An event of a room as an event file holds it; `null` and a missing key mean the same. */
export type RoomEventRecord = {
  readonly event_id: string;
  /** Of an event that is not state, `type`, `sender`, `room_id`, `prev_events`, `auth_events` (and `redacts`, versions 1 and 2) are enough. */
  readonly pdu: Pdu;
  /** The server's own order; without it the order of the input is. */
  readonly stream_ordering?: number | null;
  /** Why the server rejected the event. */
  readonly rejected?: string | null;
  readonly soft_failed?: boolean | null;
  /** Whether the server holds the event outside the graph, as an auth event or an invite. */
  readonly outlier?: boolean | null;
};

/** What a room is opened with. */
export type OpenRoomOptions = {
  /** The rules of the room's version; without them the create event names the version. */
  readonly rules?: RoomVersionRules;
  /** The state before an event some of whose parents are not among the events: what a server was told when it joined, say. */
  readonly stateBefore?: (eventId: string) => StateMap | undefined;
};

/** Why the state at an event cannot be told. */
export type UnknownStateReason =
  /** No such event is among those the room was opened with. */
  | 'no-such-event'
  /** Some ancestors are not there; `missing` names those nearest to the room's start that are referred to. */
  | 'incomplete-ancestry'
  /** The event is its own ancestor, or descends from one that is. */
  | 'cycle'
  /** State resolution needs an event that is not there. */
  | 'missing-state-events';

/** The state at a point, or why it is not known: an honest gap rather than a guess. */
export type RoomState =
  | {
    readonly state: 'known';
    /** Equal numbers are equal states: what was worked out for one holds for the other. */
    readonly snapshot: number;
    readonly get: (type: string, stateKey: string) => string | undefined;
    /** The whole map, built anew on each call: costs as much as the state is large. */
    readonly map: () => StateMap;
  }
  | { readonly state: 'unknown'; readonly reason: UnknownStateReason; readonly missing: readonly string[] };

/**
 * What became of an event: `recorded` says that the server's own record said so, else a rule did. `soft-failed` is always the record's word: it rests on
 * what was current when the event arrived, which the graph does not tell.
 */
export type EventVerdict =
  | { readonly verdict: 'authorized' }
  | { readonly verdict: 'soft-failed' }
  | { readonly verdict: 'rejected'; readonly rule: AuthRule | 'recorded'; readonly reason: string }
  | { readonly verdict: 'unknown'; readonly reason: UnknownStateReason | 'missing-auth-events' };

/** A place of the state that differs between two snapshots, with the event on each side. */
export type StateChange = readonly [key: StateKey, before: string | undefined, after: string | undefined];

/** The graph of a room's events, with the state at each. */
export type RoomGraph = {
  readonly rules: RoomVersionRules;
  /** Every event ID, each after its parents and otherwise in the server's order; those in a cycle come last. */
  readonly order: readonly string[];
  /** The accepted events that no accepted event follows. */
  readonly forwardExtremities: readonly string[];
  /** IDs that events name as parents and that are not there. */
  readonly missingParents: readonly string[];
  readonly has: (eventId: string) => boolean;
  /** The place of an event in `order`. */
  readonly position: (eventId: string) => number | undefined;
  /** The parents that an event names, there or not. */
  readonly parents: (eventId: string) => readonly string[];
  /** A state event; events that are no state are not kept. */
  readonly stateEvent: (eventId: string) => Pdu | undefined;
  readonly stateBefore: (eventId: string) => RoomState;
  /** The state after an event: a rejected event changes nothing. */
  readonly stateAfter: (eventId: string) => RoomState;
  /** The state that the forward extremities resolve to. */
  readonly currentState: () => RoomState;
  readonly verdict: (eventId: string) => EventVerdict | undefined;
  /** What differs between two snapshots; costs as much as differs, not as much as the state is large. */
  readonly changes: (before: number, after: number) => readonly StateChange[];
};

/**
 * Opens a room: sorts its events into their graph and works out the state at each of them and whether the rules allow it.
 * Events that are not state are dropped once read, so that a million of them fit.
 * @throws {MissingCreateEventError} when no rules are given and no create event names the room version
 * @throws {UnsupportedRoomVersionError} when there are no rules for the version that it names
 * @throws {DuplicateEventError} when two records have one event ID
 * @throws {UnreadableRecordError} when a record has no event or no event ID
 * @see https://spec.matrix.org/v1.19/server-server-api/#room-state-resolution
 * @example openRoom([{ event_id: '$create', pdu: { type: 'm.room.create', state_key: '', sender: '@a:b', room_id: '!r:b', content: { creator: '@a:b' } } }]).verdict('$create') // { verdict: 'authorized' }
 */
export function openRoom(events: Iterable<RoomEventRecord>, options: OpenRoomOptions = {}): RoomGraph {
  const columns = readColumns(events);
  const rules = options.rules ?? rulesNamedIn(columns);
  const order = topologicalOrder(columns);
  const states = workOutStates(order, { columns, rules, stateBefore: options.stateBefore ?? (() => undefined) });
  const extremities = forwardExtremities(order, columns, states);

  const name = (id: number): string => columns.ids.text(id) ?? '';
  const rowOf = (eventId: string): number => columns.row(columns.ids.find(eventId));
  const rows = [...order.rows, ...order.cyclic];
  const positions = createIntColumn();
  rows.forEach((row, position) => positions.set(row, position));
  // States are mostly asked for one after another, and last for many events.
  let last: RoomState | undefined;
  const view = (state: number | Gap): RoomState => {
    if (last?.state === 'known' && last.snapshot === state) return last;
    last = roomState(state, { columns, states });
    return last;
  };
  const at = (eventId: string, state: (row: number) => number | Gap): RoomState => {
    const row = rowOf(eventId);
    return view(row < 0 ? NO_SUCH_EVENT : state(row));
  };

  return {
    rules,
    order: rows.map((row) => name(columns.id(row))),
    forwardExtremities: extremities.map((row) => name(columns.id(row))),
    missingParents: missingParents(rows, columns).map(name),
    has: (eventId) => rowOf(eventId) >= 0,
    position: (eventId) => (rowOf(eventId) < 0 ? undefined : positions.at(rowOf(eventId))),
    parents: (eventId) => (rowOf(eventId) < 0 ? [] : columns.parents.at(rowOf(eventId)).map(name)),
    stateEvent: (eventId) => (rowOf(eventId) >= 0 && columns.place(rowOf(eventId)) > 0 ? columns.event(rowOf(eventId)) : undefined),
    stateBefore: (eventId) => at(eventId, states.before),
    stateAfter: (eventId) => at(eventId, states.after),
    currentState: () => view(states.resolve(extremities.map(states.after))),
    verdict: (eventId) => {
      const row = rowOf(eventId);
      return row < 0 ? undefined : states.verdict(row);
    },
    changes: (before, after) => stateChanges([before, after], { columns, states }),
  };
}

const NO_SUCH_EVENT: Gap = { reason: 'no-such-event', missing: [] };

type ViewContext = { readonly columns: RoomColumns; readonly states: RoomStates };

function roomState(state: number | Gap, context: ViewContext): RoomState {
  const { columns, states } = context;
  if (typeof state !== 'number') return { state: 'unknown', ...state };
  return {
    state: 'known',
    snapshot: state,
    get: (type, stateKey) => columns.ids.text(states.snapshots.get(state, columns.places.find(stateKeyOf(type, stateKey)))),
    map: () => new Map(stateChanges([0, state], context).flatMap(([key, , after]) => (after === undefined ? [] : [[key, after] as const]))),
  };
}

function stateChanges([before, after]: readonly [number, number], { columns, states }: ViewContext): readonly StateChange[] {
  const changes: StateChange[] = [];
  states.snapshots.diff(before, after, (place, one, other) => {
    const key = columns.places.text(place);
    if (key !== undefined) changes.push([key, columns.ids.text(one), columns.ids.text(other)]);
  });
  return changes;
}

function missingParents(rows: readonly number[], { parents, row }: RoomColumns): readonly number[] {
  const missing = new Set<number>();
  for (const at of rows) for (const parent of parents.at(at)) if (row(parent) < 0) missing.add(parent);
  return [...missing];
}

/** The rules of the version that the create event names; a create event that names none is of version 1. */
function rulesNamedIn(columns: RoomColumns): RoomVersionRules {
  const row = createRowOf(columns);
  if (row === undefined) throw new MissingCreateEventError();
  const named = own(columns.event(row).content, 'room_version');
  const version = named === undefined ? '1' : named;
  if (typeof version !== 'string') throw new UnsupportedRoomVersionError('');
  return roomVersion(version);
}

/** No create event says which rules a room has: give `rules`, or add its create event. */
export class MissingCreateEventError extends Error {
  override readonly name = 'MissingCreateEventError';

  constructor() {
    super('the room has no create event among its events: add it, or give the rules of the room version');
  }
}
