import { digestOf } from '../../erasure/digest.ts';
import type { ErasurePlan } from '../../erasure/plan.ts';
import { nextAttempt } from '../../notices/delivery/delivery.ts';
import { whatStays } from '../../erasure/what-stays.ts';
import type { ReportedDelivery } from '../../portability/report/recipients.ts';
import { withLedger } from '../commands/notify/options.ts';
import { UsageError } from '../errors.ts';
import type { LedgerEntry, LedgerNotice } from '../notices/delivery-ledger.ts';
import { visible } from '../text/visible.ts';

/**
 * The deliveries of a plan in a ledger, as they stand at a time (ms). A ledger can hold those of other plans, and of other people: they are passed over.
 * @throws {UsageError} when others hold copies and the ledger has no notice of this plan
 */
export async function readDeliveries(path: string, plan: ErasurePlan, now: number): Promise<readonly ReportedDelivery[]> {
  const ofPlan = belongsTo(plan);
  const entries = await withLedger(path, false, async (ledger) => [...ledger.all()].filter(({ notice }) => ofPlan(notice)));
  if (entries.length === 0 && whatStays(plan).servers.length > 0) {
    throw new UsageError(`${visible(path)} has no notice of this plan: write them with "matrix-erasure notify plan", or leave out --notices`);
  }
  return entries.map((entry) => reported(entry, now));
}

/** A notice is named after its plan: the names that notices of this plan can have are made again. */
function belongsTo({ digest, supplements, request: { subjects } }: ErasurePlan): (notice: LedgerNotice) => boolean {
  const digests = [digest, ...(supplements === undefined ? [] : [supplements])];
  return (notice) => digests.some((one) => [...subjects, 'person', 'none', ...bindingOf(notice)].some((about) => notice.id === digestOf([one, notice.kind, notice.destination, about])));
}

function bindingOf(notice: LedgerNotice): readonly string[] {
  if (notice.channel !== 'identity-server') return [];
  const { mxid, threepid: { medium, address } } = notice.body;
  return [`${mxid} ${medium} ${address}`];
}

function reported({ notice: { kind, destination }, delivery }: LedgerEntry, now: number): ReportedDelivery {
  const { status, since, deadline, attempts, reason, nextAt } = delivery;
  const next = nextAttempt(delivery, now);
  return {
    kind, destination, status, since, deadline, attempts,
    ...(reason === undefined ? {} : { reason }),
    ...(next.do === 'ask' ? { ask: next.why } : nextAt === undefined ? {} : { nextAt }),
  };
}
