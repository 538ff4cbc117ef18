import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { storeWork } from '../../stores/erasure/erasure-work.ts';
import type { ErasureQueue } from '../../stores/jobs/erasure-queue.ts';
import { openErasureQueue } from '../../stores/jobs/open-erasure-queue.ts';
import type { DueErasure, ErasureStore } from '../../stores/store.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { writeOutput } from '../io/output.ts';
import { stoppable } from '../signals.ts';
import { isServer, withStore } from '../stores/open-store.ts';
import { formatTime } from '../text/numbers.ts';
import { progressText } from '../text/store-text.ts';

type WorkOptions = { readonly store: string; readonly concurrency: number; readonly untilIdle?: boolean; readonly json?: boolean };

/** Adds `work`: a process that carries out the erasures of a server, one of any number. */
export function registerWork(program: Command): void {
  program.command('work')
    .description('carry out the erasures of a PostgreSQL store as jobs, beside any number of other workers')
    .requiredOption('--store <store>', 'a server: postgres://user@host/database')
    .option('--concurrency <rooms>', 'how many rooms at once', readRooms, 1)
    .option('--until-idle', 'end when no erasure is running, instead of waiting for more')
    .option('--json', 'a line of JSON for each room, end and deadline')
    .addHelpText('after', `
Erasures come from "apply PLAN --store postgres://… --queue". A room that fails is tried again, more and more slowly, for about half an hour; then it is put aside, and "status"
says so. A worker that is killed leaves nothing half done: its rooms are taken up by another. Deadlines (answer, purge, logs, reviews of holds) are told when they come. Needs the
packages pg and pg-boss. Ctrl-C ends it after the rooms it is in.

Examples:
  $ matrix-erasure work --store postgres://erasure@localhost/synapse --concurrency 2
  $ matrix-erasure work --store postgres://erasure@localhost/synapse --until-idle`)
    .action(async (options: WorkOptions) => {
      if (!isServer(options.store)) throw new UsageError('work is for a store on a server, postgres://…; a file is worked on by one process: "matrix-erasure apply"');
      process.exitCode = await withStore(options.store, (store) => runWork(store, options));
    });
}

/** Reads how many rooms. @throws {InvalidArgumentError} for anything but 1 to 64 */
function readRooms(text: string): number {
  if (!/^[1-9]\d?$/.test(text) || Number(text) > 64) throw new InvalidArgumentError('Give a number from 1 to 64.');
  return Number(text);
}

function runWork(store: ErasureStore, options: WorkOptions): Promise<number> {
  return stoppable(async (stopping) => {
    const queue = await openErasureQueue(options.store, storeWork(store, Date.now));
    const output: { failure?: unknown } = {};
    const tell = (text: string, fact: object): void => {
      writeOutput(undefined, options.json === true ? `${JSON.stringify({ at: Date.now(), ...fact })}\n` : `${formatTime(Date.now())} ${text}\n`).catch((error: unknown) => { output.failure = error; });
    };
    await queue.work({
      concurrency: options.concurrency,
      onRoom: ({ erasure, roomId }, outcome) => { if (options.json === true || outcome === 'failed') tell(`a room of ${erasure} failed, and is tried again`, { erasure, room_id: roomId, outcome }); },
      onFinish: (erasure) => void store.erasures.progress(erasure).then((progress) => tell(`${erasure} is done: ${progressText(progress)}`, { erasure, outcome: 'finished', ...progress }), () => undefined),
      onDue: (due) => tell(dueText(due), due),
    });
    process.stderr.write('Working. Ctrl-C ends it after the rooms it is in.\n');
    try {
      while (!stopping.aborted && output.failure === undefined && !(options.untilIdle === true && await isIdle(store, queue))) await sleep(LOOK_MS);
    } finally {
      await queue.stop();
    }
    if (output.failure !== undefined) throw output.failure;
    return stopping.aborted ? stopping.exitCode : EXIT.done;
  });
}

const LOOK_MS = 500;

async function isIdle(store: ErasureStore, queue: Pick<ErasureQueue, 'counts'>): Promise<boolean> {
  if ((await store.erasures.list()).some(({ status }) => status === 'running')) return false;
  return (await queue.counts()).active === 0;
}

const DUES: Readonly<Record<DueErasure['what'], string>> = {
  answer: 'the person has to be answered', purge: 'what was theirs alone has to be gone', logs: 'logs have to be gone', review: 'a hold has to be reviewed',
};

function dueText({ erasure, what, due }: DueErasure): string {
  return `${erasure}: ${DUES[what]} by ${formatTime(due)}`;
}
