import { carriedOut, isHeld } from '../../erasure/carry-out.ts';
import { countHolds } from '../../erasure/plan-facts.ts';
import type { ErasurePlan, PlanEntry } from '../../erasure/plan.ts';
import { whatStays } from '../../erasure/what-stays.ts';
import { forSubject, recipientsOf } from './recipients.ts';
import type { FateCounts, SubjectReport } from './report.ts';
import { accounts, copiesElsewhere, fileCounts, headOf, keptCounts, roomsTouched, type ReportOptions } from './shared.ts';

/**
 * The report of an erasure to the person: what was deleted, what stays and why, who has copies and was told, and by when the rest is done. It holds counts,
 * server names and dates; no content, and no ID of anybody else.
 * @see https://eur-lex.europa.eu/eli/reg/2016/679/oj
 * @example reportToSubject(planErasure([], { subjects: ['@alice:a.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), { generatedAt: 5 }).standing // 'not-checked'
 */
export function reportToSubject(plan: ErasurePlan, options: ReportOptions): SubjectReport {
  const { deliveries } = options;
  return {
    ...headOf(plan, options),
    for: 'subject',
    rooms: roomsTouched(plan),
    fates: countFates(plan),
    kept: keptCounts(plan),
    holds: countHolds(plan).map(({ hold: { ground, reviewAt }, events }) => ({ ground, reviewAt, events })),
    files: fileCounts(plan),
    ...accounts(plan),
    about: { events: plan.totals.about, reasons: Object.fromEntries(whatStays(plan).about.map(({ key, events }) => [key, events])) },
    residue: plan.residue.counts,
    texts: plan.residue.texts,
    elsewhere: copiesElsewhere(plan),
    ...(deliveries === undefined ? {} : { recipients: forSubject(recipientsOf(deliveries)) }),
  };
}

function countFates({ rooms }: ErasurePlan): FateCounts {
  const counts = { deleted: 0, emptied: 0, hidden: 0, held: 0, kept: 0 };
  for (const { entries } of rooms) for (const entry of entries) counts[fateOf(entry)] += 1;
  return counts;
}

const FATES = { redact: 'emptied', hide: 'hidden', purge: 'deleted', keep: 'kept' } as const;

/** What becomes of an event in the end: a hold keeps what would be destroyed, and a shell of a deleted one stays where others refer to it. */
function fateOf(entry: PlanEntry): keyof FateCounts {
  const isDestroyed = entry.treatment === 'redact' || entry.treatment === 'purge';
  return isDestroyed && isHeld(entry) ? 'held' : FATES[carriedOut(entry).treatment];
}
