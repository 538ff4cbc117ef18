import { reverseLists } from './reverse-lists.ts';
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
  for (const at of serverOrder) waiting[at] = known(at).length;
  const children = reverseLists(serverOrder, known);

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
