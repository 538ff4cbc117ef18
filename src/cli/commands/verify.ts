import { Option, type Command } from 'commander';
import { beginVerification } from '../../erasure/verify.ts';
import { EXIT } from '../exit-codes.ts';
import { createFaultLog } from '../fault-log.ts';
import { writeOutput } from '../io/output.ts';
import { assertOutputsApart } from '../io/outputs-apart.ts';
import { writeSummary } from '../io/summary.ts';
import { readKeys } from '../keys-file.ts';
import { readRoomVersion } from '../options.ts';
import { readPlan } from '../plan-file.ts';
import { createProgress } from '../progress.ts';
import { readEvents, repeatsKeys, useLine, type EventLine } from '../records.ts';
import { textOptions } from '../text/terminal.ts';
import { renderVerificationText } from '../text/verification-text.ts';

type VerifyOptions = {
  readonly original: readonly string[];
  readonly result: readonly string[];
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
    .requiredOption('--original <files...>', 'the event files before')
    .requiredOption('--result <files...>', 'the event files after')
    .option('--keys <file>', 'public keys of servers, {server: {key ID: base64}}, to check signatures')
    .addOption(new Option('--room-version <version>', 'the version of rooms that do not say it themselves').argParser(readRoomVersion))
    .option('--out <file>', 'write what was found as JSON')
    .option('--json', 'print what was found as JSON')
    .addHelpText('after', `
What could not be checked is unknown, never clean. Exits with 4 if anything is left or broken.

Example:
  $ matrix-erasure verify plan.json --original room.ndjson.gz --result room.erased.ndjson.gz --keys keys.json`)
    .action(async (plan: string, options: VerifyOptions) => {
      await runVerify(plan, options);
    });
}

async function runVerify(planPath: string, options: VerifyOptions): Promise<void> {
  const outputs = [options.out, ...(options.json === true ? ['-'] : [])];
  await assertOutputsApart(outputs, [planPath, ...options.original, ...options.result, ...(options.keys === undefined ? [] : [options.keys])]);
  const plan = await readPlan(planPath);
  const keys = options.keys === undefined ? undefined : await readKeys(options.keys);
  const verifying = beginVerification(plan, keys === undefined ? {} : { keys });
  await readAll(options.original, options, verifying.original);
  await readAll(options.result, options, (line) => verifying.result(assertReadOnce(line)));
  const verification = verifying.finish();
  const json = `${JSON.stringify(verification)}\n`;
  // Set before anything is printed: whoever reads it may stop at any time.
  process.exitCode = verification.verdict === 'leftovers' ? EXIT.leftovers : EXIT.done;
  if (options.out !== undefined) await writeOutput(options.out, json);
  if (options.json === true) await writeOutput(undefined, json);
  else await writeSummary(renderVerificationText(verification, textOptions()), outputs);
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
