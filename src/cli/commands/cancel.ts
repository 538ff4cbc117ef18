import type { Command } from 'commander';
import { knownErasure, orderErasure, type ErasureOrder } from '../../stores/erasure/status.ts';
import type { ErasureStore } from '../../stores/store.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { writeOutput } from '../io/output.ts';
import { STORE_HELP, withStore } from '../stores/open-store.ts';
import { progressText } from '../text/store-text.ts';

type CancelOptions = { readonly store: string; readonly revoke?: boolean; readonly pause?: boolean };

const DONE: Readonly<Record<'cancel' | 'revoke' | 'pause', string>> = {
  cancel: 'cancelled: nothing more is done, and nothing is hidden any more',
  revoke: 'revoked: nothing more is done, and what is not destroyed is served again',
  pause: 'paused: "apply" goes on with it',
};

/** Adds `cancel`: an erasure in a store does nothing more. */
export function registerCancel(program: Command): void {
  program.command('cancel')
    .argument('<erasure>', 'the ID of an erasure')
    .description('stop an erasure in a store: rooms that were done stay so, no other is begun')
    .requiredOption('--store <store>', STORE_HELP)
    .option('--revoke', 'the person took the request back: it is kept with the time of that')
    .option('--pause', 'only for now')
    .addHelpText('after', `
Examples:
  $ matrix-erasure cancel d5Kqx0G2mZJw8sT1vYbRfA --store erasure.db
  $ matrix-erasure cancel d5Kqx0G2mZJw8sT1vYbRfA --store erasure.db --revoke`)
    .action(async (id: string, { store: location, revoke = false, pause = false }: CancelOptions) => {
      if (revoke && pause) throw new UsageError('--revoke and --pause exclude each other');
      const order = revoke ? 'revoke' : pause ? 'pause' : 'cancel';
      process.exitCode = await withStore(location, (store) => runCancel(store, id, order));
    });
}

async function runCancel(store: ErasureStore, id: string, order: Extract<ErasureOrder, keyof typeof DONE>): Promise<number> {
  const changed = await orderErasure(store, id, { order, now: Date.now() });
  const { status } = await knownErasure(store, id);
  if (!changed) {
    process.stderr.write(`matrix-erasure: the erasure is ${status}, which cannot be ${order === 'cancel' ? 'cancelled' : `${order}d`}\n`);
    return EXIT.error;
  }
  await writeOutput(undefined, `Erasure ${id} is ${DONE[order]}. So far: ${progressText(await store.erasures.progress(id))}.\n`);
  return EXIT.done;
}
