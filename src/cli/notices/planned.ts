import { digestOf } from '../../erasure/digest.ts';
import type { ErasurePlan } from '../../erasure/plan.ts';
import type { Recipient } from '../../notices/recipient.ts';
import type { LedgerEntry } from './delivery-ledger.ts';

/** What goes into a ledger. */
export type PlannedDelivery = Pick<LedgerEntry, 'notice' | 'delivery'>;

/** The entry of a recipient that nobody can tell, such as the public: impossible from the start, and written down as that. */
export function nobodyToTell({ digest }: ErasurePlan, { kind, id }: Recipient, { now, deadline }: { readonly now: number; readonly deadline: number }): PlannedDelivery {
  return {
    notice: { id: digestOf([digest, kind, id, 'none']), kind, destination: id, channel: 'none' },
    delivery: { status: 'impossible', since: now, deadline, path: 'stable', attempts: 0, refusals: 0, reason: 'no-channel' },
  };
}
