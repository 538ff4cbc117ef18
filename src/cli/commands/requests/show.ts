import type { Command } from 'commander';
import type { RightFacts } from '../../../erasure/rights/facts.ts';
import type { Correction } from '../../../erasure/rights/rectification.ts';
import { reportRight } from '../../../erasure/rights/report.ts';
import type { RightsRequest } from '../../../erasure/rights/request.ts';
import { restrictionHold, type Restriction } from '../../../erasure/rights/restriction.ts';
import type { ServerName, UserId } from '../../../identifiers/identifiers.ts';
import { stringifyJson } from '../../../json/stringify-json.ts';
import { asJson } from '../../../event/pdu.ts';
import { readAccountFile } from '../../account-file.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { writeOutput } from '../../io/output.ts';
import { assertOutputsApart } from '../../io/outputs-apart.ts';
import { writeSummary } from '../../io/summary.ts';
import { withFiles, type FileOptions } from '../../options.ts';
import { renderRightPage } from '../../page/right-page.ts';
import { readPlan } from '../../plan-file.ts';
import { readServiceContact } from '../../registration-file.ts';
import { readController, readCorrection, readRestriction } from '../../requests/right-files.ts';
import { correctingEvents, lookIntoRooms, type RoomFindings } from '../../requests/room-facts.ts';
import { renderRequestText } from '../../text/requests-text.ts';
import { renderRightMarkdown } from '../../text/right-markdown.ts';
import { textOptions } from '../../text/terminal.ts';
import { collectTexts, collectUsers, readServer } from '../notify/options.ts';
import { NoEventsError } from '../plan.ts';
import { readSender, withBook, withRequests, type ChangeOptions } from './options.ts';

type Options = ChangeOptions & FileOptions & {
  readonly controller?: string;
  readonly account?: string;
  readonly plan?: string;
  readonly correction?: string;
  readonly restriction?: string;
  readonly server?: ServerName;
  readonly registration?: readonly string[];
  readonly bot?: readonly UserId[];
  readonly sender?: UserId;
  readonly events?: string;
  readonly hold?: string;
  readonly html?: string;
  readonly markdown?: string;
};

/** Adds `requests show`: what is done for a request, and the answer to the person. */
export function registerRequestsShow(requests: Command): void {
  withFiles(withBook(requests.command('show').argument('<id>', 'the request')))
    .description('show what is done for a request and what is missing; write the answer to the person as a page, Markdown or JSON')
    .option('--controller <file>', 'who answers: {"name", "contact"}, and what only the controller can state (JSON)')
    .option('--account <file>', 'what is held of the account (JSON, docs/schema/account.schema.json)')
    .option('--plan <file>', 'erasure: its plan')
    .option('--correction <file>', 'rectification: {"type", "state_key", "content"} of what is right (JSON)')
    .option('--sender <user>', 'rectification: who sends the events of --events', readSender)
    .option('--events <file>', 'rectification: write the events that correct, ready to be signed')
    .option('--restriction <file>', 'restriction: {"ground", "reviewAt"}, and any of from, scope, lifted (JSON)')
    .option('--hold <file>', 'restriction: write its hold, for "plan --hold"')
    .option('--server <name>', 'the server that answers (default: that of the person)', readServer)
    .option('--registration <file>', 'an application service of the server (YAML); repeatable', collectTexts)
    .option('--bot <user>', 'a bot; repeatable', collectUsers)
    .option('--html <file>', 'write the answer as a page')
    .option('--markdown <file>', 'write the answer as Markdown')
    .addHelpText('after', `
Nothing that is printed holds content of events; only --events writes the content that --correction gives.

Examples:
  matrix-erasure requests show 2026-1
  matrix-erasure requests show 2026-1 rooms/*.gz --account account.json --controller us.json --html answer.html
  matrix-erasure requests show 2026-2 rooms/*.gz --correction name.json --sender @alice:example.org --events events.ndjson
  matrix-erasure requests show 2026-3 --restriction restriction.json --hold hold.json`)
    .action(async (id: string, files: readonly string[], options: Options) => {
      process.exitCode = await showRequest(id, files, options);
    });
}

async function showRequest(id: string, files: readonly string[], options: Options): Promise<number> {
  const { html, markdown, events, hold, json = false, at = Date.now() } = options;
  const outputs = [html, markdown, events, hold, ...(json ? ['-'] : [])];
  await assertOutputsApart(outputs, [...files, ...inputFiles(options)]);
  const history = await withRequests(options.book, {}, (book) => book.history(id));
  const request = history.at(-1) ?? history[0];
  const { facts, correction, findings } = await gatherFacts(files, request, options);
  const report = reportRight(request, facts, at);
  if (html !== undefined) await writeOutput(html, renderRightPage(report));
  if (markdown !== undefined) await writeOutput(markdown, renderRightMarkdown(report));
  if (events !== undefined) await writeEvents(events, { ...options, at, correction, findings });
  if (hold !== undefined) await writeOutput(hold, `${JSON.stringify(holdOf(facts.restriction))}\n`);
  if (json) await writeOutput(undefined, `${JSON.stringify(report)}\n`);
  else await writeSummary(renderRequestText(report, textOptions()), outputs);
  return (findings?.faults ?? 0) > 0 ? EXIT.error : EXIT.done;
}

function inputFiles({ book, controller, account, plan, correction, restriction, registration = [] }: Options): readonly string[] {
  return [book, controller, account, plan, correction, restriction, ...registration].filter((path) => path !== undefined);
}

type Gathered = { readonly facts: RightFacts; readonly correction: Correction | undefined; readonly findings: RoomFindings | undefined };

async function gatherFacts(files: readonly string[], request: RightsRequest, options: Options): Promise<Gathered> {
  const { kind, subjects } = request;
  if (options.correction !== undefined && kind !== 'rectification') throw new UsageError(`--correction belongs to a rectification, and this request is for ${kind}`);
  if (options.restriction !== undefined && kind !== 'restriction') throw new UsageError(`--restriction belongs to a restriction, and this request is for ${kind}`);
  const [controller, file, plan, correction, restriction] = await Promise.all([
    given(options.controller, readController), given(options.account, readAccountFile), given(options.plan, readPlan), given(options.correction, readCorrection),
    given(options.restriction, (path) => readRestriction(path, request)),
  ]);
  const registrations = await Promise.all((options.registration ?? []).map(readServiceContact));
  const findings = files.length === 0 ? undefined : await lookIntoRooms(files, request, { ...options, registrations, bots: options.bot ?? [], correction, restriction });
  if (findings?.collected.size === 0) throw new NoEventsError(files);
  const accounts = file?.accounts.filter(({ user }) => subjects.includes(user));
  return {
    correction, findings,
    facts: {
      ...findings?.facts,
      ...(controller === undefined ? {} : { controller }), ...(accounts === undefined || accounts.length === 0 ? {} : { accounts }),
      ...(plan === undefined ? {} : { erasure: plan }), ...(restriction === undefined ? {} : { restriction }),
    },
  };
}

async function given<T>(path: string | undefined, read: (path: string) => Promise<T>): Promise<T | undefined> {
  return path === undefined ? undefined : read(path);
}

type Writing = Pick<Options, 'sender'> & Pick<Gathered, 'correction' | 'findings'> & { readonly at: number };

async function writeEvents(path: string, { sender, at, correction, findings }: Writing): Promise<void> {
  if (correction === undefined || findings === undefined || sender === undefined) throw new UsageError('--events needs event files, --correction and --sender');
  const events = correctingEvents(findings.collected, correction, { sender, at });
  if (events.length === 0) throw new UsageError('--sender may send the correction in none of these rooms; without --events it is shown who may');
  await writeOutput(path, events.map((event) => `${stringifyJson(asJson(event))}\n`).join(''));
}

function holdOf(restriction: Restriction | undefined): object {
  if (restriction === undefined) throw new UsageError('--hold needs --restriction');
  return restrictionHold(restriction);
}
