import type { AccountAnswer } from '../../erasure/account/plan-account.ts';
import { elsewhere } from '../../erasure/plan-facts.ts';
import type { ErasurePlan, PlanAccount } from '../../erasure/plan.ts';
import type { Verification } from '../../erasure/verification.ts';
import { whatStays } from '../../erasure/what-stays.ts';
import { countRecipients, recipientsOf, type ReportedDelivery } from './recipients.ts';
import type { CopiesElsewhere, DatedCategory, FileCounts, KeptCount, ReportContacts, ReportedAccount, ReportHead } from './report.ts';

/** What a report is made from beside the plan; what is left out the report does not speak of, or says that it is not known. */
export type ReportOptions = ReportContacts & {
  /** When the report is made (ms since 1970, UTC): deliveries are given as they stand then. */
  readonly generatedAt: number;
  readonly verification?: Verification;
  /** The deliveries of this plan's notices. */
  readonly deliveries?: readonly ReportedDelivery[];
};

/** What both reports begin with. */
export function headOf({ digest, request, deadlines }: ErasurePlan, { generatedAt, verification, deliveries, operator, contact, authority }: ReportOptions): ReportHead {
  return {
    format: 'matrix-erasure/report', formatVersion: 1, generatedAt, plan: digest,
    subjects: request.subjects, requestedAt: request.requestedAt, effectiveAt: request.effectiveAt,
    ...(request.revokedAt === undefined ? {} : { revokedAt: request.revokedAt }),
    profile: request.profile, standing: verification?.verdict ?? 'not-checked', deadlines,
    limited: Object.keys(request.scope).length > 0,
    ...(deliveries === undefined ? {} : { recipientStates: countRecipients(recipientsOf(deliveries)) }),
    ...(operator === undefined ? {} : { operator }),
    ...(contact === undefined ? {} : { contact }),
    ...(authority === undefined ? {} : { authority }),
  };
}

/** Rooms in which the person sent something. */
export function roomsTouched({ rooms }: ErasurePlan): number {
  return rooms.filter(({ entries }) => entries.length > 0).length;
}

/** Why events stay, and how many. */
export function keptCounts(plan: ErasurePlan): readonly KeptCount[] {
  return whatStays(plan).kept.map(({ key, events, rooms }) => ({ ...key, events, rooms }));
}

/** The files of a plan, counted. */
export function fileCounts({ media: { purge, kept, unknown, due } }: ErasurePlan): FileCounts {
  return { deleted: purge.length, kept: kept.length, unknown: unknown.length, due };
}

/** Where copies are that nothing here reaches. */
export function copiesElsewhere(plan: ErasurePlan): CopiesElsewhere {
  const { bridges, predecessors } = elsewhere(plan);
  return { servers: whatStays(plan).servers.map(({ key }) => key), bridges: bridges.length, replacedRooms: predecessors.length };
}

/** What happens to each account that the plan speaks of. */
export function accounts({ account }: ErasurePlan): { readonly account?: readonly ReportedAccount[] } {
  return account === undefined ? {} : { account: account.map(reported) };
}

function reported({ user, answers, notStated }: PlanAccount): ReportedAccount {
  const held = answers.filter((answer) => answer.held !== 0 && answer.held !== 'not-stated');
  const treated = (...treatments: readonly AccountAnswer['treatment'][]): readonly AccountAnswer[] => held.filter(({ treatment }) => treatments.includes(treatment));
  return {
    user,
    deleted: treated('delete', 'blank', 'expire', 'with-events').map(dated),
    stays: treated('keep').map(({ category }) => category),
    asked: treated('ask').map(dated),
    notLookedAt: notStated,
  };
}

function dated({ category, due }: AccountAnswer): DatedCategory {
  return { category, ...(due === undefined ? {} : { due }) };
}
