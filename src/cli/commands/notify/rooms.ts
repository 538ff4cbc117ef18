import { Option, type Command } from 'commander';
import { assertSameInput, detectDrift, type Drift } from '../../../erasure/drift.ts';
import type { ErasurePlan } from '../../../erasure/plan.ts';
import { beginPlan } from '../../../erasure/planner.ts';
import { carryOutSends, type CarryOutOptions, type SendOutcome } from '../../../notices/carry-out-sends.ts';
import { sendTime, synapseSendLimits, type SendLimits } from '../../../notices/send-limits.ts';
import { planSends, type Send, type SendPlan } from '../../../notices/send-plan.ts';
import type { UserId } from '../../../identifiers/identifiers.ts';
import { confirmTyped } from '../../confirm.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { createFaultLog } from '../../fault-log.ts';
import { writeOutput } from '../../io/output.ts';
import { inputsOf, withFiles, type FileOptions } from '../../options.ts';
import { readSubstitutes } from '../../notices/access-file.ts';
import { carryingOptions } from '../../notices/carrying-options.ts';
import { openSendJournal, type SendJournal } from '../../notices/send-journal.ts';
import { readPlan } from '../../plan-file.ts';
import { createProgress } from '../../progress.ts';
import { readEvents } from '../../records.ts';
import { reportDrift } from '../../report-drift.ts';
import { outcomesText, sendsText } from '../../text/sends-text.ts';
import { readRate, readUserOption, readWhole } from './options.ts';

const STEPS = ['redact', 'leave', 'deactivate'] as const satisfies readonly Send['kind'][];
type Step = (typeof STEPS)[number];

type Options = FileOptions & {
  readonly homeserver: string;
  readonly tokenFile: string;
  readonly adminTokenFile?: string;
  readonly substitutes?: string;
  readonly observer?: UserId;
  readonly through: Step;
  readonly journal?: string;
  readonly perSecond: number;
  readonly burst: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
};

/** Adds `notify rooms`: redactions into the rooms, departures from them and the end of the account, at a homeserver. */
export function registerNotifyRooms(notify: Command): void {
  withFiles(notify.command('rooms').argument('<plan>', 'the plan of the erasure'))
    .description('redact in the rooms, leave them and close the account, at the homeserver of the person; cannot be undone')
    .requiredOption('--homeserver <url>', 'where its client-server API is, such as https://matrix.example.org')
    .requiredOption('--token-file <file>', 'access tokens (JSON), {user ID: token} or {user ID: {"token", "password"}}: the password closes the account')
    .option('--admin-token-file <file>', 'the token of an administrator of a Synapse, who tells whether an account is closed already')
    .option('--substitutes <file>', 'who redacts in rooms that the person is not in (JSON), {room ID: {"user", "hasPower"}}')
    .option('--observer <user>', "somebody with a token who looks into the rooms once the person's account is closed", readUserOption)
    .addOption(new Option('--through <step>', 'the last step that is taken: notices go out before the person leaves').choices(STEPS).default('deactivate'))
    .option('--journal <file>', 'what has been done, for the next run (default: the name of the plan with .sends)')
    .option('--per-second <rate>', 'events that the server lets a user send a second', readRate, synapseSendLimits.perSecond)
    .option('--burst <count>', 'events that it lets a user send at once', readWhole, synapseSendLimits.burst)
    .option('--dry-run', 'say what would be sent and how long it takes, and send nothing')
    .option('--yes', 'send without asking')
    .option('--json', 'print a line for each outcome as JSON')
    .addHelpText('after', `
It may be stopped at any time and run again: what has been done is in the journal and in the rooms, and is not sent again. Exit code 1: something failed or
was refused; 3: the events are no longer what the plan was made on.

Examples:
  matrix-erasure notify rooms plan.json room.ndjson.gz --homeserver https://matrix.example.org --token-file tokens.json --dry-run
  matrix-erasure notify rooms plan.json room.ndjson.gz --homeserver https://matrix.example.org --token-file tokens.json --through redact --yes`)
    .action(async (plan: string, files: readonly string[], options: Options) => {
      process.exitCode = await runRooms(plan, inputsOf(files), options);
    });
}

async function runRooms(path: string, files: readonly string[], options: Options): Promise<number> {
  const plan = await readPlan(path);
  const carrying = await carryingOptions(options);
  const { drift, senders } = await compareFiles(files, plan, options);
  if (drift.length > 0) return reportDrift(drift, options.json === true);
  const limits: SendLimits = { perSecond: options.perSecond, burst: options.burst };
  const substitutes = options.substitutes === undefined ? {} : await readSubstitutes(options.substitutes);
  const planned = planSends(plan, { limits, substitutes, senderOf: (eventId) => senders.get(eventId) });
  const wanted = planned.sends.filter(({ kind }) => STEPS.indexOf(kind) <= STEPS.indexOf(options.through));
  if (options.dryRun === true) {
    await writeOutput(undefined, options.json === true ? `${JSON.stringify({ ...planned, sends: wanted })}\n` : `${announcement(wanted, planned, limits)}\nNothing was sent.\n`);
    return EXIT.done;
  }
  return withJournal(options.journal ?? `${path}.sends`, plan, async (journal) => {
    const left = wanted.filter((send) => !journal.isDone(send));
    if (left.length > 0) await confirm(announcement(left, planned, limits), plan, options.yes === true);
    const outcomes = await sendAll(left, { carrying, journal, json: options.json === true });
    if (options.json !== true) await writeOutput(undefined, outcomesText(outcomes, wanted.length - left.length));
    return outcomes.every(({ status }) => status === 'done' || status === 'already') ? EXIT.done : EXIT.error;
  });
}

function announcement(sends: readonly Send[], planned: SendPlan, limits: SendLimits): string {
  return sendsText(sends, planned, sends.length === 0 ? 0 : sendTime(sends.length - 1, limits));
}

/** One process at a time; a crash leaves the journal as it is, and no lock. */
async function withJournal<T>(path: string, { digest }: ErasurePlan, work: (journal: SendJournal) => Promise<T>): Promise<T> {
  const { lockSending } = await import('../../notices/delivery-ledger.ts');
  const lock = lockSending(path);
  try {
    const journal = openSendJournal(path, digest, Date.now);
    try {
      return await work(journal);
    } finally {
      journal.close();
    }
  } finally {
    lock.release();
  }
}

type Compared = { readonly drift: readonly Drift[]; /** Who sent each event of the plan. */ readonly senders: ReadonlyMap<string, string> };

async function compareFiles(files: readonly string[], plan: ErasurePlan, { roomVersion }: Options): Promise<Compared> {
  const [planner, progress] = [beginPlan(plan.request), createProgress('reading')];
  const subjects = new Set<string>(plan.request.subjects);
  const senders = new Map<string, string>();
  for await (const lines of readEvents(files, { faults: createFaultLog({ strict: true, progress }), roomVersion, progress })) {
    for (const { event } of lines) {
      planner.add(event);
      if (subjects.has(event.pdu.sender ?? '')) senders.set(event.eventId, event.pdu.sender ?? '');
    }
  }
  progress.clear();
  const now = planner.finish([]);
  assertSameInput(plan, now);
  return { drift: detectDrift(plan, now), senders };
}

/** Nothing is sent before somebody has said so: with a flag, or by typing who is erased. */
async function confirm(text: string, { request }: ErasurePlan, yes: boolean): Promise<void> {
  if (yes) return;
  if (process.stdin.isTTY !== true) throw new UsageError('this cannot be undone: look at it with --dry-run, then give --yes');
  await confirmTyped({ what: text, typed: request.subjects[0] ?? '', yes });
}

type Sending = { readonly carrying: CarryOutOptions; readonly journal: SendJournal; readonly json: boolean };

async function sendAll(sends: readonly Send[], { carrying, journal, json }: Sending): Promise<readonly SendOutcome[]> {
  const outcomes: SendOutcome[] = [];
  for await (const outcome of carryOutSends({ sends }, carrying)) {
    journal.note(outcome);
    outcomes.push(outcome);
    if (json) await writeOutput(undefined, `${JSON.stringify(outcome)}\n`);
  }
  return outcomes;
}
