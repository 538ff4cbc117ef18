import { Option, type Command } from 'commander';
import type { ErasurePlan } from '../../erasure/plan.ts';
import { withTextSearch } from '../../erasure/verification.ts';
import { beginVerification } from '../../erasure/verify.ts';
import { repeatsKeys } from '../../event/repeated-keys.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { createFaultLog } from '../fault-log.ts';
import { randomKey, readFingerprints, readSecretKey } from '../fingerprints-file.ts';
import { checkInputs, isStandardInput } from '../io/inputs.ts';
import { writeOutput } from '../io/output.ts';
import { assertOutputsApart } from '../io/outputs-apart.ts';
import { writeSummary } from '../io/summary.ts';
import { expandFolders } from '../io/exported-folders.ts';
import { readKeys } from '../keys-file.ts';
import { readRoomVersion } from '../options.ts';
import { readPlan } from '../plan-file.ts';
import { createProgress } from '../progress.ts';
import { readEvents, useLine, type EventLine } from '../records.ts';
import { takeFromFiles } from '../take-fingerprints.ts';
import { beginTextSearch, type TextSearching } from '../text-search.ts';
import { textOptions } from '../text/terminal.ts';
import { renderVerificationText } from '../text/verification-text.ts';

type VerifyOptions = {
  readonly original?: readonly string[];
  readonly result?: readonly string[];
  readonly search?: readonly string[];
  readonly fingerprints?: string;
  readonly fingerprintKey?: string;
  readonly keys?: string;
  readonly roomVersion?: string;
  readonly out?: string;
  readonly json?: boolean;
};

/** Adds `verify`: a plan and the files before and after in, what was checked and found out. */
export function registerVerify(program: Command): void {
  program.command('verify')
    .argument('<plan>', 'a plan file')
    .description('check independently what applying a plan did')
    .option('--original <files...>', 'the event files before')
    .option('--result <files...>', 'the event files after')
    .option('--search <files...>', "search these as well for the person's texts: served views, dumps, logs, any text in UTF-8, plain or gzip")
    .option('--fingerprints <file>', 'what "plan --fingerprints" wrote: search for these texts, also when the original is gone')
    .option('--fingerprint-key <file>', 'the key of the fingerprints')
    .option('--keys <file>', 'public keys of servers, {server: {key ID: base64}}, to check signatures')
    .addOption(new Option('--room-version <version>', 'the version of rooms that do not say it themselves').argParser(readRoomVersion))
    .option('--out <file>', 'write what was found as JSON')
    .option('--json', 'print what was found as JSON')
    .addHelpText('after', `
What could not be checked is unknown, never clean. Exits with 4 if anything is left or broken, or a text of the person is found.

With --search or --fingerprints the result and the files of --search are searched for what the person wrote: names, messages, file names, files,
topics. Without fingerprints these are taken from the original. Passed over in the result are hidden events; texts in others' events that the plan
lists are counted apart. In other files everything counts, so search what newcomers are served, or a store without the hidden events. Short texts
are unknown. A place is a file and a line: what stands there is never printed.

Examples:
  $ matrix-erasure verify plan.json --original room.ndjson.gz --result room.erased.ndjson.gz --keys keys.json
  $ matrix-erasure verify plan.json --original room.ndjson.gz --result room.erased.ndjson.gz --search dump.sql.gz served.ndjson
  $ matrix-erasure verify plan.json --fingerprints prints.json --fingerprint-key prints.key --result room.erased.ndjson.gz --search dump.sql.gz`)
    .action(async (plan: string, options: VerifyOptions) => {
      const { original = [], result = [] } = options;
      await runVerify(plan, { ...options, original: expandFolders(original), result: expandFolders(result) });
    });
}

async function runVerify(planPath: string, options: VerifyOptions): Promise<void> {
  const outputs = [options.out, ...(options.json === true ? ['-'] : [])];
  const { original = [], result = [], search = [] } = options;
  assertSomethingToDo(options);
  const besides = [options.keys, options.fingerprints, options.fingerprintKey].filter((path) => path !== undefined);
  await assertOutputsApart(outputs, [planPath, ...original, ...result, ...search, ...besides]);
  await checkInputs([...original, ...result, ...search]);
  const plan = await readPlan(planPath);
  const keys = options.keys === undefined ? undefined : await readKeys(options.keys);
  const searching = await searchingFor(plan, options);
  const verifying = beginVerification(plan, keys === undefined ? {} : { keys });
  await readAll(original, options, verifying.original);
  await readAll(result, options, (line) => {
    // Without an original there is nothing to compare with.
    if (original.length > 0) verifying.result(assertReadOnce(line));
    searching?.record(line);
  });
  await searching?.files(search);
  const checked = verifying.finish();
  const verification = searching === undefined ? checked : withTextSearch(checked, searching.finish());
  const json = `${JSON.stringify(verification)}\n`;
  // Set before anything is printed: whoever reads it may stop at any time.
  process.exitCode = verification.verdict === 'leftovers' ? EXIT.leftovers : EXIT.done;
  if (options.out !== undefined) await writeOutput(options.out, json);
  if (options.json === true) await writeOutput(undefined, json);
  else await writeSummary(renderVerificationText(verification, textOptions()), outputs);
}

/** @throws {UsageError} when flags do not fit together */
function assertSomethingToDo({ original = [], result = [], search = [], fingerprints, fingerprintKey }: VerifyOptions): void {
  if ((fingerprints === undefined) !== (fingerprintKey === undefined)) throw new UsageError('--fingerprints and --fingerprint-key go together');
  const missing = [...(original.length === 0 ? ['--original'] : []), ...(result.length === 0 ? ['--result'] : [])];
  if (fingerprints === undefined && missing.length > 0) {
    throw new UsageError(`${missing.join(' and ')} must be given; without the original, give --fingerprints that were taken from it`);
  }
  if (result.length + search.length === 0) throw new UsageError('nothing to look at: give --result or --search');
  if (original.length > 0 && result.length === 0) throw new UsageError('--original needs --result, to be compared with');
  const piped = [...original, ...result, ...search].filter(isStandardInput);
  if (piped.length > 1) throw new UsageError('- stands twice: standard input can be read once');
  if (fingerprints === undefined && search.length > 0 && original.some(isStandardInput)) throw new UsageError('--search reads the original again: give a file instead of "-"');
}

/** What searches for texts: those of a file, or, where something else is to be searched as well, those of the original, under a key that is not kept. */
async function searchingFor(plan: ErasurePlan, { original = [], search = [], fingerprints, fingerprintKey, roomVersion }: VerifyOptions): Promise<TextSearching | undefined> {
  if (fingerprints !== undefined && fingerprintKey !== undefined) {
    return beginTextSearch(plan, await readFingerprints(fingerprints), await readSecretKey(fingerprintKey));
  }
  if (search.length === 0) return undefined;
  const key = randomKey();
  return beginTextSearch(plan, await takeFromFiles(original, plan, { key, roomVersion }), key);
}

/** A line that cannot be read could hold what must not be left: it ends the check. */
async function readAll(files: readonly string[], { roomVersion }: VerifyOptions, use: (line: EventLine) => void): Promise<void> {
  const progress = createProgress('checking');
  const faults = createFaultLog({ strict: true, progress });
  for await (const lines of readEvents(files, { faults, roomVersion, progress })) {
    for (const line of lines) useLine(line, { use, faults });
  }
  progress.clear();
}

/** Nobody who reads a line knows of what stands first where a key stands twice. @throws {RepeatedKeyError} when one does */
function assertReadOnce(line: EventLine): EventLine {
  if (repeatsKeys(line)) throw new RepeatedKeyError();
  return line;
}

/** A key stands twice in a line, so that part of it is hidden from every reader: apply the plan, which writes such lines anew. */
class RepeatedKeyError extends Error {
  override readonly name = 'RepeatedKeyError';

  constructor() {
    super('a key stands twice in one object, and hides what stands first; "matrix-erasure apply" writes such lines anew');
  }
}
