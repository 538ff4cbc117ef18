import type { ErasurePlan, PlanEntry } from './plan.ts';

/** An entry as it is carried out. */
export type CarriedEntry = PlanEntry & {
  /** State under a hold: stored whole, and marked to be served in redacted form. */
  readonly withheld?: true;
};

/**
 * An entry as it is carried out: what a hold covers is not destroyed but hidden, and of what leaves a shell the redacted form stays. The same
 * entry where nothing differs.
 */
export function carriedOut(entry: CarriedEntry): CarriedEntry {
  const destroys = entry.treatment === 'redact' || entry.treatment === 'purge';
  if (destroys && isHeld(entry)) return entry.state_key === undefined ? { ...entry, treatment: 'hide' } : { ...entry, treatment: 'keep', withheld: true };
  return entry.treatment === 'purge' && entry.shell === true ? { ...entry, treatment: 'redact' } : entry;
}

/** Whether a hold covers an event. */
export function isHeld({ holds }: Pick<PlanEntry, 'holds'>): boolean {
  return holds !== undefined && holds.length > 0;
}

/** A plan whose treatments are what is done: what holds block, and of what shells stay, already considered. */
export function asCarriedOut(plan: ErasurePlan): ErasurePlan {
  return { ...plan, rooms: plan.rooms.map((room) => ({ ...room, entries: room.entries.map(carriedOut) })) };
}

/**
 * Whether holds leave a plan nothing to do: everything that it would change is to be destroyed, and may not be.
 * @example holdsLeaveNothing(planErasure([], { subjects: ['@alice:example.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} })) // false
 */
export function holdsLeaveNothing({ rooms }: ErasurePlan): boolean {
  const changing = rooms.flatMap(({ entries }) => entries.filter(({ treatment }) => treatment !== 'keep'));
  return changing.length > 0 && changing.every((entry) => entry.treatment !== 'hide' && isHeld(entry));
}
