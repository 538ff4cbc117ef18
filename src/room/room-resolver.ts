import type { Conflicts, NumberedState } from './conflicts.ts';
import { MissingStateEventError } from './event-table.ts';
import type { EventTable } from './event-table.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import type { RoomColumns } from './room-columns.ts';
import type { Snapshots } from './snapshots.ts';
import { reverseLists } from './reverse-lists.ts';
import type { ReverseLists } from './reverse-lists.ts';
import { resolveConflicts } from './state-resolution.ts';
import type { StateKey } from './state-map.ts';

/** What a room's states are resolved with. */
export type ResolverContext = {
  readonly columns: RoomColumns;
  readonly snapshots: Snapshots;
  readonly rules: RoomVersionRules;
  readonly rejected: (id: number) => boolean;
};

/** The snapshot that several snapshots resolve to. Throws {@link MissingStateEventError}. */
export type ResolveSnapshots = (snapshots: readonly number[]) => number;

/** A resolver that looks only at what differs between snapshots, and remembers what it has resolved. */
export function createResolver(context: ResolverContext): ResolveSnapshots {
  const table = roomTable(context);
  const resolved = new Map<string, number>();
  return (parents) => {
    const distinct = [...new Set(parents)].sort((one, other) => one - other);
    const [first = 0] = distinct;
    if (distinct.length < 2) return first;
    const name = distinct.join(' ');
    const known = resolved.get(name) ?? resolveDistinct(distinct, table, context);
    resolved.set(name, known);
    return known;
  };
}

/** The room's events as state resolution reads them: by the numbers of their IDs. */
function roomTable({ columns, rejected }: ResolverContext): EventTable {
  const lists = new Map<number, readonly number[]>();
  const idOf = (number: number): string => columns.ids.text(number) ?? '';
  const auth = (number: number): readonly number[] => {
    const known = lists.get(number);
    if (known !== undefined) return known;
    const row = columns.row(number);
    if (row < 0) return missing(idOf(number));
    const list = columns.auth.at(row);
    lists.set(number, list);
    return list;
  };
  return {
    id: idOf,
    event: (number) => columns.kept(number) ?? missing(idOf(number)),
    auth,
    citedBy: citations(columns),
    rejected,
  };
}

/** By which state events an event is cited; worked out when the first states are in conflict. */
function citations({ serverOrder, auth, place, row, id }: RoomColumns): (number: number) => readonly number[] {
  const listOf = (at: number): readonly number[] => (place(at) === 0 ? [] : auth.at(at).map(row).filter((cited) => cited >= 0));
  const state: { lists?: ReverseLists } = {};
  return (number) => {
    const citing: number[] = [];
    const lists = (state.lists ??= reverseLists(serverOrder, listOf));
    if (row(number) >= 0) lists(row(number), (by) => citing.push(id(by)));
    return citing;
  };
}

function missing(id: string): never {
  throw new MissingStateEventError(id);
}

function resolveDistinct(distinct: readonly number[], table: EventTable, context: ResolverContext): number {
  const { columns, snapshots, rules } = context;
  const [base = 0] = distinct;
  const places = placesThatDiffer(distinct, snapshots);
  const { conflicts, agreed } = splitPlaces(distinct, places, context);
  const outcome = new Map([...agreed, ...resolveConflicts(conflicts, table, rules)]);

  // The outcome, laid over the first state: a place that nothing holds any more is emptied.
  let snapshot = base;
  for (const place of places) snapshot = snapshots.with(snapshot, place, outcome.get(keyOf(place, columns)) ?? 0);
  for (const [key, event] of outcome) snapshot = snapshots.with(snapshot, columns.places.number(key), event);
  return snapshot;
}

function placesThatDiffer(distinct: readonly number[], snapshots: Snapshots): ReadonlySet<number> {
  const [base = 0, ...others] = distinct;
  const places = new Set<number>();
  for (const other of others) snapshots.diff(base, other, (place) => places.add(place));
  return places;
}

type Split = { readonly conflicts: Conflicts; readonly agreed: NumberedState };

/** Divides what differs. In version 1 a place is agreed on when only one event is named for it, though not in every state. */
function splitPlaces(distinct: readonly number[], places: ReadonlySet<number>, context: ResolverContext): Split {
  const { columns, snapshots, rules } = context;
  const agreed = new Map<StateKey, number>();
  const conflicted = distinct.map(() => new Map<StateKey, number>());
  for (const place of places) {
    const key = keyOf(place, columns);
    const values = distinct.map((snapshot) => snapshots.get(snapshot, place));
    const [event = 0, ...others] = new Set(values.filter((value) => value > 0));
    if (rules.stateResolution.algorithm === 'v1' && others.length === 0) agreed.set(key, event);
    else values.forEach((value, at) => value > 0 && conflicted[at]?.set(key, value));
  }
  const [base = 0] = distinct;
  const get = (key: StateKey): number | undefined => {
    const place = columns.places.find(key);
    return agreed.get(key) ?? (places.has(place) ? undefined : snapshots.get(base, place) || undefined);
  };
  return { agreed, conflicts: { conflicted, unconflicted: { get, values: () => unconflictedEvents(base, places, snapshots) } } };
}

function unconflictedEvents(base: number, places: ReadonlySet<number>, snapshots: Snapshots): readonly number[] {
  const events: number[] = [];
  snapshots.diff(0, base, (place, _, event) => {
    if (!places.has(place)) events.push(event);
  });
  return events;
}

function keyOf(place: number, columns: RoomColumns): StateKey {
  return columns.places.text(place) ?? '\u0000';
}
