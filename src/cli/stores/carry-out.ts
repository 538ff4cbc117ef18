import type { ErasurePlan } from '../../erasure/plan.ts';
import { adoptPlan, planRecorded, recordErasure } from '../../stores/erasure/record.ts';
import { runErasure, type RunOutcome } from '../../stores/erasure/run.ts';
import { storeWork } from '../../stores/erasure/erasure-work.ts';
import { knownErasure, orderErasure } from '../../stores/erasure/status.ts';
import { openErasureQueue } from '../../stores/jobs/open-erasure-queue.ts';
import type { ErasureStore } from '../../stores/store.ts';
import type { Confirmation } from '../confirm.ts';
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

/** Hands an erasure over to workers: a plan that was approved, or one that is recorded already. Gives the exit code. */
export async function queueInStore(plan: ErasurePlan | string, { store, location, json }: CarryOut): Promise<number> {
  const id = typeof plan === 'string' ? plan : await recordErasure(store, plan.request, { now: Date.now() });
  if (typeof plan !== 'string') await adoptPlan(store, id, plan.rooms);
  await orderErasure(store, id, { order: 'start', now: Date.now() });
  const queue = await openErasureQueue(location, storeWork(store, Date.now));
  const jobs = await queue.enqueue(id).finally(() => queue.stop());
  const { status } = await knownErasure(store, id);
  await writeOutput(undefined, json ? `${JSON.stringify({ erasure: id, status, jobs })}\n` : `Erasure ${id} is ${status}: ${countOf(jobs, 'job')} for "matrix-erasure work".\n`);
  return EXIT.done;
}

/** What a person is asked before events in a store are destroyed. @throws {UnknownErasureError} when there is no such erasure */
export async function confirmationOf(store: ErasureStore, plan: ErasurePlan | string, yes: boolean): Promise<Confirmation> {
  const { request } = typeof plan === 'string' ? await knownErasure(store, plan) : plan;
  const { events } = typeof plan === 'string' ? await store.erasures.progress(plan) : { events: plan.totals.redact + plan.totals.purge };
  return { what: `${countOf(events, 'event')} will be redacted, purged or hidden in the store, and no other copy is made.`, typed: request.subjects[0] ?? '', yes: yes || events === 0 };
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
