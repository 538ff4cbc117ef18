import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { renderReportPage } from '../../src/cli/report/html.ts';
import { renderReportMarkdown } from '../../src/cli/report/markdown.ts';
import { operatorDocument } from '../../src/cli/report/operator-document.ts';
import { subjectDocument } from '../../src/cli/report/subject-document.ts';
import type { StoredEvent } from '../../src/erasure/apply.ts';
import type { PlanEntry } from '../../src/erasure/plan.ts';
import type { ErasureReport, OperatorReport } from '../../src/portability/report/report.ts';
import { readReport, ReportShapeError } from '../../src/portability/report/schema.ts';
import { reportToOperator } from '../../src/portability/report/operator.ts';
import { reportToSubject } from '../../src/portability/report/subject.ts';
import { planOf, room, samplePlan, sampleVerification } from '../cli/sample-plan.ts';
import { generatedAt, sampleDeliveries, sampleOperatorReport, sampleSubjectReport } from '../cli/sample-report.ts';
import { erase } from '../erasure/erase.ts';
import { RECORDED_ALICE, readRoom, recordedRooms } from '../erasure/rooms.ts';
import { markersIn } from '../erasure/treatments-by-hand.ts';
import { reportSchemaText } from './report-schema.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Every form in which a report leaves the program. */
function renderings(report: ErasureReport): readonly string[] {
  const written = report.for === 'subject' ? subjectDocument(report) : operatorDocument(report);
  return [renderReportPage(written), renderReportMarkdown(written), JSON.stringify(report)];
}

/** The texts in an event's content that are long enough to be known again, and no identifier. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.length > 7 && !/^[@!$#+]|^mxc:|^m\.|^org\.|^https?:|:/.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const usersIn = (stored: readonly StoredEvent[]): ReadonlySet<string> =>
  new Set(stored.flatMap(({ record: { pdu } }) => [...(JSON.stringify(pdu).match(/@[a-z0-9._=/-]+:[a-z0-9.-]+(?::\d+)?/g) ?? []), pdu.sender ?? '']));

describe.each(recordedRooms)('the recorded room %s', (file) => {
  const stored = readRoom(file);
  const { plan, verification } = erase(stored, { subjects: [RECORDED_ALICE], requestedAt: 1_795_500_000_000, effectiveAt: 1_795_500_000_000 });
  const options = { generatedAt: 1_795_600_000_000, verification };
  const [subject, operator] = [reportToSubject(plan, options), reportToOperator(plan, options)];

  test('the counts are those of the plan', () => {
    const { deleted, emptied, hidden, held, kept } = subject.fates;
    const shells = plan.rooms.flatMap(({ entries }) => entries).filter(({ shell }) => shell === true).length;
    expect([deleted, emptied, hidden, held, kept]).toEqual([plan.totals.purge - shells, plan.totals.redact + shells, plan.totals.hide, 0, plan.totals.keep]);
    for (const { kept: counts } of [subject, operator]) expect(sum(counts.map(({ events }) => events))).toBe(plan.totals.keep);
    expect(operator.totals).toEqual(plan.totals);
    expect([subject.standing, operator.standing]).toEqual([verification.verdict, verification.verdict]);
  });

  test('nothing of what was written is in any form of either', () => {
    const texts = [...new Set(stored.flatMap(({ record: { pdu } }) => [...textsOf(pdu.content), ...markersIn(pdu.content)]))];
    // Words that stand in the reports whatever was written.
    const ours = renderings(reportToSubject(samplePlan, { generatedAt })).concat(renderings(reportToOperator(samplePlan, { generatedAt }))).join('\n');
    const foreign = texts.filter((text) => !ours.includes(text));
    expect(foreign.length).toBeGreaterThan(5);
    for (const form of [...renderings(subject), ...renderings(operator)]) expect(foreign.filter((text) => form.includes(text))).toEqual([]);
  });

  test('the report for the person names no other user, room or event', () => {
    const others = [...usersIn(stored)].filter((user) => user !== RECORDED_ALICE);
    const ids = stored.flatMap(({ event }) => [event.roomId, event.eventId]);
    for (const form of renderings(subject)) expect([...others, ...ids].filter((id) => form.includes(id))).toEqual([]);
  });
});

test('the check for others would find them', () => {
  const users = recordedRooms.flatMap((file) => [...usersIn(readRoom(file))]);
  expect(users.filter((user) => user !== RECORDED_ALICE).length).toBeGreaterThan(10);
});

describe('what becomes of events', () => {
  const entry = (changes: Partial<PlanEntry>): PlanEntry => ({ event_id: '$a', type: 'm.room.message', treatment: 'hide', reason: 'others-had-access', ...changes });
  const fates = (entries: readonly PlanEntry[]): object => reportToSubject(planOf([room('!r:a.org', '10', entries)]), { generatedAt: 0 }).fates;

  test.each([
    ['deleted', { treatment: 'purge', reason: 'sole-access' }],
    ['emptied', { treatment: 'purge', reason: 'sole-access', shell: true }],
    ['emptied', { treatment: 'redact', reason: 'own-state', state_key: '' }],
    ['hidden', { treatment: 'hide' }],
    ['hidden', { treatment: 'hide', holds: ['h'] }],
    ['held', { treatment: 'redact', reason: 'own-state', state_key: '', holds: ['h'] }],
    ['held', { treatment: 'purge', reason: 'sole-access', holds: ['h'] }],
    ['kept', { treatment: 'keep', reason: 'hazard', hazard: 'create' }],
  ] as const)('%s: %j', (fate, changes) => {
    expect(fates([entry(changes)])).toEqual({ deleted: 0, emptied: 0, hidden: 0, held: 0, kept: 0, [fate]: 1 });
  });

  test('each event is in one of them', () => {
    expect(sum(Object.values(sampleSubjectReport.fates))).toBe(sum(samplePlan.rooms.map(({ entries }) => entries.length)));
  });
});

describe('recipients', () => {
  test('every one is in one state, and both reports count alike', () => {
    const counts = { confirmed: 2, told: 1, waiting: 1, 'by-hand': 3, unreachable: 2 };
    expect([sampleSubjectReport.recipientStates, sampleOperatorReport.recipientStates]).toEqual([counts, counts]);
    expect(sum((sampleSubjectReport.recipients ?? []).map(({ count }) => count))).toBe(sampleDeliveries.length);
  });

  test('bots, which are users, are told to the person by their server only, with the latest deadline', () => {
    const bots = sampleSubjectReport.recipients?.filter(({ kind }) => kind === 'bot');
    expect(bots).toEqual([{ kind: 'bot', name: 'bots.example', state: 'by-hand', count: 2, by: sampleDeliveries[6]?.deadline }]);
    for (const form of renderings(sampleSubjectReport)) expect(form).not.toMatch(/carol|dave/);
    expect(JSON.stringify(sampleOperatorReport)).toContain('@carol:bots.example');
  });

  test('what an operator wrote about a delivery, or a hold rests on, is not for the person', () => {
    for (const form of renderings(sampleSubjectReport)) expect(form).not.toMatch(/pwned|ECONNREFUSED|File 12\/2026|case-12/);
    expect(JSON.stringify(sampleOperatorReport)).toMatch(/pwned.*ECONNREFUSED|ECONNREFUSED.*pwned/);
  });

  test('whoever was told of one of two accounts has not been told', () => {
    const [first] = sampleDeliveries;
    if (first === undefined) throw new Error('no delivery');
    const report = reportToOperator(samplePlan, { generatedAt, deliveries: [first, { ...first, status: 'pending', nextAt: generatedAt }] });
    expect(report.recipients).toEqual([{ ...first, status: 'pending', nextAt: generatedAt, state: 'waiting', deliveries: 2 }]);
  });
});

describe('steps', () => {
  const standings = (report: OperatorReport): object => Object.fromEntries(report.steps.map(({ step, standing }) => [step, standing]));

  test('without anything given, nothing is known to be done', () => {
    expect(new Set(Object.values(standings(reportToOperator(samplePlan, { generatedAt }))))).toEqual(new Set(['unknown']));
  });

  test('checks, deliveries and the ledger of proof say how far they have come', () => {
    expect(standings(sampleOperatorReport)).toEqual({
      verify: 'unknown', record: 'done', remedies: 'unknown', redact: 'failed', notices: 'open', leave: 'unknown', account: 'unknown', purge: 'failed', report: 'open',
    });
  });

  test('of a broken ledger nothing counts', () => {
    const report = reportToOperator(samplePlan, { generatedAt, verification: sampleVerification, ledger: { verdict: 'broken', fault: 'chain', record: 3 } });
    expect(standings(report)).toMatchObject({ report: 'unknown' });
    expect(renderReportMarkdown(operatorDocument(report))).toContain('**The ledger of proof is broken**, at record 3.');
  });
});

describe('what is left to do comes first', () => {
  const markdown = renderReportMarkdown(operatorDocument(sampleOperatorReport));
  const todo = markdown.slice(markdown.indexOf('## What is left to do'), markdown.indexOf('## Steps'));

  test.each(['**A check failed**: Treatments applied, 2.', '**The events have drifted**: 1.', '**3 recipients**: write to whoever runs it', 'Delete 70 files by', '1 check could not be made in full'])('%s', (text) => {
    expect(todo).toContain(text);
  });

  test('deadlines that have passed', () => {
    const late = reportToOperator(samplePlan, { generatedAt: samplePlan.deadlines.answer + 1 });
    expect(renderReportMarkdown(operatorDocument(late)).match(/\*\*Overdue\*\* since Wed 2026-12-23 20:07 UTC: the (?:answer|purge)/g)).toHaveLength(2);
  });
});

describe('the person reads', () => {
  const markdown = renderReportMarkdown(subjectDocument(sampleSubjectReport));

  test('in their language: no word of the protocol or the trade', () => {
    const jargon = /\b(?:events?|redact\w*|homeservers?|federat\w*|state keys?|purg\w*|PDU|controller|data subject|profile `|m\.room)\b/i;
    expect(markdown.match(jargon)).toBeNull();
  });

  test('what they can do, with the address of the authority, or a way to find theirs', () => {
    expect(markdown).toContain('**Authority of Example, Main Street 1, complaints@authority.example**');
    const without = renderReportMarkdown(subjectDocument(reportToSubject(samplePlan, { generatedAt })));
    expect(without).toContain('You may complain to a data protection authority: that of the country where you live');
    expect(without).toContain('write to whoever runs your server');
  });

  test('that nothing is said to be done which was not checked', () => {
    const open = renderReportMarkdown(subjectDocument(reportToSubject(samplePlan, { generatedAt })));
    expect(open).toContain('was not checked when this report was made');
    expect(open).toMatch(/are to be deleted, .* are to be emptied/);
    expect(open).toContain('This report does not say which of them have been told');
    expect(markdown).toContain('Not finished: our check found that something is left over.');
  });
});

describe('as JSON', () => {
  const published: object = JSON.parse(readFileSync(new URL('../../docs/schema/report.schema.json', import.meta.url), 'utf8'));
  const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(published);
  const reports = [sampleSubjectReport, sampleOperatorReport, reportToSubject(planOf([]), { generatedAt: 0 }), reportToOperator(planOf([]), { generatedAt: 0 })];

  test('the published schema is that of the reports', () => {
    expect(`${JSON.stringify(published, undefined, 1)}\n`).toBe(reportSchemaText());
  });

  test.each(reports)('valid, and read back as it was: $for', (report) => {
    const written: unknown = JSON.parse(JSON.stringify(report));
    expect([isValid(written), isValid.errors]).toEqual([true, null]);
    expect(readReport(written)).toEqual(report);
  });

  test.each([
    ['another reader', { for: 'neighbour' }], ['a negative count', { rooms: -1 }], ['a key that nobody knows', { content: 'x' }], ['no plan', { plan: undefined }],
    ['another version', { formatVersion: 2 }],
  ])('not valid: %s', (_, change) => {
    for (const report of reports) {
      const written: unknown = JSON.parse(JSON.stringify({ ...report, ...change }));
      expect(isValid(written)).toBe(false);
      expect(() => readReport(written)).toThrow(ReportShapeError);
    }
  });
});
