import type { AccountCategoryId } from '../../erasure/account/categories.ts';
import type { DriftKind } from '../../erasure/drift.ts';
import type { HoldGround } from '../../erasure/holds.ts';
import type { AboutReason, ErasurePlan, PlanStepName, PlanWarningCode, Reach, TreatmentReason } from '../../erasure/plan.ts';
import type { ResidueCounts } from '../../erasure/residue/report.ts';
import type { Check, Verification } from '../../erasure/verification.ts';
import type { RecipientCounts, ReportedRecipient, SubjectRecipient } from './recipients.ts';

/** What is known of the result: `not-checked` without a verification, else its verdict. */
export type ReportStanding = 'not-checked' | Verification['verdict'];

/** Who answers for the erasure, and who watches over them. Texts as the operator wrote them. */
export type ReportContacts = {
  /** The operator's name. */
  readonly operator?: string;
  /** Where the person can ask. */
  readonly contact?: string;
  /** The supervisory authority and how to reach it (Article 13(2)(d)). */
  readonly authority?: string;
};

/** What both reports begin with. Times are ms since 1970, UTC. */
export type ReportHead = ReportContacts & {
  readonly format: 'matrix-erasure/report';
  readonly formatVersion: 1;
  readonly generatedAt: number;
  /** The digest of the plan that the report is about. */
  readonly plan: string;
  readonly subjects: readonly string[];
  readonly requestedAt: number;
  readonly effectiveAt: number;
  readonly revokedAt?: number;
  readonly profile: string;
  readonly standing: ReportStanding;
  readonly deadlines: ErasurePlan['deadlines'];
  /** Whether the request covered a part only of what the person sent. */
  readonly limited: boolean;
  /** How many recipients are in each state; without a ledger of deliveries nothing is known of them. */
  readonly recipientStates?: RecipientCounts;
};

/**
 * What becomes of what the person sent, as they would say it: deleted without a trace, emptied (a shell stays), hidden from newcomers, held back from
 * destruction for now, or kept. Each event is in one of them.
 */
export type FateCounts = Readonly<Record<'deleted' | 'emptied' | 'hidden' | 'held' | 'kept', number>>;

/** Why events stay as they are, and how many. `hazard` is an ID of the hazards table. */
export type KeptCount = { readonly reason: TreatmentReason; readonly hazard?: string; readonly events: number; readonly rooms: number };

/** Files of the person's by what becomes of them, and by when the first are gone. */
export type FileCounts = { readonly deleted: number; readonly kept: number; readonly unknown: number; readonly due: number };

/** What happens to the account: categories that were found, and those that nobody has looked at. */
export type ReportedAccount = {
  readonly user: string;
  readonly deleted: readonly DatedCategory[];
  readonly stays: readonly AccountCategoryId[];
  readonly asked: readonly DatedCategory[];
  readonly notLookedAt: readonly AccountCategoryId[];
};

/** A category of account data, and by when it is gone where there is a date. */
export type DatedCategory = { readonly category: AccountCategoryId; readonly due?: number };

/** Copies where nothing that is done here reaches. */
export type CopiesElsewhere = {
  /** Servers that had members in rooms of the person. */
  readonly servers: readonly string[];
  /** How many bridges may have carried messages into other networks. */
  readonly bridges: number;
  /** How many rooms were replaced by others and are not in the input. */
  readonly replacedRooms: number;
};

/** The report for the person: counts, server names and dates, and of other people nothing at all. */
export type SubjectReport = ReportHead & {
  readonly for: 'subject';
  /** Rooms in which the person sent something. */
  readonly rooms: number;
  readonly fates: FateCounts;
  readonly kept: readonly KeptCount[];
  /** What must not be destroyed for now: on which ground, until when that stands. What it rests on is the operator's. */
  readonly holds: readonly { readonly ground: HoldGround; readonly reviewAt: number; readonly events: number }[];
  readonly files: FileCounts;
  readonly account?: readonly ReportedAccount[];
  /** Events of other people about the person, and why, which an event can be for several reasons. */
  readonly about: { readonly events: number; readonly reasons: { readonly [reason in AboutReason]?: number } };
  readonly residue: ResidueCounts;
  /** Free texts that stay in place. */
  readonly texts: number;
  readonly elsewhere: CopiesElsewhere;
  readonly recipients?: readonly SubjectRecipient[];
};

/** How far a step has come, as far as the report was told: `unknown` where nothing that was given says so. */
export type StepStanding = 'done' | 'failed' | 'open' | 'unknown';

/** A step of the plan, and how far it has come. */
export type ReportedStep = { readonly step: PlanStepName; readonly count: number; readonly due?: number; readonly standing: StepStanding };

/** A hold, with what it rests on and covers. */
export type ReportedHold = {
  readonly id: string;
  readonly ground: HoldGround;
  readonly basis: string;
  readonly reviewAt: number;
  readonly events: number;
  readonly rooms: number;
};

/** What was found of a ledger of proof, and its records of the plan: those that have the plan's digest. */
export type ReportedLedger =
  | { readonly verdict: 'intact'; readonly records: number; readonly head: string; readonly ofPlan: readonly LedgerNote[] }
  | { readonly verdict: 'broken'; readonly fault: 'unreadable' | 'form' | 'hash' | 'chain' | 'key' | 'head'; readonly record: number };

/** A record of a ledger of proof: what was done, and when (ms since 1970, UTC). */
export type LedgerNote = { readonly seq: number; readonly kind: string; readonly at: number };

/** The report for the operator: what is left to do, what failed, and what cannot be reached. */
export type OperatorReport = ReportHead & {
  readonly for: 'operator';
  /** The digest of the plan that this one adds to. */
  readonly supplements?: string;
  readonly input: ErasurePlan['input'];
  readonly rooms: number;
  readonly totals: ErasurePlan['totals'];
  readonly steps: readonly ReportedStep[];
  readonly checks?: readonly Check[];
  /** Texts that a search found, or could not tell, where there was one. */
  readonly textSearch?: { readonly found: number; readonly notFound: number; readonly unknown: number };
  readonly kept: readonly KeptCount[];
  readonly holds: readonly ReportedHold[];
  readonly outOfReach: { readonly [reach in Reach]?: number };
  readonly warnings: readonly { readonly code: PlanWarningCode; readonly count: number; readonly rooms: number }[];
  readonly files: FileCounts;
  readonly account?: readonly ReportedAccount[];
  readonly residue: ResidueCounts;
  readonly texts: number;
  readonly elsewhere: CopiesElsewhere;
  readonly recipients?: readonly ReportedRecipient[];
  readonly ledger?: ReportedLedger;
  /** How the events are no longer what the plan was made on, where that was looked at; empty when they are. */
  readonly drift?: { readonly [kind in DriftKind]?: number };
};

/** A report of an erasure, for either. */
export type ErasureReport = SubjectReport | OperatorReport;
