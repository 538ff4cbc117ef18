import type { Command } from 'commander';
import type { ErasurePlan } from '../../../erasure/plan.ts';
import { serverNameOf, type ServerName, type UserId } from '../../../identifiers/identifiers.ts';
import { buildErasureNotices, type NoticesOptions } from '../../../notices/build-notices.ts';
import { beginDelivery } from '../../../notices/delivery/delivery.ts';
import { checkNoticeTemplate, recipientNoticeText } from '../../../notices/notice-text.ts';
import type { Recipient } from '../../../notices/recipient.ts';
import { findRecipients } from '../../../notices/recipients.ts';
import type { NoticeRegistration } from '../../../notices/registration.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { createFaultLog } from '../../fault-log.ts';
import { writeOutput } from '../../io/output.ts';
import { readText } from '../../json-file.ts';
import { inputsOf, withFiles, type FileOptions } from '../../options.ts';
import { readPlan } from '../../plan-file.ts';
import { createProgress } from '../../progress.ts';
import { readEvents, useLine } from '../../records.ts';
import { readServiceContact } from '../../registration-file.ts';
import { nobodyToTell, type PlannedDelivery } from '../../notices/planned.ts';
import { countOf } from '../../text/numbers.ts';
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
    .option('--fetched-by <server>', 'a server that asked for events or files, by your log; repeatable', collectServers)
    .option('--template <file>', 'another text for the letters')
    .option('--deadline <ms>', 'when a person is asked (default: when the plan says that the subject must be answered)', parseTime)
    .option('--json', 'print what was found as JSON')
    .addHelpText('after', `
Run again, it adds only what is new.

Examples:
  matrix-erasure notify plan plan.json room.ndjson.gz --ledger notices.db --operator "Example e. V." --contact dpo@example.org
  matrix-erasure notify plan plan.json rooms/*.gz --ledger notices.db --operator E --contact dpo@example.org --registration irc.yaml`)
    .action(async (plan: string, files: readonly string[], options: Options) => {
      process.exitCode = await runPlan(plan, inputsOf(files), options);
    });
}

async function runPlan(path: string, files: readonly string[], options: Options): Promise<number> {
  const plan = await readPlan(path);
  const server = options.server ?? serverNameOf(plan.request.subjects[0] ?? '') ?? '';
  const template = options.template === undefined ? undefined : await readText(options.template);
  if (template !== undefined) checkNoticeTemplate(template, 'recipient');
  const registrations = await Promise.all((options.registration ?? []).map(readServiceContact));
  const { collected, faults } = await readRooms(files, options);
  if (collected.size === 0) throw new NoEventsError(files);
  const recipients = recipientsOf(plan, collected, { ...options, server, registrations });
  const planned = deliveries(plan, recipients, {
    server, operator: options.operator, contact: options.contact, deadline: options.deadline ?? plan.deadlines.answer, ...(template === undefined ? {} : { template }),
  });
  const added = await withLedger(options.ledger, true, async (ledger) => {
    if (ledger.server(server) !== server) throw new UsageError(`the ledger is that of ${ledger.server()}: give each server a ledger of its own`);
    return ledger.add(planned);
  });
  const known = planned.length - added;
  const text = `Notices: ${countOf(planned.length, 'delivery', 'deliveries')} to ${countOf(recipients.length, 'recipient')}, ${added} new, ${known} known. Nobody was told yet.`;
  await writeOutput(undefined, options.json === true ? `${JSON.stringify({ recipients, deliveries: planned.length, added, known })}\n` : `${text}\n`);
  return faults > 0 ? EXIT.error : EXIT.done;
}

async function readRooms(files: readonly string[], { strict = false, roomVersion }: Options): Promise<{ readonly collected: CollectedRooms; readonly faults: number }> {
  const progress = createProgress('reading');
  const faults = createFaultLog({ strict, progress });
  const collector = createRoomCollector({ whole: false });
  for await (const lines of readEvents(files, { faults, roomVersion, progress })) {
    for (const line of lines) useLine(line, { use: ({ event }) => collector.add(event), faults });
  }
  progress.clear();
  faults.finish();
  return { collected: collector.finish(), faults: faults.count() };
}

type Sources = Pick<Options, 'bot' | 'fetchedBy'> & { readonly server: ServerName; readonly registrations: readonly NoticeRegistration[] };

function recipientsOf({ request }: ErasurePlan, { rooms }: CollectedRooms, { server, registrations, bot = [], fetchedBy = [] }: Sources): readonly Recipient[] {
  return findRecipients(rooms.values(), request, { server, registrations, bots: bot, fetches: fetchedBy.map((name) => ({ server: name })) });
}

function deliveries(plan: ErasurePlan, recipients: readonly Recipient[], { deadline, ...options }: NoticesOptions & { readonly deadline: number }): readonly PlannedDelivery[] {
  const now = Date.now();
  return recipients.flatMap((recipient): readonly PlannedDelivery[] => {
    if (recipient.channel === 'none') return [nobodyToTell(plan, recipient, { now, deadline })];
    const letter = recipientNoticeText(plan, recipient, options);
    return buildErasureNotices(plan, [recipient], options).map((notice) => ({ notice: { ...notice, letter }, delivery: beginDelivery(notice, { now, deadline }) }));
  });
}
