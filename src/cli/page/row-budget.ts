import type { PlanEntry } from '../../erasure/plan.ts';
import { treatmentOrder } from '../text/sentences.ts';

/** Entries that share everything but what they are: one treatment, one reason. */
export type EntryGroup = { readonly like: PlanEntry; readonly entries: readonly PlanEntry[]; readonly shown: readonly PlanEntry[] };

/** The most rows that a room gets. */
export const ROOM_ROWS = 200;
/** The most rows that the page gets as a whole: a browser lays out some thousands with ease. */
export const PAGE_ROWS = 5000;

/** The entries of a room by treatment, reason, hazard, reach and hold; of each group as many as the rows allow. Small groups come whole. */
export function groupEntries(entries: readonly PlanEntry[], rows: number): readonly EntryGroup[] {
  const groups = new Map<string, PlanEntry[]>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.treatment, entry.reason, entry.hazard, entry.reach, entry.holds, entry.shell, entry.added]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  const ordered = treatmentOrder.flatMap((treatment) => [...groups.values()].filter(([first]) => first?.treatment === treatment));
  const shares = shareOut(ordered.map(({ length }) => length), rows);
  return ordered.flatMap((group, i) => {
    const [like] = group;
    return like === undefined ? [] : [{ like, entries: group, shown: group.slice(0, shares[i]) }];
  });
}

/**
 * How many rows each of several wishes gets, the smallest first, so that what a small one leaves goes to the larger.
 * @example shareOut([500, 3, 10], 20) // [10, 3, 7]
 */
export function shareOut(wishes: readonly number[], rows: number): readonly number[] {
  const shares = wishes.map(() => 0);
  let left = rows;
  [...wishes.entries()].sort(([, a], [, b]) => a - b).forEach(([index, wish], done) => {
    const share = Math.min(wish, Math.floor(left / (wishes.length - done)));
    shares[index] = share;
    left -= share;
  });
  return shares;
}

/** How often each type occurs, the most frequent first. */
export function countTypes(entries: readonly PlanEntry[]): readonly (readonly [type: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { type } of entries) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
