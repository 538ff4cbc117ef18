import { mkdir, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { createApplier, type Applied, type Applier } from '../../erasure/apply.ts';
import { holdsLeaveNothing } from '../../erasure/carry-out.ts';
import { assertSameInput, detectDrift } from '../../erasure/drift.ts';
import type { ErasurePlan } from '../../erasure/plan.ts';
import { createRemedyBuilder, type RemedyEvent } from '../../erasure/remedy-events.ts';
import { createRevoker } from '../../erasure/revocation.ts';
import { asJson } from '../../event/pdu.ts';
import { repeatsKeys } from '../../event/repeated-keys.ts';
import { stringifyJson } from '../../json/stringify-json.ts';
import { confirmTyped } from '../confirm.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { createFaultLog } from '../fault-log.ts';
import { isStandardInput } from '../io/inputs.ts';
import { openOutput, writeOutput, type Output } from '../io/output.ts';
import { assertOutputsApart } from '../io/outputs-apart.ts';
import { assertUnchanged, stampFiles, type FileStamps } from '../io/unchanged-files.ts';
import { writeSummary } from '../io/summary.ts';
import { expandFolders } from '../io/exported-folders.ts';
import { readRoomVersion } from '../options.ts';
import { readPlan, readPlanOrRevocation } from '../plan-file.ts';
import { createProgress } from '../progress.ts';
import { readEvents, type EventLine } from '../records.ts';
import { reportDrift } from '../report-drift.ts';
import { applyInStore, carryOutInStore, confirmationOf, queueInStore } from '../stores/carry-out.ts';
import { ERASURE_ID } from '../stores/erasure-id.ts';
import { isServer, STORE_HELP, withStore } from '../stores/open-store.ts';
import { count, renderAppliedText, sumCounts, type Counts, type CountsByRoom } from '../text/applied-text.ts';
import { countOf } from '../text/numbers.ts';
import { visible } from '../text/visible.ts';
import { planFiles } from './plan.ts';

type ApplyOptions = {
  readonly out?: string;
  readonly store?: string;
  readonly remedies?: string;
  readonly roomVersion?: string;
  readonly queue?: boolean;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly strict?: boolean;
};

/** Adds `apply`: a plan and the files that it was made from in, changed files out. */
export function registerApply(program: Command): void {
  program.command('apply')
    .argument('<plan>', 'a plan file; with --store also the ID of an erasure that is recorded there')
    .argument('[files...]', 'the event files that the plan was made from')
    .description('carry out a plan on event files, or in a store')
    .option('--out <path>', 'the changed file; a folder for one file each')
    .option('--store <store>', `instead of files: ${STORE_HELP}`)
    .option('--queue', 'with a store on a server: leave the work to "matrix-erasure work"')
    .option('--remedies <file>', 'write what other members would have to send first, ready to be signed by them')
    .addOption(new Option('--room-version <version>', 'the version of rooms that do not say it themselves').argParser(readRoomVersion))
    .option('--json', 'print what was done as JSON')
    .option('--strict', 'accepted for scripts: apply always stops at a line that cannot be read')
    .option('--yes', 'do not ask before a file is replaced by its erased form, or a store changed; nobody is asked where there is no terminal')
    .addHelpText('after', `
Refuses, with exit code 3, when the events are no longer what the plan was made on. Run again, it changes nothing. A plan to revoke
(plan --revoke) takes the marks of hidden events away.

In a store each room is changed whole or not at all. What is interrupted goes on when the same command is run again.

Examples:
  $ matrix-erasure apply plan.json room.ndjson.gz --out room.erased.ndjson.gz
  $ matrix-erasure apply plan.json rooms/*.ndjson --out erased/
  $ matrix-erasure apply plan.json --store erasure.db
  $ matrix-erasure apply plan.json --store postgres://erasure@localhost/synapse --queue`)
    .action(async (plan: string, files: readonly string[], options: ApplyOptions) => {
      process.exitCode = options.store === undefined ? await runApply(plan, expandFolders(files), fileOptions(files, options)) : await runInStore(plan, options.store, checked(files, options));
    });
}

type FileApplyOptions = ApplyOptions & { readonly out: string };

/** @throws {UsageError} when there is nothing to read or nowhere to write */
function fileOptions(files: readonly string[], options: ApplyOptions): FileApplyOptions {
  const { out } = options;
  if (options.queue === true) throw new UsageError('--queue goes with --store postgres://…');
  if (files.length === 0) throw new UsageError("missing required argument 'files'; see \"matrix-erasure apply --help\"");
  if (out === undefined) throw new UsageError("required option '--out <path>' not specified; see \"matrix-erasure apply --help\"");
  return { ...options, out };
}

/** @throws {UsageError} for what has no meaning in a store */
function checked(files: readonly string[], options: ApplyOptions): ApplyOptions {
  if (files.length > 0 || options.out !== undefined || options.remedies !== undefined) throw new UsageError('--store goes without FILES, --out and --remedies: events are changed where they are');
  return options;
}


async function runInStore(plan: string, location: string, { json = false, queue = false, yes = false }: ApplyOptions): Promise<number> {
  if (queue && !isServer(location)) throw new UsageError('--queue is for a store on a server, postgres://…; a file is worked on by one process: leave it out');
  const isFile = (await stat(plan).catch(() => undefined)) !== undefined;
  const read = !isFile && ERASURE_ID.test(plan) ? plan : await readPlan(plan);
  return withStore(location, async (store) => {
    await confirmTyped(await confirmationOf(store, read, yes));
    const carrying = { store, location, json };
    if (queue) return queueInStore(read, carrying);
    return typeof read === 'string' ? carryOutInStore(read, carrying) : applyInStore(read, carrying);
  });
}

async function runApply(planPath: string, files: readonly string[], options: FileApplyOptions): Promise<number> {
  if (files.some(isStandardInput)) throw new UsageError('apply reads its input twice: give a file instead of "-"');
  const targets = await targetsFor(files, options.out);
  const outputs = targets.map(({ from, to }) => ({ to, mayReplace: from.length === 1 ? from[0] : undefined }));
  await assertOutputsApart([...outputs, options.remedies, ...(options.json === true ? ['-'] : [])], [planPath, ...files]);
  const stamps = await stampFiles(files);
  const plan = await readPlanOrRevocation(planPath);
  // A line that cannot be read might be the subject's: it must be neither passed on nor dropped.
  const reading = { faults: createFaultLog({ strict: true }), roomVersion: options.roomVersion };
  if (plan.format === 'matrix-erasure/revocation') {
    await report(await rewrite(targets, { apply: createRevoker(plan), reading, stamps }), { targets, kept: plan.totals.unchanged, json: options.json === true });
    return EXIT.done;
  }
  const now = await planFiles(files, plan.request, reading);
  assertSameInput(plan, now.plan);
  const drift = detectDrift(plan, now.plan);
  if (drift.length > 0) return reportDrift(drift, options.json === true);
  const remedies = createRemedyBuilder(options.remedies === undefined ? { ...plan, rooms: [] } : plan);
  const besides = options.remedies === undefined ? {} : { besides: { to: options.remedies, text: () => remediesText(remedies.finish(Date.now()), plan) } };
  await confirmReplacing(plan, targets, options.yes === true);
  const counts = await rewrite(targets, { apply: createApplier(plan), reading, stamps, watch: remedies.add, ...besides });
  // Set before anything is printed: whoever reads it may stop at any time.
  process.exitCode = holdsLeaveNothing(plan) ? EXIT.drift : EXIT.done;
  await report(counts, { targets, kept: plan.totals.keep, json: options.json === true });
  return process.exitCode;
}

/** A copy can be made again; a file that is replaced by its erased form is gone. */
async function confirmReplacing({ request, totals }: ErasurePlan, targets: readonly Target[], yes: boolean): Promise<void> {
  const replaced = targets.filter(({ from, to }) => from.some((file) => resolve(file) === resolve(to)));
  const gone = totals.redact + totals.purge;
  if (replaced.length * gone === 0) return;
  const what = `${countOf(gone, 'event')} will be redacted or purged in ${countOf(replaced.length, 'file')}, and nowhere is there another copy that this program knows of.`;
  await confirmTyped({ what, typed: request.subjects[0] ?? '', yes });
}

function remediesText(events: readonly RemedyEvent[], { digest }: ErasurePlan): string {
  return stringifyJson({ format: 'matrix-erasure/remedies', plan: digest, events: events.map(asJson) });
}

type Report = { readonly targets: readonly Target[]; readonly kept: number; readonly json: boolean };

async function report(counts: CountsByRoom, { targets, kept, json }: Report): Promise<void> {
  const written = targets.map(({ to }) => to);
  const facts = { counts: sumCounts(counts), rooms: Object.fromEntries(counts), files: written };
  if (json) await writeOutput(undefined, `${JSON.stringify(facts)}\n`);
  else await writeSummary(renderAppliedText(counts, kept, written), written);
}

/** Files that go into one output. */
type Target = { readonly from: readonly string[]; readonly to: string };

async function targetsFor(files: readonly string[], out: string): Promise<readonly Target[]> {
  if (!(await isFolder(out, files.length))) return [{ from: files, to: out }];
  await mkdir(out, { recursive: true });
  const names = files.map((file) => basename(file));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`two inputs are called ${visible(twice)}: apply them one by one, or into one file`);
  return files.map((file) => ({ from: [file], to: join(out, basename(file)) }));
}

/** Whether an output is a folder: one that is there, a name that says so, or a name without an ending for several files. */
async function isFolder(path: string, files: number): Promise<boolean> {
  if (path.endsWith('/')) return true;
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return files > 1 && extname(path) === '';
  }
}

type Rewriting = {
  readonly apply: Applier;
  readonly reading: Parameters<typeof readEvents>[1];
  /** The inputs as they were before they were first read. */
  readonly stamps: FileStamps;
  /** Looks at every event before it changes. */
  readonly watch?: (event: EventLine['event']) => void;
  /** What else is written, once every event has been looked at: there before the events change, or not at all. */
  readonly besides?: { readonly to: string; readonly text: () => string };
};

/** Writes every output beside its place, and puts them there when all are whole. */
async function rewrite(targets: readonly Target[], { apply, reading, stamps, watch, besides }: Rewriting): Promise<CountsByRoom> {
  const counts = new Map<string, Counts>();
  const outputs: Output[] = [];
  try {
    for (const { from, to } of targets) {
      const output = await openOutput(to, { mode: await modeFor(from) });
      outputs.push(output);
      await rewriteFiles(from, output, { apply, reading, counts, ...(watch === undefined ? {} : { watch }) });
      await output.seal();
    }
    if (besides !== undefined) {
      const output = await openOutput(besides.to);
      outputs.unshift(output);
      await output.write(besides.text());
      await output.seal();
    }
    await assertUnchanged(stamps);
    for (const output of outputs) await output.commit();
  } catch (error) {
    for (const output of outputs) await output.discard();
    throw error;
  }
  return counts;
}

/** Who may read the result: whoever may read everything that goes into it. */
async function modeFor(files: readonly string[]): Promise<number> {
  const modes = await Promise.all(files.map(async (file) => (await stat(file)).mode & 0o777));
  return modes.reduce((all, mode) => all & mode, 0o777) | 0o200;
}

type FileRewriting = Pick<Rewriting, 'apply' | 'reading' | 'watch'> & { readonly counts: Map<string, Counts> };

async function rewriteFiles(files: readonly string[], output: Output, { apply, reading, counts, watch }: FileRewriting): Promise<void> {
  const progress = createProgress('applying');
  for await (const lines of readEvents(files, { ...reading, progress })) {
    let text = '';
    for (const line of lines) {
      watch?.(line.event);
      const applied = apply(line);
      count(counts, line.event.roomId, applied.change);
      if (applied.record !== undefined) text += `${textOf(line, applied)}\n`;
    }
    if (text !== '') await output.write(text);
  }
  progress.clear();
}

/**
 * What does not change is written as it was read, to the byte, unless a key stands twice: of the first nobody who reads the event would know. A bare event
 * stays bare unless it has to carry a mark.
 */
function textOf(line: EventLine, { change, record }: Applied): string {
  if (record === undefined || (change === 'none' && !repeatsKeys(line))) return line.text;
  const bare = line.bare && change !== 'hidden';
  return stringifyJson(asJson(bare ? record.pdu : record));
}
