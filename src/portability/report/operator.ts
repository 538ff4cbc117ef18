import type { Drift, DriftKind } from '../../erasure/drift.ts';
import { countHolds } from '../../erasure/plan-facts.ts';
import type { ErasurePlan, PlanStep } from '../../erasure/plan.ts';
import type { CheckName, CheckStatus, Verification } from '../../erasure/verification.ts';
import { groupWarnings, whatStays } from '../../erasure/what-stays.ts';
import { recipientsOf, type ReportedRecipient } from './recipients.ts';
import type { OperatorReport, ReportedLedger, ReportedStep, StepStanding } from './report.ts';
import { accounts, copiesElsewhere, fileCounts, headOf, keptCounts, roomsTouched, type ReportOptions } from './shared.ts';

/** What the operator's report is made from beside that. */
export type OperatorReportOptions = ReportOptions & {
  readonly ledger?: ReportedLedger;
  /** How the events are no longer what the plan was made on. */
  readonly drift?: readonly Drift[];
};

/**
 * The report of an erasure to whoever runs the server: steps and how far they have come, what failed, who could not be told, holds with what they rest on, what
 * stays, deadlines, drift and the head of the ledger of proof. What nothing given speaks of is `unknown`, never done.
 * @example reportToOperator(planErasure([], { subjects: ['@alice:a.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), { generatedAt: 5 }).totals.keep // 0
 */
export function reportToOperator(plan: ErasurePlan, options: OperatorReportOptions): OperatorReport {
  const { verification, deliveries, ledger, drift } = options;
  const recipients = deliveries === undefined ? undefined : recipientsOf(deliveries);
  return {
    ...headOf(plan, options),
    for: 'operator',
    ...(plan.supplements === undefined ? {} : { supplements: plan.supplements }),
    input: plan.input,
    rooms: roomsTouched(plan),
    totals: plan.totals,
    steps: stepsOf(plan, { verification, recipients, ledger }),
    ...(verification === undefined ? {} : { checks: verification.checks }),
    ...searched(verification),
    kept: keptCounts(plan),
    holds: countHolds(plan).map(({ hold: { id, ground, basis, reviewAt }, events, rooms }) => ({ id, ground, basis, reviewAt, events, rooms })),
    outOfReach: Object.fromEntries(whatStays(plan).outOfReach.map(({ key, events }) => [key, events])),
    warnings: groupWarnings(plan.warnings).map(({ code, count, rooms }) => ({ code, count, rooms })),
    files: fileCounts(plan),
    ...accounts(plan),
    residue: plan.residue.counts,
    texts: plan.residue.texts,
    elsewhere: copiesElsewhere(plan),
    ...(recipients === undefined ? {} : { recipients }),
    ...(ledger === undefined ? {} : { ledger }),
    ...(drift === undefined ? {} : { drift: countDrift(drift) }),
  };
}

function searched(verification: Verification | undefined): Pick<OperatorReport, 'textSearch'> {
  if (verification?.texts === undefined) return {};
  const counts = Object.values(verification.texts.counts);
  const sum = (status: 'found' | 'not-found' | 'unknown'): number => counts.reduce((total, count) => total + count[status], 0);
  return { textSearch: { found: sum('found'), notFound: sum('not-found'), unknown: sum('unknown') } };
}

function countDrift(drift: readonly Drift[]): { readonly [kind in DriftKind]?: number } {
  const counts: { [kind in DriftKind]?: number } = {};
  for (const { kind } of drift) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

type Known = {
  readonly verification: Verification | undefined;
  readonly recipients: readonly ReportedRecipient[] | undefined;
  readonly ledger: ReportedLedger | undefined;
};

function stepsOf({ steps }: ErasurePlan, known: Known): readonly ReportedStep[] {
  // A plan knows of servers and bridges; bots, and whoever asked for something, only the ledger knows of.
  const counted = steps.map((step) => (step.step === 'notices' ? { ...step, count: known.recipients?.length ?? step.count } : step));
  return counted.filter(({ count }) => count > 0).map((step) => ({ ...step, standing: standingOf(step, known) }));
}

/** The checks that show that a step was taken: all of them together. */
const SHOWN_BY: { readonly [step in PlanStep['step']]?: readonly CheckName[] } = {
  verify: ['plan-complete'],
  record: ['nothing-left-for-new-viewers'],
  redact: ['treatments-applied'],
  purge: ['treatments-applied', 'events-complete'],
};

/** Kinds of records in a ledger of proof that say that a step was taken. */
const RECORDED_AS: { readonly [step in PlanStep['step']]?: readonly string[] } = { report: ['reported', 'answered'] };

const OF_CHECKS: Readonly<Record<CheckStatus, StepStanding>> = { passed: 'done', failed: 'failed', unknown: 'unknown' };

function standingOf({ step }: PlanStep, { verification, recipients, ledger }: Known): StepStanding {
  if (step === 'notices' && recipients !== undefined) return recipients.every(({ state }) => state === 'confirmed' || state === 'unreachable') ? 'done' : 'open';
  const kinds = RECORDED_AS[step];
  if (kinds !== undefined && ledger?.verdict === 'intact') return ledger.ofPlan.some(({ kind }) => kinds.includes(kind)) ? 'done' : 'open';
  const names = SHOWN_BY[step];
  if (names === undefined || verification === undefined) return 'unknown';
  const made = names.map((name) => verification.checks.find(({ check }) => check === name)?.status ?? 'unknown');
  return OF_CHECKS[made.find((status) => status === 'failed') ?? made.find((status) => status === 'unknown') ?? 'passed'];
}
