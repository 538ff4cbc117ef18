import type { RoomVersionRules } from '../rules/types.ts';
import { MissingStateEventError } from './event-table.ts';
import { createJudge } from './event-judge.ts';
import type { EventJudge } from './event-judge.ts';
import type { EventVerdict, UnknownStateReason } from './graph.ts';
import { createIntColumn } from './int-column.ts';
import { RECORDED, createRowOf } from './room-columns.ts';
import type { RoomColumns } from './room-columns.ts';
import { createResolver } from './room-resolver.ts';
import type { ResolveSnapshots } from './room-resolver.ts';
import { createSnapshots } from './snapshots.ts';
import type { Snapshots } from './snapshots.ts';
import type { StateMap } from './state-map.ts';
import type { TopologicalOrder } from './topological-order.ts';

/** Why a state is not known. */
export type Gap = { readonly reason: UnknownStateReason; readonly missing: readonly string[] };

/** The state and the verdict at every event, by row. */
export type RoomStates = {
  readonly snapshots: Snapshots;
  /** A snapshot, or a gap. */
  readonly before: (row: number) => number | Gap;
  readonly after: (row: number) => number | Gap;
  readonly verdict: (row: number) => EventVerdict;
  readonly resolve: (states: readonly (number | Gap)[]) => number | Gap;
};

/** What the states are worked out with. */
export type RoomStatesContext = {
  readonly columns: RoomColumns;
  readonly rules: RoomVersionRules;
  readonly stateBefore: (eventId: string) => StateMap | undefined;
};

const AUTHORIZED: EventVerdict = { verdict: 'authorized' };
const SOFT_FAILED: EventVerdict = { verdict: 'soft-failed' };
const RECORDED_REJECTION: EventVerdict = { verdict: 'rejected', rule: 'recorded', reason: 'the server rejected the event' };
const FORMLESS: EventVerdict = { verdict: 'rejected', rule: 'format', reason: 'the event has not the form of one' };
const CYCLE: Gap = { reason: 'cycle', missing: [] };

/** Walks through a room's events, parents first, and notes the state before and after each, and what the rules say of it. */
export function workOutStates({ rows, cyclic }: TopologicalOrder, context: RoomStatesContext): RoomStates {
  const { columns, rules } = context;
  const snapshots = createSnapshots();
  const [befores, afters] = [createStates(), createStates()];
  const verdicts = createVerdicts();

  const rejected = (id: number): boolean => columns.row(id) >= 0 && verdicts.at(columns.row(id)).verdict === 'rejected';
  const resolve = resolver(createResolver({ columns, snapshots, rules, rejected }), columns);
  const create = createRowOf(columns);
  const judge = createJudge({ columns, snapshots, rules, rejected, create: create === undefined ? 0 : columns.id(create) });

  for (const row of rows) {
    const before = stateBefore(row, { ...context, resolve, snapshots, after: afters.at });
    befores.set(row, before);
    const verdict = verdictOf(row, before, { columns, judge });
    verdicts.set(row, verdict);
    // A state event replaces what is in its place, unless it was rejected.
    const changes = columns.place(row) > 0 && verdict.verdict !== 'rejected' && typeof before === 'number';
    afters.set(row, changes ? snapshots.with(before, columns.place(row), columns.id(row)) : before);
  }
  for (const row of cyclic) {
    befores.set(row, CYCLE);
    afters.set(row, CYCLE);
    verdicts.set(row, { verdict: 'unknown', reason: 'cycle' });
  }
  return { snapshots, before: befores.at, after: afters.at, verdict: verdicts.at, resolve };
}

type BeforeContext = RoomStatesContext & Pick<RoomStates, 'snapshots' | 'after' | 'resolve'>;

/** The resolution of the states after the parents; where one of those is not known, what the caller was told. */
function stateBefore(row: number, context: BeforeContext): number | Gap {
  const { columns } = context;
  const parents = columns.parents.at(row);
  const missing = parents.filter((parent) => columns.row(parent) < 0);
  const state: number | Gap = missing.length > 0
    ? { reason: 'incomplete-ancestry', missing: missing.map((id) => columns.ids.text(id) ?? '') }
    : context.resolve(parents.map((parent) => context.after(columns.row(parent))));
  if (typeof state === 'number') return state;
  const told = context.stateBefore(columns.ids.text(columns.id(row)) ?? '');
  return told === undefined ? state : snapshotOf(told, context);
}

function snapshotOf(state: StateMap, { columns, snapshots }: BeforeContext): number {
  let snapshot = 0;
  for (const [key, id] of state) snapshot = snapshots.with(snapshot, columns.places.number(key), columns.ids.number(id));
  return snapshot;
}

function resolver(resolve: ResolveSnapshots, { ids }: RoomColumns): RoomStates['resolve'] {
  return (states) => {
    const gap = states.find((state) => typeof state !== 'number');
    if (gap !== undefined) return gap;
    try {
      return resolve(states.filter((state) => typeof state === 'number'));
    } catch (error) {
      if (error instanceof MissingStateEventError) return { reason: 'missing-state-events', missing: [ids.text(ids.find(error.eventId)) ?? ''] };
      throw error;
    }
  };
}

type VerdictContext = { readonly columns: RoomColumns; readonly judge: EventJudge };

/** In the order of the checks on receipt: the server's own word, the auth events, the state before. */
function verdictOf(row: number, before: number | Gap, { columns, judge }: VerdictContext): EventVerdict {
  if ((columns.recorded(row) & RECORDED.rejected) > 0) return RECORDED_REJECTION;
  if ((columns.recorded(row) & RECORDED.formless) > 0) return FORMLESS;

  const cited = judge.byAuthEvents(row);
  if (cited?.allowed === false) return { verdict: 'rejected', rule: cited.rule, reason: cited.reason };

  const stated = typeof before === 'number' ? judge.byState(row, before) : undefined;
  if (stated?.allowed === false) return { verdict: 'rejected', rule: stated.rule, reason: stated.reason };

  if ((columns.recorded(row) & RECORDED.softFailed) > 0) return SOFT_FAILED;
  if (typeof before !== 'number') return { verdict: 'unknown', reason: before.reason };
  if (stated === undefined) return { verdict: 'unknown', reason: 'missing-state-events' };
  return cited === undefined ? { verdict: 'unknown', reason: 'missing-auth-events' } : AUTHORIZED;
}

/** Snapshots and gaps by row, at four bytes each. */
function createStates(): { readonly at: (row: number) => number | Gap; readonly set: (row: number, state: number | Gap) => void } {
  const column = createIntColumn();
  const gaps: Gap[] = [];
  const places = new Map<Gap, number>();
  const placeOf = (gap: Gap): number => {
    const place = places.get(gap) ?? gaps.push(gap) - 1;
    places.set(gap, place);
    return place;
  };
  return {
    set: (row, state) => column.set(row, typeof state === 'number' ? state : -1 - placeOf(state)),
    at: (row) => {
      const value = column.at(row);
      return value >= 0 ? value : gaps[-1 - value] ?? CYCLE;
    },
  };
}

/** Verdicts by row: there are few different ones. */
function createVerdicts(): { readonly at: (row: number) => EventVerdict; readonly set: (row: number, verdict: EventVerdict) => void } {
  const column = createIntColumn();
  const verdicts: EventVerdict[] = [{ verdict: 'unknown', reason: 'no-such-event' }];
  const places = new Map<string, number>();
  return {
    set: (row, verdict) => {
      const name = JSON.stringify(verdict);
      const place = places.get(name) ?? verdicts.push(verdict) - 1;
      places.set(name, place);
      column.set(row, place);
    },
    at: (row) => verdicts[column.at(row)] ?? AUTHORIZED,
  };
}
