import { Option, type Command } from 'commander';
import { assertSameInput, detectDrift, type Drift } from '../../erasure/drift.ts';
import type { ErasurePlan } from '../../erasure/plan.ts';
import { reportToOperator } from '../../portability/report/operator.ts';
import type { ErasureReport } from '../../portability/report/report.ts';
import type { ReportOptions } from '../../portability/report/shared.ts';
import { reportToSubject } from '../../portability/report/subject.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { createFaultLog } from '../fault-log.ts';
import { isStandardInput } from '../io/inputs.ts';
import { writeOutput } from '../io/output.ts';
import { assertOutputsApart } from '../io/outputs-apart.ts';
import { readRoomVersion } from '../options.ts';
import { readPlan } from '../plan-file.ts';
import { readReportedLedger } from '../report/ledger-notes.ts';
import { readDeliveries } from '../report/deliveries.ts';
import { operatorDocument } from '../report/operator-document.ts';
import { renderReportMarkdown } from '../report/markdown.ts';
import { renderReportPage } from '../report/html.ts';
import { subjectDocument } from '../report/subject-document.ts';
import { readVerification } from '../verification-file.ts';
import { planFiles } from './plan.ts';
import { parseTime } from './request-options.ts';

type Options = {
  readonly for: 'subject' | 'operator';
  readonly verification?: string;
  readonly notices?: string;
  readonly ledger?: string;
  readonly operator?: string;
  readonly contact?: string;
  readonly authority?: string;
  readonly at?: number;
  readonly roomVersion?: string;
  readonly html?: string;
  readonly markdown?: string;
  readonly json?: boolean;
};

/** Adds `report`: what an erasure came to, for the person or for the operator. */
export function registerReport(program: Command): void {
  program.command('report')
    .argument('<plan>', 'a plan file')
    .argument('[files...]', 'the event files as they are now, to see whether the plan still fits; for the operator only')
    .description('report what an erasure came to, to the person or to the operator; changes nothing')
    .addOption(new Option('--for <reader>', 'who reads it').choices(['subject', 'operator']).makeOptionMandatory())
    .option('--verification <file>', 'what verify found, as written by its --out')
    .option('--notices <file>', 'the ledger of deliveries, as kept by notify')
    .option('--ledger <file>', 'a ledger of proof (NDJSON); for the operator only')
    .option('--operator <name>', 'who answers for the erasure')
    .option('--contact <address>', 'where the person can ask')
    .option('--authority <text>', 'the data protection authority and how to reach it, where the person can complain')
    .option('--at <ms>', 'when the report is made (default: now)', parseTime)
    .addOption(new Option('--room-version <version>', 'the version of rooms that do not say it themselves').argParser(readRoomVersion))
    .option('--html <file>', 'write it as one self-contained page')
    .option('--markdown <file>', 'write it as Markdown')
    .option('--json', 'print it as JSON (docs/schema/report.schema.json)')
    .addHelpText('after', `
Without --html, --markdown or --json it is printed as Markdown. The report for the subject is in plain English, and holds no ID of anybody
else; that for the operator begins with what is left to do. What was not given is "unknown" in it, never done.

Examples:
  $ matrix-erasure report plan.json --for subject --verification checked.json --notices notices.db --operator "Example e. V." --contact dpo@example.org --html alice.html
  $ matrix-erasure report plan.json --for operator --verification checked.json --notices notices.db --ledger ledger.ndjson --html report.html
  $ matrix-erasure report plan.json rooms/*.ndjson.gz --for operator`)
    .action(async (plan: string, files: readonly string[], options: Options) => {
      process.exitCode = await runReport(plan, files, options);
    });
}

async function runReport(path: string, files: readonly string[], options: Options): Promise<number> {
  const { html, markdown, json, verification, notices, ledger } = options;
  assertForOperator(files, options);
  const outputs = [html, markdown, ...(json === true ? ['-'] : [])].filter((output) => output !== undefined);
  await assertOutputsApart(outputs, [path, ...files, ...[verification, notices, ledger].filter((input) => input !== undefined)]);
  const report = await reportOn(await readPlan(path), files, options);
  const written = report.for === 'subject' ? subjectDocument(report) : operatorDocument(report);
  if (html !== undefined) await writeOutput(html, renderReportPage(written));
  if (markdown !== undefined) await writeOutput(markdown, renderReportMarkdown(written));
  if (json === true) await writeOutput(undefined, `${JSON.stringify(report)}\n`);
  if (outputs.length === 0) await writeOutput(undefined, renderReportMarkdown(written));
  return EXIT.done;
}

/** What the person is not told of is not read for them either. */
function assertForOperator(files: readonly string[], options: Options): void {
  if (files.some(isStandardInput)) throw new UsageError('report reads files: give a file instead of "-"');
  if (options.for === 'operator') return;
  if (files.length > 0) throw new UsageError('event files belong to --for operator: they show whether the plan still fits');
  if (options.ledger !== undefined) throw new UsageError('--ledger belongs to --for operator: the person gets a receipt');
}

async function reportOn(plan: ErasurePlan, files: readonly string[], options: Options): Promise<ErasureReport> {
  const { operator, contact, authority, at: generatedAt = Date.now() } = options;
  if (options.at !== undefined && options.at < plan.request.requestedAt) throw new UsageError('--at is before the person asked: a report is of what came after');
  const shared: ReportOptions = {
    generatedAt,
    ...(options.verification === undefined ? {} : { verification: await readVerification(options.verification) }),
    ...(options.notices === undefined ? {} : { deliveries: await readDeliveries(options.notices, plan, generatedAt) }),
    ...(operator === undefined ? {} : { operator }),
    ...(contact === undefined ? {} : { contact }),
    ...(authority === undefined ? {} : { authority }),
  };
  if (options.for === 'subject') return reportToSubject(plan, shared);
  return reportToOperator(plan, {
    ...shared,
    ...(options.ledger === undefined ? {} : { ledger: await readReportedLedger(options.ledger, plan) }),
    ...(files.length === 0 ? {} : { drift: await driftIn(plan, files, options) }),
  });
}

async function driftIn(plan: ErasurePlan, files: readonly string[], { roomVersion }: Options): Promise<readonly Drift[]> {
  const now = await planFiles(files, plan.request, { faults: createFaultLog({ strict: true }), roomVersion });
  assertSameInput(plan, now.plan);
  return detectDrift(plan, now.plan);
}
