import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendToLedger, emptyLedger } from '../../../src/notices/ledger.ts';
import type { OperatorReport, SubjectReport } from '../../../src/portability/report/report.ts';
import { readReport } from '../../../src/portability/report/schema.ts';
import { runCli, type Result } from '../run.ts';

const ROOM = new URL('../../../examples/rooms/dm-fed-v11.ndjson.gz', import.meta.url).pathname;
const AT = '1795600000000';
const at = mkdtempSync(join(tmpdir(), 'matrix-erasure-report-'));
const run = (...args: readonly string[]): Promise<Result> => runCli(args, { cwd: at });
const read = (name: string): string => readFileSync(join(at, name), 'utf8');

/** Runs a command that has to succeed. */
async function done(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(...args);
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${stderr}`);
}

/** One room, erased for two people; the notices of both are in one ledger, and a ledger of proof has records of one plan. */
beforeAll(async () => {
  for (const [user, plan] of [['@alice:hs1.test:18441', 'plan'], ['@carol:hs2.test:18442', 'other']] as const) {
    await done('plan', ROOM, '--subject', user, '--effective-at', '1795500000000', '--out', plan);
    await done('notify', 'plan', plan, ROOM, '--ledger', 'notices', '--operator', 'E', '--contact', 'dpo@hs1.test', '--server', 'hs1.test:18441', ...(plan === 'plan' ? ['--bot', '@carol:hs2.test:18442'] : []));
  }
  await done('apply', 'plan', ROOM, '--out', 'erased.gz', '--yes');
  await done('verify', 'plan', '--original', ROOM, '--result', 'erased.gz', '--out', 'checked');
  const { digest } = JSON.parse(read('plan'));
  let [head, lines] = [emptyLedger, ''];
  for (const [kind, digests] of [['requested', {}], ['planned', { plan: digest }], ['planned', { plan: digest.replace(/^./, '_') }], ['reported', { plan: digest }]] as const) {
    const next = appendToLedger(head, { at: Number(AT), kind, case: '2026-1', digests }, new Uint8Array(32).fill(3));
    [head, lines] = [next.head, `${lines}${next.line}\n`];
  }
  writeFileSync(join(at, 'ledger'), lines);
  writeFileSync(join(at, 'broken'), lines.replace('"planned"', '"applied"'));
}, 60_000);
afterAll(() => rmSync(at, { recursive: true, force: true }));

const json = async (...args: readonly string[]): Promise<ReturnType<typeof readReport>> => {
  const { code, stdout, stderr } = await run('report', ...args, '--at', AT, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return readReport(JSON.parse(stdout));
};

describe('report', () => {
  test('for the person: as a page, Markdown and JSON, from plan, verification and the deliveries of that plan alone', async () => {
    const report = await json('plan', '--for', 'subject', '--verification', 'checked', '--notices', 'notices', '--contact', 'dpo@hs1.test', '--html', 'page', '--markdown', 'text') as SubjectReport;
    const { totals } = JSON.parse(read('plan'));
    expect(report).toMatchObject({ for: 'subject', generatedAt: Number(AT), fates: { hidden: totals.hide, kept: totals.keep }, contact: 'dpo@hs1.test' });
    expect(report.recipients).toEqual([
      { kind: 'server', name: 'hs2.test:18442', state: 'waiting', count: 1, by: expect.any(Number) },
      { kind: 'bot', name: 'hs2.test:18442', state: 'by-hand', count: 1, by: expect.any(Number) },
    ]);
    for (const form of [read('page'), read('text'), JSON.stringify(report)]) expect(form).not.toContain('@carol');
    expect(read('page')).toMatch(/^<!doctype html>/);
    expect(read('text')).toMatch(/^\*Report on your request to be erased\*\n\n# What became of your data\n/);
  });

  test('for the operator: with the records of that plan, and whether the events are still those', async () => {
    const report = await json('plan', 'erased.gz', '--for', 'operator', '--verification', 'checked', '--notices', 'notices', '--ledger', 'ledger') as OperatorReport;
    expect(report.ledger).toEqual({ verdict: 'intact', records: 4, head: expect.stringMatching(/^[\w-]{43}$/), ofPlan: [{ seq: 2, kind: 'planned', at: Number(AT) }, { seq: 4, kind: 'reported', at: Number(AT) }] });
    expect(report.drift).toEqual({});
    expect(report.steps.find(({ step }) => step === 'report')?.standing).toBe('done');
    expect(report.recipients).toHaveLength(2);
  });

  test('says of a broken ledger of proof that it is broken', async () => {
    expect((await json('plan', '--for', 'operator', '--ledger', 'broken') as OperatorReport).ledger).toEqual({ verdict: 'broken', fault: 'hash', record: 2 });
  });

  test('prints Markdown where nothing else is asked for', async () => {
    const { code, stdout, stderr } = await run('report', 'plan', '--for', 'operator');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('# Erasure of `@alice:hs1.test:18441`');
  });

  test.each([
    ['no reader', ['plan'], /required option '--for <reader>' not specified/],
    ['a reader that does not exist', ['plan', '--for', 'neighbour'], /Allowed choices are subject, operator/],
    ['a ledger of proof for the person', ['plan', '--for', 'subject', '--ledger', 'ledger'], /--ledger belongs to --for operator/],
    ['event files for the person', ['plan', 'erased.gz', '--for', 'subject'], /event files belong to --for operator/],
    ['standard input', ['plan', '-', '--for', 'operator'], /give a file instead of "-"/],
    ['a page in place of the plan', ['plan', '--for', 'subject', '--html', 'plan'], /is read by this command/],
    ['a page in place of the ledger', ['plan', '--for', 'subject', '--notices', 'notices', '--html', 'notices'], /is read by this command/],
    ['a ledger that is not there', ['plan', '--for', 'subject', '--notices', 'nowhere'], /nowhere/],
  ])('%s is an error of usage that says what to do', async (_, args, message) => {
    const { code, stdout, stderr } = await run('report', ...args);
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('a ledger of other plans is refused, as if nobody had copies', async () => {
    await run('plan', ROOM, '--subject', '@alice:hs1.test:18441', '--effective-at', '1795500000001', '--out', 'third');
    const { code, stderr } = await run('report', 'third', '--for', 'subject', '--notices', 'notices');
    expect([code, stderr]).toEqual([64, expect.stringMatching(/notices has no notice of this plan: write them with "matrix-erasure notify plan"/)]);
  });
});
