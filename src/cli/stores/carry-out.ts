import type { ErasurePlan } from '../../erasure/plan.ts';
import { adoptPlan, planRecorded, recordErasure } from '../../stores/erasure/record.ts';
import { runErasure, type RunOutcome } from '../../stores/erasure/run.ts';
import { knownErasure } from '../../stores/erasure/status.ts';
import type { ErasureStore } from '../../stores/store.ts';
import { EXIT } from '../exit-codes.ts';
import { writeOutput } from '../io/output.ts';
import { stoppable, type Stopping } from '../signals.ts';
import { countOf } from '../text/numbers.ts';
import { progressText } from '../text/store-text.ts';
import { visible } from '../text/visible.ts';
import { createBar } from './bar.ts';

/** What is carried out, where, and how it is told. */
export type CarryOut = { readonly store: ErasureStore; readonly location: string; readonly json: boolean };

/** Records the erasure of a plan that was approved, and carries it out. Gives the exit code. */
export async function applyInStore(plan: ErasurePlan, carrying: CarryOut): Promise<number> {
  const id = await recordErasure(carrying.store, plan.request, { now: Date.now() });
  await adoptPlan(carrying.store, id, plan.rooms);
  return carryOutInStore(id, carrying);
}

/** Carries out a recorded erasure, or goes on with it. Gives the exit code. */
export function carryOutInStore(id: string, carrying: CarryOut): Promise<number> {
  return stoppable(async (stopping) => {
    const { store, json } = carrying;
    await knownErasure(store, id);
    const { events, eventsDone } = await store.erasures.progress(id);
    const bar = createBar('carrying out', { total: events, done: eventsDone, unit: 'events' });
    const ended = await runErasure(store, id, { now: Date.now, signal: stopping, onRoom: (_, result) => bar.advance(result.events) }).finally(bar.clear);
    const [progress, { status }] = [await store.erasures.progress(id), await knownErasure(store, id)];
    process.exitCode = exitCodeOf(ended, stopping);
    await writeOutput(undefined, json ? `${JSON.stringify({ erasure: id, status, ...ended, ...progress })}\n` : `Erasure ${id}: ${progressText(progress)}.\n`);
    process.stderr.write(howToGoOn(ended, { id, status, carrying, stopping }));
    return process.exitCode;
  });
}

function exitCodeOf({ outcome }: RunOutcome, stopping: Stopping): number {
  if (outcome === 'done') return EXIT.done;
  if (outcome === 'drifted') return EXIT.drift;
  return stopping.aborted ? stopping.exitCode : EXIT.error;
}

type Ended = { readonly id: string; readonly status: string; readonly carrying: CarryOut; readonly stopping: Stopping };

function howToGoOn({ outcome, drifted }: RunOutcome, { id, status, carrying: { location }, stopping }: Ended): string {
  if (outcome === 'done') return '';
  if (outcome === 'drifted') {
    const examples = drifted.slice(0, 10).map((room) => `  ${visible(room)}\n`).join('');
    return `${countOf(drifted.length, 'room is', 'rooms are')} not what the plan was made on, and nothing was done there; make the plan again and apply it\n${examples}`;
  }
  if (!stopping.aborted) return `it is ${status}, and nothing more was done\n`;
  return `stopped between two rooms; to go on: matrix-erasure apply ${id} --store ${visible(location)}\n`;
}

/** Records an erasure and plans it room by room. Gives its ID, or `undefined` if it was stopped. */
export function recordInStore(store: ErasureStore, request: ErasurePlan['request']): Promise<string | undefined> {
  return stoppable(async (stopping) => {
    const id = await recordErasure(store, request, { now: Date.now() });
    const rooms = await store.events.roomsOf(request.subjects);
    const bar = createBar('planning', { total: rooms.length, unit: 'rooms' });
    await planRecorded(store, id, { signal: stopping, onRoom: () => bar.advance(1) });
    bar.clear();
    return stopping.aborted ? undefined : id;
  });
}
