import { isHeld } from './carry-out.ts';
import type { ErasureHold } from './holds.ts';
import type { ErasurePlan, MediaReason, PlanRemedy, RoomPlan } from './plan.ts';

/** A hold, and how many events and rooms it covers. */
export type HoldCount = { readonly hold: ErasureHold; readonly events: number; readonly rooms: number };

/** The holds of a plan, with what they cover. */
export function countHolds({ request, rooms }: ErasurePlan): readonly HoldCount[] {
  return (request.holds ?? []).map((hold) => {
    const covered = rooms.map(({ entries }) => entries.filter((entry) => isHeld(entry) && entry.holds?.includes(hold.id) === true).length);
    return { hold, events: covered.reduce((sum, count) => sum + count, 0), rooms: covered.filter((count) => count > 0).length };
  });
}

/** Remedies alike in everything but their place, and in how many rooms they are. */
export type RemedyCount = { readonly like: PlanRemedy; readonly count: number; readonly rooms: number };

/** The remedies of a plan by type, sender and obstacle, the most frequent first. */
export function countRemedies({ rooms }: ErasurePlan): readonly RemedyCount[] {
  const groups = new Map<string, { readonly like: PlanRemedy; count: number; readonly rooms: Set<RoomPlan> }>();
  for (const room of rooms) {
    for (const like of room.remedies) {
      const key = JSON.stringify([like.type, like.hazard, like.sender, like.obstacle]);
      const group = groups.get(key) ?? { like, count: 0, rooms: new Set<RoomPlan>() };
      group.count += 1;
      group.rooms.add(room);
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ like, count, rooms: { size } }) => ({ like, count, rooms: size })).sort((a, b) => b.count - a.count);
}

/** Why files stay, and how many for each reason; a file can have several. */
export function countKeptFiles({ media }: ErasurePlan): readonly (readonly [reason: MediaReason, files: number])[] {
  const counts = new Map<MediaReason, number>();
  for (const { referrers } of media.kept) {
    for (const reason of new Set(referrers.map((referrer) => referrer.reason))) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** How many redactions are sent, and into how many rooms. */
export function countRedactions({ rooms }: ErasurePlan): { readonly events: number; readonly rooms: number } {
  const sending = rooms.filter(({ redactions }) => redactions.length > 0);
  return { events: sending.reduce((sum, { redactions }) => sum + redactions.length, 0), rooms: sending.length };
}

/** How many events a supplement adds, or `undefined` for a plan of its own. */
export function countAdded({ supplements, rooms }: ErasurePlan): number | undefined {
  if (supplements === undefined) return undefined;
  return rooms.reduce((sum, { entries }) => sum + entries.filter(({ added }) => added === true).length, 0);
}

/** The bridges of a plan and the rooms that rooms replaced, each once. */
export function elsewhere({ rooms }: ErasurePlan): { readonly bridges: readonly string[]; readonly predecessors: readonly string[] } {
  const touched = rooms.filter(({ entries }) => entries.length > 0);
  return {
    bridges: [...new Set(touched.flatMap(({ bridges }) => bridges))],
    predecessors: touched.flatMap(({ predecessor }) => predecessor ?? []),
  };
}
