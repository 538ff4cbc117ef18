import { InvalidArgumentError, type Command } from 'commander';
import type { UserId } from '../../identifiers/identifiers.ts';
import { exportSubjectData } from '../../portability/export.ts';
import type { ExportManifest } from '../../portability/manifest.ts';
import type { ExportRequest } from '../../portability/request.ts';
import { readAccountFile } from '../account-file.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { packFolder } from '../export/archive.ts';
import { seenBy } from '../export/context.ts';
import { createFolderPlace } from '../export/folder-place.ts';
import { keepHeapLean } from '../export/lean-heap.ts';
import { openMediaFolder } from '../export/media-folder.ts';
import { asOutput, openStaging, type Staging } from '../export/staging.ts';
import { createFaultLog, type FaultLog } from '../fault-log.ts';
import { checkInputs, isStandardInput } from '../io/inputs.ts';
import { writeOutput } from '../io/output.ts';
import { assertOutputsApart } from '../io/outputs-apart.ts';
import { inputsOf, withFiles, type FileOptions } from '../options.ts';
import { createProgress, type Progress } from '../progress.ts';
import { readEvents, type EventLine } from '../records.ts';
import { renderExportText } from '../text/export-text.ts';
import { NoEventsError } from './plan.ts';
import { collectUser, parseTime } from './request-options.ts';

type Options = FileOptions & {
  readonly subject: readonly UserId[];
  readonly out: string;
  readonly account?: string;
  readonly media?: string;
  readonly about?: boolean;
  readonly context?: number | true;
  readonly at?: number;
  readonly json?: boolean;
};

const AROUND = 3;
const MOST_AROUND = 100;

/** Adds `export`: a person's copy of their data. */
export function registerExport(program: Command): void {
  withFiles(program.command('export'))
    .summary("write a person's copy of their data, to read and for programs")
    .description("Writes a person's copy of their data: a folder, or one ZIP file, to read in a browser and for other programs.")
    .requiredOption('--subject <user>', 'whose data; again for further IDs of the same person', collectUser)
    .requiredOption('--out <path>', 'a folder that is not there yet or is empty, or a file that ends with .zip')
    .option('--account <file>', 'what the server holds of the account: a JSON file of the schema account.schema.json')
    .option('--media <folder>', "the server's uploads, as SERVER/MEDIA-ID or as Synapse stores them; without it files are only listed")
    .option('--about', "list other people's events that name the person too, without what they say")
    .option('--context [messages]', `add that many messages of others before and after each (default: ${AROUND}), their user IDs replaced`, parseAround)
    .option('--at <ms>', 'when the copy is made: it stands in it (default: now)', parseTime)
    .option('--json', 'print what was written as JSON')
    .addHelpText('after', `
Open index.html in a browser; nothing is loaded from any network. Only the owner of the process may read the result. What other people wrote is not in
it, unless --context asks for it; what the person could not see is never in it. The same input and --at give the same bytes.

Examples:
  matrix-erasure export room.ndjson.gz --subject @alice:example.org --out alice.zip
  matrix-erasure export rooms/*.ndjson --subject @alice:example.org --account account.json --media /var/lib/synapse/media --out alice`)
    .action(async (files: readonly string[], options: Options) => {
      process.exitCode = await runExport(inputsOf(files), options);
    });
}

async function runExport(inputs: readonly string[], options: Options): Promise<number> {
  const { out, subject, context } = options;
  if (out === '-') throw new UsageError('an export is a folder or a ZIP file: name one with --out');
  if (context !== undefined && inputs.some(isStandardInput)) throw new UsageError('--context reads its input twice: give files instead of standard input');
  await assertOutputsApart([out], [...inputs, ...(options.account === undefined ? [] : [options.account])]);
  await checkInputs(inputs);
  keepHeapLean();
  const isArchive = /\.zip$/i.test(out);
  const progress = createProgress('Reading');
  const faults = createFaultLog({ strict: options.strict ?? false, progress });
  const request: ExportRequest = {
    subjects: [...new Set(subject)],
    at: options.at ?? Date.now(),
    unusable: faults.count,
    about: options.about ?? false,
    ...(options.account === undefined ? {} : { account: await readAccountFile(options.account) }),
    ...(context === undefined ? {} : { context: { around: context === true ? AROUND : context, sees: await seenBy(subject, inputs, options.roomVersion) } }),
  };
  const copyMedia = options.media === undefined ? undefined : await openMediaFolder(options.media);
  const staging = await openStaging(out, isArchive ? 'archive' : 'folder');
  const manifest = await orDiscard(staging, async () => {
    const made = await exportSubjectData(eventsOf(inputs, { ...options, faults, progress }), request, createFolderPlace(staging, out, copyMedia));
    if (isArchive) await asOutput(out, () => packFolder(staging.folder, staging.archive, request.at));
    return made;
  });
  faults.finish();
  await report(manifest, options);
  return faults.count() > 0 ? EXIT.error : EXIT.done;
}

/** Everything or nothing: a failure leaves no part of the result. */
async function orDiscard<T>(staging: Staging, produce: () => Promise<T>): Promise<T> {
  try {
    const result = await produce();
    await staging.commit();
    return result;
  } catch (error) {
    await staging.discard();
    throw error;
  }
}

type Reading = { readonly faults: FaultLog; readonly progress: Progress; readonly roomVersion?: string };

async function* eventsOf(inputs: readonly string[], { faults, progress, roomVersion }: Reading): AsyncGenerator<EventLine> {
  let read = 0;
  for await (const batch of readEvents(inputs, { faults, progress, roomVersion })) {
    read += batch.length;
    yield* batch;
  }
  progress.clear();
  if (read === 0) throw new NoEventsError(inputs);
}

async function report(manifest: ExportManifest, { out, json = false }: Options): Promise<void> {
  const { subjects, exportedAt, counts, missing } = manifest;
  if (json) await writeOutput(undefined, `${JSON.stringify({ out, subjects, exportedAt, counts, missing })}\n`);
  else await writeOutput(undefined, renderExportText(manifest, out));
}

/** How many messages around each. @throws {InvalidArgumentError} for anything but 0 to 100 */
function parseAround(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > MOST_AROUND) throw new InvalidArgumentError(`Give a number of messages, from 0 to ${MOST_AROUND}.`);
  return Number(text);
}
