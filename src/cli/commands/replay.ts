import type { Command } from 'commander';
import * as v from 'valibot';
import { replayErasures, type Replayed } from '../../stores/erasure/replay.ts';
import type { ErasureRow, ErasureStore } from '../../stores/store.ts';
import { EXIT } from '../exit-codes.ts';
import { writeOutput } from '../io/output.ts';
import { readJsonFile } from '../json-file.ts';
import { requestPart } from '../plan-file.ts';
import { stoppable } from '../signals.ts';
import { createBar } from '../stores/bar.ts';
import { STORE_HELP, withStore } from '../stores/open-store.ts';
import { countOf, formatCount } from '../text/numbers.ts';

type ReplayOptions = { readonly store: string; readonly from?: string; readonly json?: boolean };

const time = v.pipe(v.number(), v.safeInteger());
const erasuresFile = v.object({
  format: v.literal('matrix-erasure/erasures'),
  formatVersion: v.literal(1),
  erasures: v.array(v.object({
    id: v.string(), request: requestPart, status: v.picklist(['planned', 'running', 'paused', 'done', 'cancelled', 'revoked']), createdAt: time, changedAt: time,
  })),
});

/** Adds `replay`: erasures applied again to a store that was restored. */
export function registerReplay(program: Command): void {
  program.command('replay')
    .description('apply erasures again to a store that was restored from a backup, before it serves')
    .requiredOption('--store <store>', STORE_HELP)
    .option('--from <file>', 'the erasures, as "status --json" printed them; without it those that the store itself knows')
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', `
Examples:
  $ matrix-erasure replay --store restored.db --from erasures.json
  $ matrix-erasure replay --store erasure.db`)
    .action(async (options: ReplayOptions) => {
      const erasures = options.from === undefined ? undefined : await readErasures(options.from);
      process.exitCode = await withStore(options.store, (store) => runReplay(store, erasures, options));
    });
}

async function readErasures(path: string): Promise<readonly ErasureRow[]> {
  const { erasures } = await readJsonFile(path, erasuresFile, 'a list of erasures; make one with "matrix-erasure status --json"');
  return erasures;
}

function runReplay(store: ErasureStore, erasures: readonly ErasureRow[] | undefined, { json = false, store: location }: ReplayOptions): Promise<number> {
  return stoppable(async (stopping) => {
    const total = (erasures ?? (await store.erasures.list())).length;
    const bar = createBar('applying again', { total, unit: 'erasures' });
    let rooms = 0;
    const replayed = await replayErasures(store, {
      now: Date.now, signal: stopping, onErasure: () => bar.advance(1), onRoom: () => (rooms += 1), ...(erasures === undefined ? {} : { erasures }),
    }).finally(bar.clear);
    await writeOutput(undefined, json ? `${JSON.stringify({ replayed, rooms })}\n` : textOf(replayed, rooms));
    if (stopping.aborted) {
      process.stderr.write(`stopped; do not serve from ${location} before the same command has come to its end\n`);
      return stopping.exitCode;
    }
    return replayed.every(({ outcome }) => outcome === 'done') ? EXIT.done : EXIT.drift;
  });
}

function textOf(replayed: readonly Replayed[], rooms: number): string {
  const open = replayed.filter(({ outcome }) => outcome !== 'done').length;
  return `Applied again: ${countOf(replayed.length, 'erasure')}, in ${countOf(rooms, 'room')} that had changed${open === 0 ? '' : `; ${formatCount(open)} did not come to an end`}.\n`;
}
