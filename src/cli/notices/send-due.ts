import type { ErasureNotice } from '../../notices/build-notices.ts';
import { afterAttempt, nextAttempt, type AttemptResult, type Delivery } from '../../notices/delivery/delivery.ts';
import { afterContact, type DeliveryPolicy, type DestinationHealth } from '../../notices/delivery/policy.ts';
import type { DeliveryLedger, LedgerEntry } from './delivery-ledger.ts';

/** Makes one try to hand a notice over. Whatever happens is a result. */
export type Carry = (notice: ErasureNotice, path: 'unstable' | 'stable') => Promise<AttemptResult>;

/** How what is due is sent. */
export type SendOptions = {
  readonly carry: Carry;
  readonly policy: DeliveryPolicy;
  readonly now: () => number;
  readonly random: () => number;
  /** Is told of each delivery after a try. */
  readonly onTried?: (delivery: Delivery, notice: ErasureNotice) => void;
};

const DESTINATIONS_AT_ONCE = 32;
/** So many notices to one destination are looked at before the ledger is asked again. */
const BATCH = 256;
/** So long (ms), and for so many outcomes, the disk may be waited for at once. Until then a crash makes repeats of them, which recipients take in once. */
const PAUSE = 50;
const MOST = 256;

/** Tries what is due, until nothing is: destinations beside each other, each in its order and no faster than the policy says. */
export async function sendDue(ledger: DeliveryLedger, options: SendOptions): Promise<void> {
  const queues = ledger.dueQueues(options.now());
  const recorder = createRecorder(ledger);
  await inParallel(queues, DESTINATIONS_AT_ONCE, (queue) => sendQueue(queue, { ...options, ledger, recorder }));
}

type Sending = SendOptions & { readonly ledger: DeliveryLedger; readonly recorder: Recorder };

/** A destination, and how it does: known at once here, and written down with what became of the notices. */
type Destination = { readonly queue: string; health: DestinationHealth };

async function sendQueue(queue: string, options: Sending): Promise<void> {
  const { ledger, recorder, policy, now } = options;
  const destination: Destination = { queue, health: ledger.health(queue) };
  const rests = (): boolean => destination.health.restUntil > now();
  for (let batch = ledger.due(queue, now(), BATCH); batch.length > 0 && !rests(); batch = ledger.due(queue, now(), BATCH)) {
    await inParallel(batch, policy.atOnce, async (entry) => {
      if (!rests()) await tryOne(destination, entry, options);
    });
    recorder.flush();
  }
}

/** The next request goes out while the outcome of this one waits for the disk. */
async function tryOne(destination: Destination, entry: LedgerEntry, { ledger, recorder, carry, policy, now, random, onTried }: Sending): Promise<void> {
  const { notice } = entry;
  const next = nextAttempt(entry.delivery, now());
  if (next.do !== 'send' || notice.channel === 'none') return;
  const result = await carry(notice, next.path);
  const moment = { now: now(), random: random(), policy };
  const { queue, health: before } = destination;
  const health = afterContact(before, result, moment);
  destination.health = health;
  const isNews = health.failures !== before.failures || health.restUntil !== before.restUntil;
  recorder.add(() => {
    if (isNews) ledger.setHealth(queue, health);
    return ledger.change(entry, (delivery) => afterAttempt(delivery, result, moment));
  }, (delivery) => onTried?.(delivery, notice));
}

/** Writes things down together, so that the network sets the pace, and not the disk; tells of each when it is on disk. */
type Recorder = {
  /** @throws what an earlier write threw */
  readonly add: (write: () => Delivery, onWritten: (delivery: Delivery) => void) => void;
  /** Writes what waits, now. @throws what a write threw */
  readonly flush: () => void;
};
type Waiting = { readonly write: () => Delivery; readonly onWritten: (delivery: Delivery) => void };

function createRecorder(ledger: DeliveryLedger): Recorder {
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let failed: { readonly error: unknown } | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (failed !== undefined) throw failed.error;
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    const written = ledger.together(() => batch.map(({ write, onWritten }) => ({ onWritten, delivery: write() })));
    for (const { onWritten, delivery } of written) onWritten(delivery);
  };
  const flushLater = (): void => {
    try {
      flush();
    } catch (error) {
      failed = { error };
    }
  };
  return {
    flush,
    add: (write, onWritten) => {
      waiting.push({ write, onWritten });
      if (waiting.length >= MOST || failed !== undefined) flush();
      else timer ??= setTimeout(flushLater, PAUSE);
    },
  };
}

async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
}
