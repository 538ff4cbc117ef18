import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import type { AccountFile } from '../../erasure/account/schema.ts';
import { holdsLeaveNothing } from '../../erasure/carry-out.ts';
import { accountTexts } from '../../erasure/fingerprints/account-texts.ts';
import { assertSameInput } from '../../erasure/drift.ts';
import { beginPlan } from '../../erasure/planner.ts';
import type { ErasurePlan, PlanWarning } from '../../erasure/plan.ts';
import type { ErasureRequest } from '../../erasure/request.ts';
import { beginRevocation } from '../../erasure/revocation.ts';
import { supplementPlan } from '../../erasure/supplement.ts';
import type { MxcUri } from '../../identifiers/identifiers.ts';
import { planFromStore } from '../../stores/plan/plan-from-store.ts';
import { readAccountFile } from '../account-file.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { createFaultLog, type FaultLog } from '../fault-log.ts';
import { readHolds } from '../hold-file.ts';
import { displayName } from '../io/inputs.ts';
import { writeOutput } from '../io/output.ts';
import { assertOutputsApart } from '../io/outputs-apart.ts';
import { writeSummary } from '../io/summary.ts';
import { inputsOf, withFiles, type FileOptions } from '../options.ts';
import { renderPlanPage } from '../page/page.ts';
import { renderRevocationPage } from '../page/revocation-page.ts';
import { readPlan } from '../plan-file.ts';
import { createProgress } from '../progress.ts';
import { readEvents, useLine } from '../records.ts';
import { recordInStore } from '../stores/carry-out.ts';
import { STORE_HELP, withStore } from '../stores/open-store.ts';
import { countOf } from '../text/numbers.ts';
import { renderPlanText } from '../text/plan-text.ts';
import { renderRevocationText } from '../text/revocation-text.ts';
import { textOptions } from '../text/terminal.ts';
import { visible } from '../text/visible.ts';
import { readRegistration } from '../registration-file.ts';
import { fingerprintingFor } from '../take-fingerprints.ts';
import { readUploads } from '../upload-list.ts';
import { requestFrom, withOptionalRequest, withPlanningOptions, type RequestOptions } from './request-options.ts';

type PlanOptions = Omit<RequestOptions, 'subject'> & Partial<Pick<RequestOptions, 'subject'>> & FileOptions & {
  readonly store?: string;
  readonly record?: boolean;
  readonly supplement?: string;
  readonly revoke?: string;
  readonly out?: string;
  readonly html?: string;
  readonly json?: boolean;
  readonly check?: boolean;
  readonly uploads?: string;
  readonly account?: string;
  readonly fingerprints?: string;
  readonly fingerprintKey?: string;
};

/** Adds `plan`: events and a request in, a plan out, nothing changed. */
export function registerPlan(program: Command): void {
  withPlanningOptions(withOptionalRequest(withFiles(program.command('plan'))))
    .description('decide what is redacted, hidden, purged and kept, and why; changes nothing')
    .option('--store <store>', `instead of FILES: ${STORE_HELP}`)
    .option('--record', 'record the erasure in the store, which hides at once, and keep the plan there, to be applied by its ID')
    .option('--out <file>', 'write the plan to a file')
    .option('--html <file>', 'write the plan as a page')
    .option('--json', 'print the plan as JSON')
    .option('--uploads <file>', "the person's uploads, an mxc URI a line; without it those that their events refer to, on their server")
    .option('--account <file>', 'what is held of the accounts (JSON, docs/schema/account.schema.json): the plan says what happens to it')
    .option('--fingerprints <file>', 'write keyed fingerprints of the texts that go, so that "verify" can search for them when the originals are gone')
    .option('--fingerprint-key <file>', 'the key of the fingerprints; made if there is no such file')
    .option('--supplement <plan>', 'add to an earlier plan, with its request, what has come since')
    .option('--revoke <plan>', 'show what comes back if the erasure of an earlier plan is revoked (at --revoked-at, or now)')
    .option('--check', 'exit with 2 if there is anything to change')
    .addHelpText('after', `
A hold is {"id", "ground", "basis", "reviewAt", "scope"}: ground is legal-hold or article-17-3-a to -e, reviewAt a date or ms, scope any of
rooms, types, events, before and after. It blocks redaction and purge, never hiding. Exit code 3: holds leave nothing to do.

Fingerprints hold no text, and nobody can test a guess without their key: keep it elsewhere, and destroy it after the last check. Your own key is
32 random bytes or more in base64, as "openssl rand -base64 32 > KEYFILE" writes them.

Examples:
  $ matrix-erasure plan room.ndjson.gz --subject @alice:example.org --out plan.json
  $ matrix-erasure plan room.ndjson.gz --subject @alice:example.org --hold case-12.json --uploads uploads.txt
  $ matrix-erasure plan room.ndjson.gz --subject @alice:example.org --account account.json --out plan.json
  $ matrix-erasure plan room.ndjson.gz --subject @alice:example.org --out plan.json --fingerprints prints.json --fingerprint-key prints.key
  $ matrix-erasure plan --store erasure.db --subject @alice:example.org --out plan.json
  $ matrix-erasure plan room.ndjson.gz --supplement plan.json --out more.json
  $ matrix-erasure plan erased.ndjson.gz --revoke plan.json --out revocation.json
  $ matrix-erasure plan *.ndjson --subject @alice:example.org --subject @irc_alice:example.org --html plan.html`)
    .action(async (files: readonly string[], options: PlanOptions) => {
      assertOneRequest(options);
      if (options.record === true && options.store === undefined) throw new UsageError('--record is for --store');
      const inputs = options.store === undefined ? inputsOf(files) : noInputs(files, options);
      process.exitCode = await (options.revoke === undefined ? runPlan(inputs, options) : runRevoke(inputs, options.revoke, options));
    });
}

/** @throws {UsageError} for what has no meaning with a store */
function noInputs(files: readonly string[], { revoke, fingerprints, record, out, html, json, supplement, uploads, account }: PlanOptions): readonly string[] {
  if (files.length > 0) throw new UsageError('--store and FILES exclude each other; "matrix-erasure import" puts files into a store');
  if (revoke !== undefined) throw new UsageError('an erasure in a store is revoked by "matrix-erasure cancel --revoke"');
  if (fingerprints !== undefined) throw new UsageError('--fingerprints is for FILES');
  if (record === true && [out, html, json, supplement, uploads, account].some((value) => value !== undefined)) {
    throw new UsageError('--record keeps the plan in the store: leave out --out, --html, --json, --supplement, --uploads and --account');
  }
  return [];
}

/** A request comes from the flags, or from an earlier plan. */
function assertOneRequest(options: PlanOptions): void {
  if (options.revoke !== undefined && [options.account, options.fingerprints, options.fingerprintKey].some((path) => path !== undefined)) {
    throw new UsageError('--account and --fingerprints belong to a plan, not to a revocation');
  }
  const { supplement, revoke, subject, rooms, types, before, after, hold, requestedAt, effectiveAt, alreadyErased, keepLabels, redactEvents, remedySender, registration, purgeWithin, timeZone, holidays } = options;
  if (supplement !== undefined && revoke !== undefined) throw new UsageError('--supplement and --revoke exclude each other');
  if (supplement === undefined && revoke === undefined) {
    if (subject === undefined) throw new UsageError("required option '--subject <user>' not specified");
    return;
  }
  const given = [subject, rooms, types, before, after, hold, requestedAt, effectiveAt, alreadyErased, keepLabels, redactEvents, remedySender, registration, purgeWithin, timeZone, holidays];
  const late = supplement === undefined ? [] : [options.revokedAt];
  if ([...given, ...late].some((value) => value !== undefined)) throw new UsageError('the request of the earlier plan counts: leave out the flags that make one');
}

/** All that is written, standard output included where it carries a document. */
function outputsOf({ out, html, json }: PlanOptions): readonly (string | undefined)[] {
  return [out, html, ...(json === true ? ['-'] : [])];
}

async function runRevoke(files: readonly string[], path: string, options: PlanOptions): Promise<number> {
  const outputs = outputsOf(options);
  await assertOutputsApart(outputs, [path, ...files]);
  let seen = 0;
  const revoking = beginRevocation(await readPlan(path), options.revokedAt ?? Date.now());
  const faults = createFaultLog({ strict: options.strict === true });
  for await (const lines of readEvents(files, { faults, roomVersion: options.roomVersion, progress: createProgress('reading') })) {
    for (const line of lines) if (useLine(line, { use: ({ event }) => revoking.add(event), faults })) seen += 1;
  }
  faults.finish();
  const revocation = revoking.finish();
  if (seen === 0) throw new NoEventsError(files);
  process.exitCode = faults.count() > 0 ? EXIT.error : EXIT.done;
  if (options.out !== undefined) await writeOutput(options.out, `${JSON.stringify(revocation, null, 1)}\n`);
  if (options.html !== undefined) await writeOutput(options.html, renderRevocationPage(revocation));
  if (options.json === true) await writeOutput(undefined, `${JSON.stringify(revocation)}\n`);
  else await writeSummary(renderRevocationText(revocation, textOptions()), outputs);
  return process.exitCode;
}

async function runPlan(files: readonly string[], options: PlanOptions): Promise<number> {
  const outputs = [...outputsOf(options), options.fingerprints];
  const keyIsThere = options.fingerprintKey !== undefined && (await isThere(options.fingerprintKey));
  const besides = [...(keyIsThere ? [options.fingerprintKey] : []), options.supplement, options.uploads, options.account, ...(options.hold ?? []), ...(options.registration ?? [])];
  await assertOutputsApart([...outputs, ...(keyIsThere ? [] : [options.fingerprintKey])], [...files, ...besides.filter((path) => path !== undefined)]);
  const taking = await fingerprintingFor(files, options);
  const faults = createFaultLog({ strict: options.strict === true });
  const earlier = options.supplement === undefined ? undefined : await readPlan(options.supplement);
  const holds = (await Promise.all((options.hold ?? []).map(readHolds))).flat();
  const services = await Promise.all((options.registration ?? []).map(readRegistration));
  const uploads = options.uploads === undefined ? undefined : await readUploads(options.uploads);
  const request = earlier?.request ?? requestFrom({ ...options, subject: options.subject ?? [] }, Date.now(), { holds, services });
  const account = options.account === undefined ? undefined : await readAccountFile(options.account);
  if (options.store !== undefined && options.record === true) return recordPlan(options.store, request);
  const { plan: now, seen } = options.store === undefined
    ? await planFiles(files, request, { faults, roomVersion: options.roomVersion, uploads, account })
    : await planStore(options.store, request, { uploads, account });
  faults.finish();
  // What a plan purged as a whole leaves nothing behind, and can be added to all the same.
  if (seen === 0 && earlier === undefined) throw new NoEventsError(files);
  if (earlier !== undefined) assertSameInput(earlier, now);
  const plan = earlier === undefined ? now : supplementPlan(earlier, now);
  const prints = await taking?.(plan, account === undefined ? [] : accountTexts(account));
  // Set before anything is printed: whoever reads it may stop at any time.
  process.exitCode = exitCodeOf(plan, { faults: faults.count(), check: options.check === true });
  if (plan.rooms.every((room) => room.entries.length === 0)) process.stderr.write(`${nothingFound(plan)}\n`);
  if (options.out !== undefined) await writeOutput(options.out, `${JSON.stringify(plan, null, 1)}\n`);
  if (options.html !== undefined) await writeOutput(options.html, renderPlanPage(plan));
  if (prints !== undefined) await writeOutput(options.fingerprints, `${JSON.stringify(prints)}\n`);
  if (options.json === true) await writeOutput(undefined, `${JSON.stringify(plan)}\n`);
  else await writeSummary(renderPlanText(plan, textOptions()), outputs);
  return process.exitCode;
}

async function recordPlan(location: string, request: ErasureRequest): Promise<number> {
  return withStore(location, async (store) => {
    const id = await recordInStore(store, request);
    if (id === undefined) return EXIT.interrupted;
    const { rooms, events } = await store.erasures.progress(id);
    await writeOutput(undefined, `Recorded: erasure ${id}, ${countOf(events, 'event')} in ${countOf(rooms, 'room')}. It hides from now on; to carry it out: matrix-erasure apply ${id} --store ${visible(location)}\n`);
    return EXIT.done;
  });
}

async function planStore(location: string, request: ErasureRequest, { uploads, account }: Pick<PlanFilesOptions, 'uploads' | 'account'>): Promise<PlannedFiles> {
  const plan = await withStore(location, (store) => planFromStore(store, request, { ...(uploads === undefined ? {} : { uploads }), ...(account === undefined ? {} : { account }) }));
  return { plan, seen: plan.input.events };
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

type Outcome = { readonly faults: number; readonly check: boolean };

function exitCodeOf(plan: ErasurePlan, { faults, check }: Outcome): number {
  if (faults > 0) return EXIT.error;
  if (holdsLeaveNothing(plan)) return EXIT.drift;
  return check && hasChanges(plan) ? EXIT.pending : EXIT.done;
}

/** How to read the files of a plan. */
export type PlanFilesOptions = {
  readonly faults: FaultLog;
  readonly roomVersion?: string | undefined;
  readonly uploads?: readonly MxcUri[] | undefined;
  readonly account?: AccountFile | undefined;
};

/** A plan and how many events it was made from. */
export type PlannedFiles = { readonly plan: ErasurePlan; readonly seen: number };

/** Plans an erasure from event files. */
export async function planFiles(files: readonly string[], request: ErasureRequest, options: PlanFilesOptions): Promise<PlannedFiles> {
  const { faults, roomVersion, uploads, account } = options;
  const planner = beginPlan(request, { ...(uploads === undefined ? {} : { uploads }), ...(account === undefined ? {} : { account }) });
  const progress = createProgress('reading');
  let seen = 0;
  for await (const lines of readEvents(files, { faults, roomVersion, progress })) {
    for (const line of lines) {
      if (useLine(line, { use: ({ event }) => planner.add(event), faults })) seen += 1;
    }
  }
  progress.clear();
  return { plan: planner.finish(unreadable(faults.count())), seen };
}

function unreadable(count: number): readonly PlanWarning[] {
  return count === 0 ? [] : [{ code: 'unreadable-lines', count }];
}

function nothingFound({ request: { subjects, scope } }: ErasurePlan): string {
  const limited = Object.keys(scope).length > 0 ? ' that the request covers' : '';
  return `nothing${limited} was sent by ${subjects.map(visible).join(', ')} in these files: check the user ID, and its server name`;
}

function hasChanges({ totals }: ErasurePlan): boolean {
  return totals.redact + totals.hide + totals.purge > 0;
}

/** The input holds no events: a wrong or empty file. */
export class NoEventsError extends Error {
  override readonly name = 'NoEventsError';

  constructor(files: readonly string[]) {
    super(`no events in ${files.map(displayName).join(', ')}: check that these are event files`);
  }
}
