import { applyPlan, type Applied, type StoredEvent } from '../../src/erasure/apply.ts';
import type { ErasurePlan, PlanEntry } from '../../src/erasure/plan.ts';
import { planErasure } from '../../src/erasure/planner.ts';
import type { ErasureRequest } from '../../src/erasure/request.ts';
import type { CheckName, Verification } from '../../src/erasure/verification.ts';
import { verifyErasure, type VerifyOptions } from '../../src/erasure/verify.ts';
import { ALICE, storedEvents } from './build-room.ts';

/** A request of Alice's, for everything. */
export function requestOf(changes: Partial<ErasureRequest> = {}): ErasureRequest {
  return { subjects: [ALICE], requestedAt: 1_000_000, effectiveAt: 1_000_000, profile: 'notice', scope: {}, ...changes };
}

export function planFor(stored: readonly StoredEvent[], changes: Partial<ErasureRequest> = {}): ErasurePlan {
  return planErasure(stored.map(({ event }) => event), requestOf(changes));
}

/** The entry of an event in a plan. */
export function entryOf(plan: ErasurePlan, eventId: string): PlanEntry | undefined {
  return plan.rooms.flatMap((room) => room.entries).find((entry) => entry.event_id === eventId);
}

/** Treatment and reason of an event, in one text. */
export function treatmentOf(plan: ErasurePlan, eventId: string): string | undefined {
  const entry = entryOf(plan, eventId);
  return entry === undefined ? undefined : [entry.treatment, entry.reason, ...(entry.hazard === undefined ? [] : [entry.hazard])].join(' ');
}

/** What is stored after a plan was carried out. */
export function applied(plan: ErasurePlan, stored: readonly StoredEvent[]): readonly StoredEvent[] {
  return storedEvents(kept([...applyPlan(plan, stored)]));
}

export function kept(changes: readonly Applied[]): readonly NonNullable<Applied['record']>[] {
  return changes.flatMap(({ record }) => (record === undefined ? [] : [record]));
}

/** Plans, applies and verifies. */
export function erase(stored: readonly StoredEvent[], changes: Partial<ErasureRequest> = {}, options: VerifyOptions = {}): Erased {
  const plan = planFor(stored, changes);
  const result = applied(plan, stored);
  return { plan, result, verification: verifyErasure(plan, { original: stored, result }, options) };
}

export type Erased = { readonly plan: ErasurePlan; readonly result: readonly StoredEvent[]; readonly verification: Verification };

/** The checks that did not pass, by name. */
export function failures({ checks }: Verification): readonly CheckName[] {
  return checks.filter(({ status }) => status === 'failed').map(({ check }) => check);
}
