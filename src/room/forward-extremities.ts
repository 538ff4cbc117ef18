import { RECORDED } from './room-columns.ts';
import type { RoomColumns } from './room-columns.ts';
import type { RoomStates } from './room-states.ts';
import type { TopologicalOrder } from './topological-order.ts';

/**
 * The rows of the accepted events that no accepted event follows, be it directly or over events that were not accepted.
 * Outliers, rejected and soft-failed events are not accepted: no new event would name them as parents.
 * @see https://spec.matrix.org/v1.19/server-server-api/#soft-failure
 */
export function forwardExtremities({ rows }: TopologicalOrder, columns: RoomColumns, states: RoomStates): readonly number[] {
  const followed = new Uint8Array(columns.serverOrder.length);
  const extremities: number[] = [];
  for (let at = rows.length - 1; at >= 0; at--) {
    const row = rows[at] ?? 0;
    const accepted = isAccepted(row, columns, states);
    if (accepted && followed[row] === 0) extremities.push(row);
    if (accepted || followed[row] === 1) follow(row, columns, followed);
  }
  return extremities.reverse();
}

function follow(row: number, { parents, row: rowOf }: RoomColumns, followed: Uint8Array): void {
  for (const parent of parents.at(row)) if (rowOf(parent) >= 0) followed[rowOf(parent)] = 1;
}

function isAccepted(row: number, columns: RoomColumns, states: RoomStates): boolean {
  if ((columns.recorded(row) & RECORDED.outlier) > 0) return false;
  const { verdict } = states.verdict(row);
  return verdict !== 'rejected' && verdict !== 'soft-failed';
}
