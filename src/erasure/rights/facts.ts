import type { AccountCategoryId } from '../account/categories.ts';
import type { AccountData } from '../account/schema.ts';
import type { ErasurePlan } from '../plan.ts';
import type { AutomatedTool } from './automated-tools.ts';
import type { RoomRectification } from './rectification.ts';
import type { Restriction } from './restriction.ts';

/** A decision that a program makes by itself and that affects people seriously (Article 22). */
export type AutomatedDecision = {
  readonly decides: string;
  /** By what logic, in plain words. */
  readonly logic: string;
  readonly consequences: string;
};

/** Who answers, and what only they can state. What is left out is named in the report as missing. */
export type Controller = {
  readonly name: string;
  /** Where to write to. */
  readonly contact: string;
  /** The data protection officer. */
  readonly officer?: string;
  /** The representative in the Union, of a controller outside of it. */
  readonly representative?: string;
  /** The supervisory authority, and how to reach it. */
  readonly authority?: string;
  /** The legitimate interests, where that is the basis. */
  readonly interests?: string;
  /** Transfers to third countries and their safeguards. */
  readonly transfers?: string;
  /** Decisions made by programs alone; an empty list says that there are none. */
  readonly decisions?: readonly AutomatedDecision[];
  /** Compelling grounds for what goes on after an objection, by category. */
  readonly grounds?: { readonly [category in AccountCategoryId]?: string };
};

/** Somebody who is given the data. A recipient of notices is one. */
export type RightRecipient = { readonly kind: string; readonly id: string; readonly since?: number };

/** How much there is in rooms. */
export type RoomCounts = { readonly rooms: number; readonly own: number; readonly about: number };

/** What an answer rests on. What was not looked at is left out, and the report says so. */
export type RightFacts = {
  readonly controller?: Controller;
  /** What is held of the accounts, from the account inventory. */
  readonly accounts?: readonly AccountData[];
  readonly recipients?: readonly RightRecipient[];
  /** Events in the rooms that were looked at: the person's own, and other people's about them. */
  readonly rooms?: RoomCounts;
  readonly rectifications?: readonly RoomRectification[];
  readonly restriction?: Restriction;
  readonly tools?: readonly AutomatedTool[];
  readonly erasure?: Pick<ErasurePlan, 'totals' | 'digest' | 'deadlines'>;
};
