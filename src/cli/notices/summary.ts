import { nextAttempt, type DeliveryAsk, type DeliveryStatus } from '../../notices/delivery/delivery.ts';
import type { LedgerEntry } from './delivery-ledger.ts';

/** What a ledger says as a whole. */
export type DeliverySummary = {
  readonly deliveries: number;
  readonly statuses: Readonly<Record<DeliveryStatus, number>>;
  /** What a person has to do, by why. */
  readonly asks: Readonly<Record<DeliveryAsk, number>>;
  /** When a machine tries next (ms since 1970, UTC), if it does. */
  readonly nextAt?: number;
};

/** Counts deliveries as they stand at a time (ms). */
export function summaryOf(entries: Iterable<LedgerEntry>, now: number): DeliverySummary {
  const statuses = { pending: 0, sent: 0, acknowledged: 0, unsupported: 0, failed: 0, impossible: 0, disproportionate: 0 };
  const asks = { write: 0, refused: 0, 'gave-up': 0, deadline: 0 };
  let [deliveries, nextAt] = [0, Infinity];
  for (const { delivery } of entries) {
    deliveries += 1;
    statuses[delivery.status] += 1;
    const next = nextAttempt(delivery, now);
    if (next.do === 'ask') asks[next.why] += 1;
    else if (next.do !== 'nothing') nextAt = Math.min(nextAt, delivery.nextAt ?? Infinity);
  }
  return { deliveries, statuses, asks, ...(nextAt === Infinity ? {} : { nextAt }) };
}

/** Whether a deadline has passed before somebody was told. */
export const isOverdue = ({ asks }: DeliverySummary): boolean => asks.deadline > 0;

/** Whether nothing is left to do, for machines or people. */
export function isOver({ deliveries, statuses }: DeliverySummary): boolean {
  return statuses.acknowledged + statuses.impossible + statuses.disproportionate === deliveries;
}
