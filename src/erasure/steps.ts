import type { ErasurePlan, PlanStep, PlanStepName, PlanTotals, RoomPlan } from './plan.ts';

/**
 * The steps of an erasure in their order: what guards comes first, what needs a member comes while there is one, what cannot be undone comes last.
 * @example planSteps[0] // 'verify'
 */
export const planSteps: readonly PlanStepName[] = Object.freeze([
  'verify', 'record', 'remedies', 'redact', 'notices', 'leave', 'account', 'purge', 'report',
] satisfies readonly PlanStepName[]);

type Stepping = Pick<ErasurePlan, 'request' | 'rooms'>;

/** What is done in each step, and until when. */
export function stepsFor({ request, rooms }: Stepping, totals: PlanTotals, due: ErasurePlan['deadlines']): readonly PlanStep[] {
  const all = totals.redact + totals.hide + totals.purge + totals.keep;
  const sum = (count: (room: RoomPlan) => number): number => rooms.reduce((total, room) => total + count(room), 0);
  const isOfEverything = Object.keys(request.scope).length === 0;
  const counts: Readonly<Record<PlanStepName, Omit<PlanStep, 'step'>>> = {
    verify: { count: sum(({ events }) => events) },
    record: { count: all, due: request.effectiveAt },
    remedies: { count: sum(({ remedies }) => remedies.length) },
    redact: { count: totals.redact },
    notices: { count: new Set(rooms.filter(isTold).flatMap(({ servers, bridges }) => [...servers, ...bridges])).size },
    leave: { count: sum(({ departures }) => departures.length) },
    account: { count: isOfEverything ? request.subjects.length : 0 },
    purge: { count: totals.purge, due: due.purge },
    report: { count: all, due: due.answer },
  };
  return planSteps.map((step) => ({ step, ...counts[step] }));
}

/** Whether others hold copies of events of the subjects'. */
function isTold({ entries }: RoomPlan): boolean {
  return entries.some(({ treatment }) => treatment !== 'purge');
}

/** The counts of several rooms together. */
export function sumTotals(rooms: readonly Pick<RoomPlan, 'totals'>[]): PlanTotals {
  const sum = (key: keyof PlanTotals): number => rooms.reduce((total, { totals }) => total + totals[key], 0);
  return {
    redact: sum('redact'), hide: sum('hide'), purge: sum('purge'), keep: sum('keep'),
    held: sum('held'), outOfReach: sum('outOfReach'), about: sum('about'),
  };
}
