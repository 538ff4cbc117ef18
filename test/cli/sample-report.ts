import { reportToOperator } from '../../src/portability/report/operator.ts';
import type { OperatorReport, SubjectReport } from '../../src/portability/report/report.ts';
import type { ReportedDelivery } from '../../src/portability/report/recipients.ts';
import { reportToSubject } from '../../src/portability/report/subject.ts';
import { hostile, samplePlan, sampleVerification } from './sample-plan.ts';

const DAY = 24 * 60 * 60 * 1000;
const { requestedAt } = samplePlan.request;

/** Twelve days after the request. */
export const generatedAt: number = requestedAt + 12 * DAY;

/** A recipient of each kind and in each state; somebody else's user ID among them, and names that would act. */
export const sampleDeliveries: readonly ReportedDelivery[] = [
  { kind: 'server', destination: 'hs2.test:18442', status: 'acknowledged', since: requestedAt + DAY, deadline: requestedAt + 30 * DAY, attempts: 2 },
  { kind: 'server', destination: 'hs3.test:18443', status: 'failed', since: requestedAt + 2 * DAY, deadline: requestedAt + 30 * DAY, attempts: 7, reason: 'ECONNREFUSED', nextAt: requestedAt + 13 * DAY },
  { kind: 'server', destination: 'matrix.example.org', status: 'sent', since: requestedAt + 3 * DAY, deadline: requestedAt + 30 * DAY, attempts: 1 },
  { kind: 'server', destination: 'old.example.net', status: 'unsupported', since: requestedAt + DAY, deadline: requestedAt + 30 * DAY, attempts: 2, ask: 'write' },
  { kind: 'application-service', destination: 'irc', status: 'acknowledged', since: requestedAt + DAY, deadline: requestedAt + 30 * DAY, attempts: 1 },
  { kind: 'bot', destination: '@carol:bots.example', status: 'pending', since: requestedAt, deadline: requestedAt + 30 * DAY, attempts: 0, ask: 'write' },
  { kind: 'bot', destination: '@dave:bots.example', status: 'pending', since: requestedAt, deadline: requestedAt + 31 * DAY, attempts: 0, ask: 'write' },
  { kind: 'widget', destination: hostile[1] ?? '', status: 'disproportionate', since: requestedAt, deadline: requestedAt + 30 * DAY, attempts: 0, reason: hostile[0] ?? '' },
  { kind: 'public', destination: 'public', status: 'impossible', since: requestedAt, deadline: requestedAt + 30 * DAY, attempts: 0, reason: 'no-channel' },
];

const contacts = { operator: 'Example e. V.', contact: 'dpo@example.org' } as const;

/** The report to the person, after a check that found leftovers. */
export const sampleSubjectReport: SubjectReport = reportToSubject(samplePlan, {
  generatedAt, verification: sampleVerification, deliveries: sampleDeliveries, ...contacts, authority: 'Authority of Example, Main Street 1, complaints@authority.example',
});

/** The report to the operator, with all that it can be given. */
export const sampleOperatorReport: OperatorReport = reportToOperator(samplePlan, {
  generatedAt, verification: sampleVerification, deliveries: sampleDeliveries, ...contacts,
  ledger: { verdict: 'intact', records: 214, head: 'q3Zr8o9QmPbZ6kT2nYwE5JdUu7cVhAkM3q1XbLqv6x0', ofPlan: [{ seq: 17, kind: 'planned', at: requestedAt }, { seq: 19, kind: 'applied', at: requestedAt + DAY }] },
  drift: [{ kind: 'new-event', room_id: '!r:hs1.test', event_id: '$new' }],
});
