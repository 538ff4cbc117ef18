import type { ErasureNotice } from '../../notices/build-notices.ts';
import { afterAttempt, nextAttempt, type AttemptResult, type Delivery } from '../../notices/delivery/delivery.ts';
import { afterContact, type DeliveryPolicy } from '../../notices/delivery/policy.ts';
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
const BATCH = 64;

/** Tries what is due, until nothing is: destinations beside each other, each in its order and no faster than the policy says. */
export async function sendDue(ledger: DeliveryLedger, options: SendOptions): Promise<void> {
  const queues = ledger.dueQueues(options.now());
  const record = createRecorder(ledger);
  await inParallel(queues, DESTINATIONS_AT_ONCE, (queue) => sendQueue(queue, { ...options, ledger, record }));
}

type Sending = SendOptions & { readonly ledger: DeliveryLedger; readonly record: Recorder };

async function sendQueue(queue: string, options: Sending): Promise<void> {
  const { ledger } = options;
  const rests = (): boolean => ledger.health(queue).restUntil > options.now();
  for (let batch = ledger.due(queue, options.now(), BATCH); batch.length > 0 && !rests(); batch = ledger.due(queue, options.now(), BATCH)) {
    await inParallel(batch, options.policy.atOnce, async (entry) => {
      if (!rests()) await tryOne(queue, entry, options);
    });
  }
}

async function tryOne(queue: string, entry: LedgerEntry, { ledger, record, carry, policy, now, random, onTried }: Sending): Promise<void> {
  const { notice } = entry;
  const next = nextAttempt(entry.delivery, now());
  if (next.do !== 'send' || notice.channel === 'none') return;
  const result = await carry(notice, next.path);
  const moment = { now: now(), random: random(), policy };
  const delivery = await record(() => {
    const health = ledger.health(queue);
    const after = afterContact(health, result, moment);
    if (after.failures !== health.failures || after.restUntil !== health.restUntil) ledger.setHealth(queue, after);
    return ledger.change(entry, (before) => afterAttempt(before, result, moment));
  });
  onTried?.(delivery, notice);
}

/** Writes something down; it is on disk when the promise is kept. */
type Recorder = (write: () => Delivery) => Promise<Delivery>;
type Waiting = { readonly write: () => Delivery; readonly resolve: (delivery: Delivery) => void; readonly reject: (error: unknown) => void };

/** What came back at about the same time is written in one transaction, so that the disk is waited for once, and the network sets the pace. */
function createRecorder(ledger: DeliveryLedger): Recorder {
  let waiting: Waiting[] = [];
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    try {
      const written = ledger.together(() => batch.map(({ write, resolve }) => ({ resolve, delivery: write() })));
      for (const { resolve, delivery } of written) resolve(delivery);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  return (write) => new Promise((resolve, reject) => {
    if (waiting.length === 0) setImmediate(flush);
    waiting.push({ write, resolve, reject });
  });
}

async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
}
