import type { Command } from 'commander';
import type { ImportedLine } from '../../stores/import/imported-event.ts';
import { replayErasures } from '../../stores/erasure/replay.ts';
import type { SqlStore } from '../../stores/sql/sql-store.ts';
import { readAccountFile } from '../account-file.ts';
import { EXIT } from '../exit-codes.ts';
import { createFaultLog, type FaultLog } from '../fault-log.ts';
import { writeOutput } from '../io/output.ts';
import { inputsOf, withFiles, type FileOptions } from '../options.ts';
import { createProgress } from '../progress.ts';
import { readEvents } from '../records.ts';
import { stoppable, type Stopping } from '../signals.ts';
import { STORE_HELP, withStore } from '../stores/open-store.ts';
import { countOf } from '../text/numbers.ts';
import { importedText } from '../text/store-text.ts';

type ImportOptions = FileOptions & { readonly store: string; readonly account?: string; readonly json?: boolean };

/** Adds `import`: event files into a store. */
export function registerImport(program: Command): void {
  withFiles(program.command('import'))
    .description('put event files into a store, which is made if it is not there')
    .requiredOption('--store <store>', STORE_HELP)
    .option('--account <file>', 'what is held of accounts as well (JSON, docs/schema/account.schema.json)')
    .option('--json', 'print what was imported as JSON')
    .addHelpText('after', `
Importing the same again changes nothing, so an import that was stopped is run again. Events of people whose erasure is done are erased on their way in.

Examples:
  $ matrix-erasure import rooms/*.ndjson.gz --store erasure.db
  $ matrix-erasure import rooms/*.ndjson.gz --store postgres://erasure@db.example.org/erasure`)
    .action(async (files: readonly string[], options: ImportOptions) => {
      process.exitCode = await withStore(options.store, (store) => stoppable((stopping) => runImport(store, inputsOf(files), { ...options, stopping })), { create: true });
    });
}

type Importing = ImportOptions & { readonly stopping: Stopping };

async function runImport(store: SqlStore, files: readonly string[], options: Importing): Promise<number> {
  const { stopping, strict, roomVersion } = options;
  const faults = createFaultLog({ strict: strict === true });
  const account = options.account === undefined ? undefined : await readAccountFile(options.account);
  const progress = createProgress('importing');
  const counts = await store.importEvents(linesOf(files, { faults, roomVersion, progress }), { signal: stopping });
  progress.clear();
  if (faults.count() > 0) await store.noteUnreadable(faults.count());
  for (const { user, data } of account?.accounts ?? []) {
    for (const [category, items] of Object.entries(data)) await store.addAccountData(user, category, items.map((item) => JSON.stringify(item)));
  }
  faults.finish();
  const again = await guard(store, stopping);
  await writeOutput(undefined, options.json === true ? `${JSON.stringify({ ...counts, unreadable: faults.count(), erasuresApplied: again })}\n` : importedText(counts, faults.count()));
  if (again > 0) process.stderr.write(`${countOf(again, 'erasure was', 'erasures were')} applied to what came\n`);
  if (stopping.aborted) process.stderr.write('stopped: run the same command again to import the rest\n');
  return stopping.aborted ? stopping.exitCode : faults.count() > 0 ? EXIT.error : EXIT.done;
}

type Reading = { readonly faults: FaultLog; readonly roomVersion: string | undefined; readonly progress: ReturnType<typeof createProgress> };

function linesOf(files: readonly string[], options: Reading): AsyncGenerator<readonly ImportedLine[]> {
  return readEvents(files, options);
}

/** What an erasure that is done took away does not come back by an import. Gives how many erasures found something. */
async function guard(store: SqlStore, signal: Stopping): Promise<number> {
  const done = (await store.erasures.list()).filter(({ status }) => status === 'done');
  let found = 0;
  for (const erasure of done) {
    let rooms = 0;
    const onRoom = (): void => {
      rooms += 1;
    };
    await replayErasures(store, { erasures: [erasure], now: Date.now, signal, onRoom });
    if (rooms > 0) found += 1;
  }
  return found;
}
