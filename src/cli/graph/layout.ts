import type { RoomGraph } from '../../room/graph.ts';
import { factsOf, type DrawnEvent, type FactRow } from './facts.ts';
import { fold, unfolded, type FoldGroup, type FoldKind } from './fold.ts';
import { assignLanes } from './lanes.ts';
import type { EventFacts, GraphEdge, GraphModel, GraphNode, GraphTotals, SegmentNode } from './model.ts';

/** How to lay a room out. */
export type LayoutOptions = {
  readonly roomId: string;
  /** Give every event a row of its own. */
  readonly all?: boolean;
  /** Add the edges from events to those that allow them. */
  readonly auth?: boolean;
};

/** Lays out the graph of a room's events: which rows there are, in which lane each is, and how the lines run. The same events give the same drawing. */
export function layoutRoom(events: Iterable<DrawnEvent>, graph: RoomGraph, { roomId, all = false, auth = false }: LayoutOptions): GraphModel {
  const { rows, senders } = factsOf(events, graph, roomId);
  const links = linksOf(rows);
  const looped = new Set(links.loops.flat());
  const foldable = { parents: links.parents, kinds: rows.map((row) => (looped.has(row.facts.event_id) ? 'alone' : foldKind(row))) };
  const groups = all ? unfolded(foldable) : fold(foldable);
  const rowOf = new Int32Array(rows.length);
  groups.forEach((group, row) => group.events.forEach((event) => { rowOf[event] = row; }));

  const prev = countEdges(groups, (event) => links.parents[event] ?? [], rowOf);
  const { lane, count, strands, bends } = assignLanes(prev.map((targets) => [...targets.keys()]));
  const nodes = groups.map((group, row): GraphNode => {
    const placed = { id: `n${(group.events[0] ?? 0) + 1}`, row, lane: lane[row] ?? 0 };
    const [first] = group.events.map((event) => rows[event]?.facts);
    return group.shape === 'event' && first !== undefined ? { kind: 'event', ...placed, ...first } : { ...placed, ...segment(group, { rows, links }) };
  });
  const byAuth = auth ? countEdges(groups, (event) => (rows[event]?.auth ?? []).flatMap((id) => links.index.get(id) ?? []), rowOf) : [];
  return {
    room_id: roomId,
    room_version: graph.rules.id,
    totals: totalsOf(rows, links, groups),
    senders,
    nodes,
    edges: [...edgesOf(prev, nodes, 'prev'), ...edgesOf(byAuth, nodes, 'auth')],
    strands,
    bends,
    lanes: count,
    missing_parents: graph.missingParents,
    loops: links.loops,
  };
}

/** Parents by their index; those that do not come before their event are part of a loop. */
type Links = {
  readonly index: ReadonlyMap<string, number>;
  readonly parents: readonly (readonly number[])[];
  readonly children: Int32Array;
  readonly loops: readonly (readonly [string, string])[];
};

function linksOf(rows: readonly FactRow[]): Links {
  const index = new Map(rows.map(({ facts }, at) => [facts.event_id, at]));
  const loops: (readonly [string, string])[] = [];
  const children = new Int32Array(rows.length);
  const parents = rows.map(({ facts, parents: named }, at) => named.flatMap((id) => {
    const parent = index.get(id);
    if (parent === undefined) return [];
    if (parent >= at) {
      loops.push([facts.event_id, id]);
      return [];
    }
    children[parent] = (children[parent] ?? 0) + 1;
    return [parent];
  }));
  return { index, parents, children, loops };
}

/** Events of which there is nothing to say but who sent them. */
function foldKind({ facts }: FactRow): FoldKind {
  const plain = facts.verdict !== 'rejected' && facts.verdict !== 'soft-failed' && !facts.redacted && facts.redacts === undefined;
  const settled = facts.hazard === undefined && !facts.extremity && !facts.outlier && facts.missing.length === 0;
  if (!plain || !settled || facts.number === 1) return 'alone';
  if (!facts.is_state) return 'message';
  return facts.type === 'm.room.member' ? 'member' : 'alone';
}

type SegmentContext = { readonly rows: readonly FactRow[]; readonly links: Links };

function segment({ shape, events }: FoldGroup, { rows, links }: SegmentContext): Omit<SegmentNode, 'id' | 'row' | 'lane'> {
  const facts = events.flatMap((event) => rows[event]?.facts ?? []);
  const within = new Set(events);
  const inner = events.map((event) => (links.parents[event] ?? []).filter((parent) => within.has(parent)).length);
  return {
    kind: shape === 'braid' ? 'braid' : 'run',
    first: facts[0]?.number ?? 0,
    last: facts.at(-1)?.number ?? 0,
    events: events.length,
    event_ids: facts.map(({ event_id: id }) => id),
    types: countTypes(facts),
    is_state: facts.some((one) => one.is_state),
    senders: new Set(facts.map(({ sender }) => sender)).size,
    forks: shape === 'braid' ? events.filter((event) => (links.children[event] ?? 0) > 1).length : 0,
    merges: events.filter((event) => (links.parents[event] ?? []).length > 1).length,
    inner_edges: inner.reduce((sum, one) => sum + one, 0),
  };
}

function countTypes(facts: readonly EventFacts[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { type } of facts) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
}

/** Of every row the other rows that its events refer to, and how often. */
function countEdges(groups: readonly FoldGroup[], referred: (event: number) => readonly number[], rowOf: Int32Array): readonly ReadonlyMap<number, number>[] {
  return groups.map(({ events }, row) => {
    const counts = new Map<number, number>();
    for (const target of events.flatMap(referred)) {
      const other = rowOf[target] ?? row;
      if (other !== row) counts.set(other, (counts.get(other) ?? 0) + 1);
    }
    return counts;
  });
}

function edgesOf(counts: readonly ReadonlyMap<number, number>[], nodes: readonly GraphNode[], kind: GraphEdge['kind']): readonly GraphEdge[] {
  const name = (row: number): string => nodes[row]?.id ?? '';
  return counts.flatMap((targets, row) => [...targets].sort(([one], [other]) => one - other)
    .map(([target, references]): GraphEdge => ({ from: name(row), to: name(target), kind, references })));
}

function totalsOf(rows: readonly FactRow[], { parents, children }: Links, groups: readonly FoldGroup[]): GraphTotals {
  const count = (test: (facts: EventFacts) => boolean): number => rows.filter(({ facts }) => test(facts)).length;
  return {
    events: rows.length,
    folded: groups.reduce((sum, { shape, events }) => sum + (shape === 'event' ? 0 : events.length), 0),
    state: count((facts) => facts.is_state),
    redactions: count((facts) => facts.redacts !== undefined),
    redacted: count((facts) => facts.redacted),
    rejected: count((facts) => facts.verdict === 'rejected'),
    soft_failed: count((facts) => facts.verdict === 'soft-failed'),
    unknown: count((facts) => facts.verdict === 'unknown'),
    hazards: count((facts) => facts.hazard !== undefined),
    forks: children.filter((number) => number > 1).length,
    merges: parents.filter((list) => list.length > 1).length,
    extremities: count((facts) => facts.extremity),
  };
}
