import type { Bend, Strand } from './model.ts';

/** Rows with the rows that each follows, all of them above. */
export type RowParents = readonly (readonly number[])[];

/** Where the nodes are, and how the lines between them run. */
export type Lanes = {
  readonly lane: readonly number[];
  readonly count: number;
  readonly strands: readonly Strand[];
  readonly bends: readonly Bend[];
};

type Pending = { readonly lane: number; readonly bottom: number };

type Weaving = {
  readonly rows: RowParents;
  readonly depth: readonly number[];
  readonly free: FreeLanes;
  /** Rows that a line already leads up to, and in which lane. */
  readonly pending: Map<number, Pending>;
  readonly strands: Strand[];
  readonly bends: Bend[];
};

/**
 * Gives every row a lane. Goes up from the newest row, as `git log --graph` does: all lines to a row share one lane, which leads into
 * the row itself; the longest way back from the newest event stays on the left. Costs n log n, whatever the shape.
 */
export function assignLanes(rows: RowParents): Lanes {
  const weaving: Weaving = { rows, depth: depths(rows), free: createFreeLanes(), pending: new Map(), strands: [], bends: [] };
  const lane = rows.map(() => 0);
  for (let row = rows.length - 1; row >= 0; row--) lane[row] = placeRow(row, weaving);
  return { lane, count: weaving.free.count(), strands: weaving.strands, bends: weaving.bends };
}

function placeRow(row: number, weaving: Weaving): number {
  const { rows, depth, free, pending, strands } = weaving;
  const arriving = pending.get(row);
  const own = arriving?.lane ?? free.take();
  if (arriving !== undefined) strands.push({ lane: own, top: row, bottom: arriving.bottom });
  pending.delete(row);

  const [main, ...others] = (rows[row] ?? []).toSorted((one, other) => (depth[other] ?? 0) - (depth[one] ?? 0) || other - one);
  const left = main === undefined ? own : keepLane(main, { row, own }, weaving);
  if (left === own) free.give(own);
  for (const parent of others) leadOut(parent, { row, own }, weaving);
  // Not before: else a line could lead out into the lane from which another one leads in.
  if (left !== undefined && left !== own) free.give(left);
  return own;
}

type Place = { readonly row: number; readonly own: number };

/** Leads to the main parent in the node's own lane, unless a line further left does; gives the lane that is free then, if one is. */
function keepLane(parent: number, { row, own }: Place, { pending, strands, bends }: Weaving): number | undefined {
  const known = pending.get(parent);
  if (known !== undefined && known.lane < own) {
    bends.push({ row, from: own, to: known.lane, way: 'out' });
    return own;
  }
  if (known !== undefined) {
    strands.push({ lane: known.lane, top: row, bottom: known.bottom });
    bends.push({ row, from: known.lane, to: own, way: 'in' });
  }
  pending.set(parent, { lane: own, bottom: row });
  return known?.lane;
}

function leadOut(parent: number, { row, own }: Place, { pending, bends, free }: Weaving): void {
  const known = pending.get(parent);
  const lane = known?.lane ?? free.take();
  if (lane !== own) bends.push({ row, from: own, to: lane, way: 'out' });
  if (known === undefined) pending.set(parent, { lane, bottom: lane === own ? row : row - 1 });
}

/** Of every row the length of the longest way up. */
function depths(rows: RowParents): readonly number[] {
  const depth: number[] = [];
  for (const parents of rows) depth.push(parents.reduce((longest, parent) => Math.max(longest, (depth[parent] ?? 0) + 1), 0));
  return depth;
}

/** Lanes that are not in use, the leftmost first: a heap. */
type FreeLanes = { readonly take: () => number; readonly give: (lane: number) => void; readonly count: () => number };

function createFreeLanes(): FreeLanes {
  const heap: number[] = [];
  let used = 0;
  const at = (index: number): number => heap[index] ?? Number.POSITIVE_INFINITY;
  const swap = (one: number, other: number): void => {
    [heap[one], heap[other]] = [at(other), at(one)];
  };
  const sink = (start: number): void => {
    for (let index = start, child = 2 * start + 1; child < heap.length; child = 2 * index + 1) {
      if (at(child + 1) < at(child)) child += 1;
      if (at(index) <= at(child)) return;
      swap(index, child);
      index = child;
    }
  };
  const rise = (start: number): void => {
    for (let index = start; index > 0 && at(index) < at((index - 1) >> 1); index = (index - 1) >> 1) swap(index, (index - 1) >> 1);
  };
  return {
    give: (lane) => rise(heap.push(lane) - 1),
    count: () => used,
    take: () => {
      const [first] = heap;
      if (first === undefined) return used++;
      const last = heap.pop() ?? first;
      if (heap.length > 0) {
        heap[0] = last;
        sink(0);
      }
      return first;
    },
  };
}
