import type { RoomColumns } from './room-columns.ts';

/** Rows in an order in which parents come first. */
export type TopologicalOrder = {
  readonly rows: readonly number[];
  /** Rows of events that are their own ancestors, and of their descendants. */
  readonly cyclic: readonly number[];
};

/** Sorts events by their parents, and otherwise as the server had them: as good as linear, for servers mostly have parents first. */
export function topologicalOrder({ serverOrder, parents, row }: RoomColumns): TopologicalOrder {
  const known = (at: number): readonly number[] => parents.at(at).map(row).filter((parent) => parent >= 0);
  const waiting = new Int32Array(serverOrder.length);
  const children = childLists(serverOrder, known, waiting);

  const rows: number[] = [];
  const passed = new Uint8Array(serverOrder.length);
  // An event that was passed over while it waited follows as soon as its last parent has come.
  const emit = (start: number): void => {
    const ready = [start];
    for (let next = 0; next < ready.length; next++) {
      const current = ready[next] ?? start;
      rows.push(current);
      children(current, (child) => {
        const count = (waiting[child] ?? 0) - 1;
        waiting[child] = count;
        if (count === 0 && passed[child] === 1) ready.push(child);
      });
    }
  };
  for (const at of serverOrder) {
    passed[at] = 1;
    if (waiting[at] === 0) emit(at);
  }
  return { rows, cyclic: serverOrder.filter((at) => (waiting[at] ?? 0) > 0) };
}

type Visit = (child: number) => void;

/** The children of every row, in two flat arrays; counts on the way how many parents each row waits for. */
function childLists(rows: readonly number[], parentsOf: (row: number) => readonly number[], waiting: Int32Array): (row: number, visit: Visit) => void {
  const ends = new Int32Array(rows.length + 1);
  for (const row of rows) {
    const parents = parentsOf(row);
    waiting[row] = parents.length;
    for (const parent of parents) ends[parent + 1] = (ends[parent + 1] ?? 0) + 1;
  }
  for (let row = 0; row < rows.length; row++) ends[row + 1] = (ends[row + 1] ?? 0) + (ends[row] ?? 0);
  const lists = new Int32Array(ends[rows.length] ?? 0);
  const next = ends.slice();
  for (const row of rows) {
    for (const parent of parentsOf(row)) {
      const at = next[parent] ?? 0;
      lists[at] = row;
      next[parent] = at + 1;
    }
  }
  return (row, visit) => {
    for (let at = ends[row] ?? 0; at < (ends[row + 1] ?? 0); at++) visit(lists[at] ?? 0);
  };
}
