import type { Command } from 'commander';
import { assertSameInput, detectDrift } from '../../../erasure/drift.ts';
import type { ErasurePlan } from '../../../erasure/plan.ts';
import { beginPlan } from '../../../erasure/planner.ts';
import { serverNameOf, type ServerName, type UserId } from '../../../identifiers/identifiers.ts';
import { buildErasureNotices, type NoticesOptions } from '../../../notices/build-notices.ts';
import { beginDelivery } from '../../../notices/delivery/delivery.ts';
import { checkNoticeTemplate, recipientNoticeText } from '../../../notices/notice-text.ts';
import type { Recipient } from '../../../notices/recipient.ts';
import { findRecipients, type RecipientSources } from '../../../notices/recipients.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { createFaultLog } from '../../fault-log.ts';
import { writeOutput } from '../../io/output.ts';
import { readText } from '../../json-file.ts';
import { inputsOf, withFiles, type FileOptions } from '../../options.ts';
import { readPlan } from '../../plan-file.ts';
import { createProgress } from '../../progress.ts';
import { readEvents, useLine, type EventLine } from '../../records.ts';
import { readServiceContact } from '../../registration-file.ts';
import { reportDrift } from '../../report-drift.ts';
import { nobodyToTell, type PlannedDelivery } from '../../notices/planned.ts';
import { readBindings, readBots, readWidgets, type KnownBinding } from '../../notices/source-files.ts';
import { countOf } from '../../text/numbers.ts';
import { recipientLines } from '../../text/recipient-text.ts';
import { visible } from '../../text/visible.ts';
import { createRoomCollector, type CollectedRooms } from '../../viewed-rooms.ts';
import { parseTime } from '../request-options.ts';
import { NoEventsError } from '../plan.ts';
import { collectServers, collectTexts, collectUsers, readServer, withLedger } from './options.ts';

type Options = FileOptions & {
  readonly ledger: string;
  readonly server?: ServerName;
  readonly operator: string;
  readonly contact: string;
  readonly registration?: readonly string[];
  readonly bot?: readonly UserId[];
  readonly bots?: string;
  readonly widgets?: string;
  readonly bindings?: string;
  readonly fetchedBy?: readonly ServerName[];
  readonly template?: string;
  readonly deadline?: number;
  readonly json?: boolean;
};

/** Adds `notify plan`: who holds copies, into a ledger; nobody is told yet. */
export function registerNotifyPlan(notify: Command): void {
  withFiles(notify.command('plan').argument('<plan>', 'the plan of the erasure'))
    .description('find out who holds copies and write the notices to them into a ledger; sends nothing')
    .requiredOption('--ledger <file>', 'the ledger; made if it is not there, and added to if it is')
    .requiredOption('--operator <name>', 'who writes to the recipients, in the notices')
    .requiredOption('--contact <address>', 'where they may answer, in the notices')
    .option('--server <name>', 'the server that tells the others (default: that of the subject)', readServer)
    .option('--registration <file>', 'an application service of the server (YAML); repeatable', collectTexts)
    .option('--bot <user>', 'a bot, which somebody else may run; repeatable', collectUsers)
    .option('--bots <file>', 'bots, a user ID a line')
    .option('--widgets <file>', "widgets that are in no room's state (JSON): [{\"host\" or \"url\", \"room_id\", \"since\"}]; those in the rooms' state are found")
    .option('--bindings <file>', 'what identity servers were told (JSON): [{"server", "mxid", "medium", "address", "since"}]; those of other users are passed over')
    .option('--fetched-by <server>', 'a server that asked for events or files, by your log; repeatable', collectServers)
    .option('--template <file>', 'another text for the letters')
    .option('--deadline <ms>', 'when a person is asked (default: when the plan says that the subject must be answered)', parseTime)
    .option('--json', 'print what was found as JSON')
    .addHelpText('after', `
Run again, it adds only what is new. Refuses, with exit code 3, when the events are no longer what the plan was made on. Addresses in --bindings are
written into the ledger, because identity servers are asked for each of them.

Examples:
  matrix-erasure notify plan plan.json room.ndjson.gz --ledger notices.db --operator "Example e. V." --contact dpo@example.org
  matrix-erasure notify plan plan.json rooms/*.gz --ledger notices.db --operator E --contact dpo@example.org --registration irc.yaml --bindings bindings.json`)
    .action(async (plan: string, files: readonly string[], options: Options) => {
      process.exitCode = await runPlan(plan, inputsOf(files), options);
    });
}

async function runPlan(path: string, files: readonly string[], options: Options): Promise<number> {
  const plan = await readPlan(path);
  const server = options.server ?? serverNameOf(plan.request.subjects[0] ?? '') ?? '';
  const template = options.template === undefined ? undefined : await readText(options.template);
  if (template !== undefined) checkNoticeTemplate(template, 'recipient');
  const sources = await readSources(plan, { ...options, server });
  const { collected, now, faults } = await readRooms(files, plan, options);
  if (collected.size === 0) throw new NoEventsError(files);
  assertSameInput(plan, now);
  const drift = detectDrift(plan, now);
  if (drift.length > 0) return reportDrift(drift, options.json === true);
  const recipients = findRecipients(collected.rooms.values(), plan.request, sources);
  const planned = deliveries(plan, recipients, {
    server, operator: options.operator, contact: options.contact, bindings: sources.bindings, deadline: options.deadline ?? plan.deadlines.answer,
    ...(template === undefined ? {} : { template }),
  });
  const added = await withLedger(options.ledger, true, async (ledger) => {
    if (ledger.server(server) !== server) throw new UsageError(`the ledger is that of ${ledger.server()}: give each server a ledger of its own`);
    return ledger.add(planned);
  });
  const known = planned.length - added;
  const text = `Notices: ${countOf(planned.length, 'delivery', 'deliveries')} to ${countOf(recipients.length, 'recipient')}, ${added} new, ${known} known. Nobody was told yet.`;
  const json = options.json === true ? JSON.stringify({ recipients, deliveries: planned.length, added, known }) : undefined;
  await writeOutput(undefined, `${json ?? [...recipientLines(recipients), text].join('\n')}\n`);
  return faults > 0 ? EXIT.error : EXIT.done;
}

type Rooms = { readonly collected: CollectedRooms; readonly now: ErasurePlan; readonly faults: number };

/** Reads the rooms once: for who was in them, and to plan the erasure again, so that it is known whether the plan is one of these events. */
async function readRooms(files: readonly string[], { request }: ErasurePlan, { strict = false, roomVersion }: Options): Promise<Rooms> {
  const progress = createProgress('reading');
  const faults = createFaultLog({ strict, progress });
  const [collector, planner] = [createRoomCollector({ whole: false }), beginPlan(request)];
  const use = ({ event }: EventLine): void => {
    planner.add(event);
    collector.add(event);
  };
  for await (const lines of readEvents(files, { faults, roomVersion, progress })) for (const line of lines) useLine(line, { use, faults });
  progress.clear();
  faults.finish();
  return { collected: collector.finish(), now: planner.finish([]), faults: faults.count() };
}

type Sources = RecipientSources & { readonly bindings: readonly KnownBinding[] };

/** What is known of recipients beside the rooms. */
async function readSources({ request: { subjects } }: ErasurePlan, options: Options & { readonly server: ServerName }): Promise<Sources> {
  const { server, registration = [], bot = [], bots, widgets, bindings, fetchedBy = [] } = options;
  const all = bindings === undefined ? [] : await readBindings(bindings);
  const own = all.filter(({ mxid }) => subjects.includes(mxid));
  if (all.length > 0 && own.length === 0) throw new UsageError(`no binding in ${visible(bindings ?? '')} is of ${subjects.map(visible).join(' or ')}: check its user IDs`);
  return {
    server,
    registrations: await Promise.all(registration.map(readServiceContact)),
    bots: [...bot, ...(bots === undefined ? [] : await readBots(bots))],
    widgets: widgets === undefined ? [] : await readWidgets(widgets),
    bindings: own,
    fetches: fetchedBy.map((name) => ({ server: name })),
  };
}

function deliveries(plan: ErasurePlan, recipients: readonly Recipient[], { deadline, ...options }: NoticesOptions & { readonly deadline: number }): readonly PlannedDelivery[] {
  const now = Date.now();
  return recipients.flatMap((recipient): readonly PlannedDelivery[] => {
    if (recipient.channel === 'none') return [nobodyToTell(plan, recipient, { now, deadline })];
    const letter = recipientNoticeText(plan, recipient, options);
    return buildErasureNotices(plan, [recipient], options).map((notice) => ({ notice: { ...notice, letter }, delivery: beginDelivery(notice, { now, deadline }) }));
  });
}
