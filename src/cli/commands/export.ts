import { InvalidArgumentError, type Command } from 'commander';
import type { UserId } from '../../identifiers/identifiers.ts';
import { exportSubjectData } from '../../portability/export.ts';
import type { ExportManifest } from '../../portability/manifest.ts';
import type { ExportRequest } from '../../portability/request.ts';
import { readAccountFile } from '../account-file.ts';
import type { StoredEvent } from '../../erasure/apply.ts';
import { eventsAround } from '../../stores/all-events.ts';
import { isServer, STORE_HELP, withStore } from '../stores/open-store.ts';
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
import { visible } from '../text/visible.ts';
import { NoEventsError } from './plan.ts';
import { collectUser, parseTime } from './request-options.ts';

type Options = FileOptions & {
  readonly subject: readonly UserId[];
  readonly out: string;
  readonly account?: string;
  readonly store?: string;
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
    .option('--store <store>', `instead of files: ${STORE_HELP}`)
    .requiredOption('--out <path>', 'a folder that is not there yet or is empty, or a file that ends with .zip')
    .option('--account <file>', 'what the server holds of the account: a JSON file of the schema account.schema.json')
    .option('--media <folder>', "the server's uploads, as SERVER/MEDIA-ID or as Synapse stores them; without it files are only listed")
    .option('--about', "list other people's events that name the person too, without what they say")
    .option('--context [messages]', `add that many messages of others before and after each (default: ${AROUND}), their user IDs replaced`, parseAround)
    .option('--at <ms>', 'when the copy is made: it stands in it (default: now)', parseTime)
    .option('--json', 'print what was written as JSON')
    .addHelpText('after', `
Open index.html in a browser; nothing is loaded from any network. Other commands read the folder as they read event files. Only the owner of the process may read the result. What other people wrote is not in
it, unless --context asks for it, but for quotes in the person's replies, in the event files; these tell who was quoted, also where --context shows them by another name; what the person could not see is never in it. The same input and --at give the same bytes.

Examples:
  matrix-erasure export room.ndjson.gz --subject @alice:example.org --out alice.zip
  matrix-erasure export rooms/*.ndjson --subject @alice:example.org --account account.json --media /var/lib/synapse/media --out alice
  matrix-erasure export --store erasure.db --subject @alice:example.org --out alice.zip`)
    .action(async (files: readonly string[], options: Options) => {
      process.exitCode = options.store === undefined ? await exportFiles(inputsOf(files), options) : await exportStore(files, options.store, options);
    });
}

/** What is copied: batches of events, which can be asked for twice, and what of the input could not be used. */
type Source = { readonly paths: readonly string[]; readonly faults: FaultLog; readonly batches: (faults: FaultLog) => AsyncGenerator<readonly StoredEvent[]>; readonly unreadable: number };

async function exportFiles(inputs: readonly string[], options: Options): Promise<number> {
  if (options.context !== undefined && inputs.some(isStandardInput)) throw new UsageError('--context reads its input twice: give files instead of standard input');
  await checkInputs(inputs);
  const progress = createProgress('Reading');
  const faults = createFaultLog({ strict: options.strict ?? false, progress });
  return runExport({ paths: inputs, faults, batches: (log) => eventsOf(inputs, { ...options, faults: log, progress }), unreadable: 0 }, options);
}

function exportStore(files: readonly string[], location: string, options: Options): Promise<number> {
  if (files.length > 0) throw new UsageError('--store goes without FILES: what is in the store is copied');
  return withStore(location, async (store) => {
    const source = { paths: isServer(location) ? [] : [location], faults: SILENT, batches: () => eventsAround(store, options.subject), unreadable: await store.events.unreadable() };
    return runExport(source, options);
  });
}

const SILENT: FaultLog = { add: () => undefined, count: () => 0, finish: () => undefined };

async function runExport({ paths, faults, batches, unreadable }: Source, options: Options): Promise<number> {
  const { out, subject, context } = options;
  if (out === '-') throw new UsageError('an export is a folder or a ZIP file: name one with --out');
  await assertOutputsApart([out], [...paths, ...(options.account === undefined ? [] : [options.account])]);
  keepHeapLean();
  const isArchive = /\.zip$/i.test(out);
  const request: ExportRequest = {
    subjects: [...new Set(subject)],
    at: options.at ?? Date.now(),
    unusable: () => faults.count() + unreadable,
    about: options.about ?? false,
    ...(options.account === undefined ? {} : { account: await readAccountFile(options.account) }),
    ...(context === undefined ? {} : { context: { around: context === true ? AROUND : context, sees: await seenBy(subject, batches(SILENT)) } }),
  };
  const copyMedia = options.media === undefined ? undefined : await openMediaFolder(options.media);
  const staging = await openStaging(out, isArchive ? 'archive' : 'folder');
  const manifest = await orDiscard(staging, async () => {
    const made = await exportSubjectData(oneByOne(batches(faults)), request, createFolderPlace(staging, out, copyMedia));
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

async function* oneByOne(batches: AsyncGenerator<readonly StoredEvent[]>): AsyncGenerator<StoredEvent> {
  for await (const batch of batches) yield* batch;
}

async function* eventsOf(inputs: readonly string[], { faults, progress, roomVersion }: Reading): AsyncGenerator<readonly EventLine[]> {
  let read = 0;
  for await (const batch of readEvents(inputs, { faults, progress, roomVersion })) {
    read += batch.length;
    yield batch;
  }
  progress.clear();
  if (read === 0) throw new NoEventsError(inputs);
}

async function report(manifest: ExportManifest, { out, json = false }: Options): Promise<void> {
  const { subjects, exportedAt, counts, missing } = manifest;
  if (json) await writeOutput(undefined, `${JSON.stringify({ out, subjects, exportedAt, counts, missing })}\n`);
  else await writeOutput(undefined, renderExportText(manifest, out));
  if (counts.events === 0) process.stderr.write(`nothing that ${subjects.map(visible).join(' or ')} sent is in it: check the user ID and the input before you hand this copy out\n`);
}

/** How many messages around each. @throws {InvalidArgumentError} for anything but 0 to 100 */
function parseAround(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > MOST_AROUND) throw new InvalidArgumentError(`Give a number of messages, from 0 to ${MOST_AROUND}.`);
  return Number(text);
}
