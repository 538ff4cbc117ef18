import type { Command } from 'commander';
import type { ErasureStore } from '../../stores/store.ts';
import { writeOutput } from '../io/output.ts';
import { STORE_HELP, withStore } from '../stores/open-store.ts';
import { statusText, type ErasureState } from '../text/store-text.ts';

type StatusOptions = { readonly store: string; readonly json?: boolean };

/** Adds `status`: the erasures of a store, and how far they are. */
export function registerStatus(program: Command): void {
  program.command('status')
    .description('show the erasures of a store and how far they are; changes nothing')
    .requiredOption('--store <store>', STORE_HELP)
    .option('--json', 'print it as JSON, which "replay --from" takes')
    .addHelpText('after', `
Keep the JSON apart from the store: after a backup was restored, "replay --from" applies the erasures again that the backup knows nothing of.

Examples:
  $ matrix-erasure status --store erasure.db
  $ matrix-erasure status --store erasure.db --json > erasures.json`)
    .action(async ({ store: location, json = false }: StatusOptions) => {
      const erasures = await withStore(location, statesOf);
      await writeOutput(undefined, json ? `${JSON.stringify({ format: 'matrix-erasure/erasures', formatVersion: 1, erasures })}\n` : statusText(erasures));
    });
}

async function statesOf(store: ErasureStore): Promise<readonly ErasureState[]> {
  const states: ErasureState[] = [];
  for (const erasure of await store.erasures.list()) states.push({ ...erasure, progress: await store.erasures.progress(erasure.id) });
  return states;
}
