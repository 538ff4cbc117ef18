import { createIntColumn } from './int-column.ts';

// Eight children a node, so that changing one place copies a short path of small nodes.
const BITS = 3;
const WIDTH = 1 << BITS;

/** Of each place that differs: the place, the value before and the value after; 0 is no value. */
export type VisitChange = (place: number, before: number, after: number) => void;

/**
 * The states of a room, each a map from places to events (both positive integers or 0), which share all that they have in common:
 * a state that differs from another in one place costs one path of a tree. A state is named by its number; 0 is the empty one.
 */
export type Snapshots = {
  /** The value at a place, 0 if there is none. */
  readonly get: (snapshot: number, place: number) => number;
  /** The state with one place changed: the same state if nothing does. */
  readonly with: (snapshot: number, place: number, value: number) => number;
  /** Visits every place in which two states differ, in the order of the places, and nothing that they share. */
  readonly diff: (before: number, after: number, visit: VisitChange) => void;
};

/** The empty state alone. */
export function createSnapshots(): Snapshots {
  // Nodes lie one after another; node 0 is empty at every height. A root's height is the number of levels below it.
  const cells = createIntColumn();
  for (let cell = 0; cell < WIDTH; cell++) cells.push(0);
  const roots = createIntColumn();
  const heights = createIntColumn();
  roots.push(0);
  heights.push(0);

  const copy = (node: number, cell: number, value: number): number => {
    const fresh = cells.length();
    for (let at = 0; at < WIDTH; at++) cells.push(at === cell ? value : cells.at(node + at));
    return fresh;
  };
  // A taller tree with the same content: the old root becomes the first child.
  const lift = (node: number, height: number, to: number): number => {
    let lifted = node;
    for (let at = height; at < to; at++) lifted = lifted === 0 ? 0 : copy(0, 0, lifted);
    return lifted;
  };
  const get = (snapshot: number, place: number): number => {
    const height = heights.at(snapshot);
    if (place >= WIDTH ** (height + 1)) return 0;
    let node = roots.at(snapshot);
    for (let level = height; level > 0; level--) node = cells.at(node + cellAt(place, level));
    return cells.at(node + cellAt(place, 0));
  };
  const put = (root: number, height: number, [place, value]: readonly [number, number]): number => {
    const path: number[] = [];
    for (let level = height, node = root; level >= 0; node = cells.at(node + cellAt(place, level)), level--) path.push(node);
    return path.reduceRight((below, node, depth) => copy(node, cellAt(place, height - depth), below), value);
  };

  return {
    get,
    with: (snapshot, place, value) => {
      if (get(snapshot, place) === value) return snapshot;
      const height = Math.max(heights.at(snapshot), heightFor(place));
      roots.push(put(lift(roots.at(snapshot), heights.at(snapshot), height), height, [place, value]));
      heights.push(height);
      return roots.length() - 1;
    },
    diff: (before, after, visit) => {
      const height = Math.max(heights.at(before), heights.at(after));
      const [one, other] = [before, after].map((snapshot) => lift(roots.at(snapshot), heights.at(snapshot), height));
      diffNodes({ cells: cells.at, visit }, [one ?? 0, other ?? 0], { height, place: 0 });
    },
  };
}

const cellAt = (place: number, level: number): number => (place >>> (BITS * level)) & (WIDTH - 1);

function heightFor(place: number): number {
  let height = 0;
  while (place >= WIDTH ** (height + 1)) height++;
  return height;
}

type Walk = { readonly cells: (index: number) => number; readonly visit: VisitChange };
type At = { readonly height: number; readonly place: number };

/** Recurses to the height of the tree, which is at most ten. */
function diffNodes(walk: Walk, [before, after]: readonly [number, number], { height, place }: At): void {
  if (before === after) return;
  for (let cell = 0; cell < WIDTH; cell++) {
    const [one, other] = [walk.cells(before + cell), walk.cells(after + cell)];
    if (one === other) continue;
    const at = place * WIDTH + cell;
    if (height === 0) walk.visit(at, one, other);
    else diffNodes(walk, [one, other], { height: height - 1, place: at });
  }
}
