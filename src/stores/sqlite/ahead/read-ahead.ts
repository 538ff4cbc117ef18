import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AheadLostError, type RoomsAhead } from '../../erasure/rooms-ahead.ts';
import type { PageChanges } from '../../erasure/changes-in.ts';
import { SHARED, WAITING_AT_MOST, type ReaderData, type ReaderMessage, type StoreFile } from './messages.ts';
import { unpackPage } from './packed-page.ts';

/** What the thread may take: it keeps no more than a page and a plan. */
const LIMITS = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 };

/** How to read ahead. */
export type AheadOptions = {
  /** Waits for the thread to begin, instead of reading rooms until it has. */
  readonly patient?: boolean;
  /** How many characters of changes may wait to be taken. */
  readonly waitingAtMost?: number;
};

/**
 * Starts a thread that reads the rooms of an erasure in an SQLite file, ahead of who writes them; `undefined` where there can be none: its program is not there,
 * as in a bundle, or this process may start no threads.
 */
export function readAhead(file: StoreFile, erasureId: string, { patient = false, waitingAtMost = WAITING_AT_MOST }: AheadOptions = {}): RoomsAhead | undefined {
  const shared = new Int32Array(new SharedArrayBuffer(Object.keys(SHARED).length * Int32Array.BYTES_PER_ELEMENT));
  const worker = startReader({ file, erasureId, waitingAtMost, shared });
  if (worker === undefined) return undefined;
  const next = messagesOf(worker);
  const expected: string[] = [];
  let passed = 0;
  const pages = async function* (): AsyncGenerator<PageChanges> {
    for (let message = await next(); message?.kind !== 'end'; message = await next()) {
      if (message?.kind !== 'page') throw new AheadLostError();
      taken(shared, message);
      yield unpackPage(message.page);
    }
  };
  return {
    expect: (rooms) => {
      expected.push(...rooms);
      worker.postMessage(rooms);
    },
    take: async (roomId) => {
      const turn = expected.indexOf(roomId);
      passed += turn + 1;
      expected.splice(0, turn + 1);
      if (turn < 0 || (!patient && Atomics.load(shared, SHARED.ready) === 0)) {
        Atomics.store(shared, SHARED.passed, passed);
        return undefined;
      }
      for (let message = await next(); message !== undefined; message = await next()) {
        taken(shared, message);
        if (message.kind === 'room' && message.roomId === roomId) return message.found && { ...message.found, pages };
      }
      return undefined;
    },
    close: async () => void (await worker.terminate()),
  };
}

function startReader(workerData: ReaderData): Worker | undefined {
  try {
    // Of this process's own flags those that matter hold for its threads by themselves, and many may not be named again.
    const inSource = import.meta.url.endsWith('.ts');
    const program = new URL(inSource ? './reader.ts' : import.meta.resolve('#sqlite-reader'), import.meta.url);
    const worker = new Worker(program, { workerData, resourceLimits: LIMITS, execArgv: ['--disable-warning=ExperimentalWarning', ...(inSource ? ['--conditions=matrix-erasure-source'] : [])] });
    // What it fails at is done without it.
    worker.on('error', () => undefined);
    return worker;
  } catch {
    return undefined;
  }
}

/** The next message; `undefined` when the thread has ended. */
function messagesOf(worker: Worker): () => Promise<ReaderMessage | undefined> {
  const messages = on(worker, 'message', { close: ['exit'] }) as AsyncIterator<[ReaderMessage]>;
  return async () => {
    const { done, value } = await messages.next().catch(() => ENDED);
    return done === true ? undefined : value[0];
  };
}

const ENDED = { done: true, value: undefined } as const;

function taken(shared: Int32Array, message: ReaderMessage): void {
  if (message.kind !== 'page') return;
  Atomics.sub(shared, SHARED.waiting, message.page.size);
  Atomics.notify(shared, SHARED.waiting);
}
