import { purgeDeadline } from '../deadlines.ts';
import type { RightFacts } from './facts.ts';
import { dueOf, type RightsRequest } from './request.ts';
import { rightOf, type RightKind, type RightStep } from './rights.ts';

/** A step, and by when it has to be done (ms since 1970, UTC); without a time there is none. */
export type PlannedStep = { readonly id: string; readonly does: string; readonly due?: number };

/** What is done for a request, and what is missing for a full answer. */
export type RightPlan = {
  readonly kind: RightKind;
  readonly article: string;
  readonly steps: readonly PlannedStep[];
  /** What the facts do not say, and the article asks for. */
  readonly missing: readonly string[];
};

type Need = { readonly what: string; readonly isThere: (facts: RightFacts) => boolean };

const WHO: Need = { what: 'who answers, and where they can be written to', isThere: ({ controller }) => controller !== undefined };
const OFFICER: Need = { what: 'the data protection officer, if there is one', isThere: ({ controller }) => controller?.officer !== undefined };
const AUTHORITY: Need = { what: 'the supervisory authority', isThere: ({ controller }) => controller?.authority !== undefined };
const INTERESTS: Need = { what: 'the legitimate interests that are pursued', isThere: ({ controller }) => controller?.interests !== undefined };
const TRANSFERS: Need = { what: 'transfers to third countries, and their safeguards', isThere: ({ controller }) => controller?.transfers !== undefined };
const DECISIONS: Need = { what: 'whether decisions are made by programs alone', isThere: ({ controller }) => controller?.decisions !== undefined };
const ACCOUNTS: Need = { what: 'what is held of the account', isThere: ({ accounts }) => accounts !== undefined };
const ROOMS: Need = { what: 'what is held in rooms', isThere: ({ rooms }) => rooms !== undefined };
const RECIPIENTS: Need = { what: 'who is given the data', isThere: ({ recipients }) => recipients !== undefined };
const CORRECTION: Need = { what: 'what is corrected, and in which rooms', isThere: ({ rectifications }) => rectifications !== undefined };
const RESTRICTION: Need = { what: 'the restriction: on what ground, from when, and of what', isThere: ({ restriction }) => restriction !== undefined };
const ERASURE: Need = { what: 'the plan of the erasure', isThere: ({ erasure }) => erasure !== undefined };
const TOOLS: Need = { what: 'the tools in rooms that act by themselves', isThere: ({ tools }) => tools !== undefined };

/** What each answer needs. A refusal needs only to say who refuses, and where to complain. */
const NEEDS: Readonly<Record<RightKind, readonly Need[]>> = {
  informed: [WHO, OFFICER, AUTHORITY, INTERESTS, TRANSFERS, DECISIONS, ACCOUNTS, RECIPIENTS],
  access: [WHO, AUTHORITY, TRANSFERS, DECISIONS, ACCOUNTS, ROOMS, RECIPIENTS],
  rectification: [WHO, AUTHORITY, CORRECTION, RECIPIENTS],
  erasure: [WHO, AUTHORITY, ERASURE, RECIPIENTS],
  restriction: [WHO, AUTHORITY, RESTRICTION, RECIPIENTS],
  portability: [WHO, AUTHORITY, ACCOUNTS, ROOMS],
  objection: [WHO, AUTHORITY, ACCOUNTS],
  'automated-decisions': [WHO, AUTHORITY, DECISIONS, TOOLS],
};

/**
 * What is done for a request, by when, and what is missing for a full answer.
 * @example planRight(openRequest({ id: '1', kind: 'automated-decisions', subjects: ['@a:b.c'], receivedAt: 0 }), {}).missing.length // 4
 */
export function planRight(request: RightsRequest, facts: RightFacts): RightPlan {
  const { kind, article, steps } = rightOf(request.kind);
  const needs = request.ended?.outcome === 'refused' ? [WHO, AUTHORITY] : NEEDS[kind];
  return {
    kind, article,
    steps: steps.map((step) => plannedStep(step, request)),
    missing: needs.filter(({ isThere }) => !isThere(facts)).map(({ what }) => what),
  };
}

function plannedStep({ id, does, atOnce = false }: RightStep, request: RightsRequest): PlannedStep {
  // When a restriction is lifted nobody knows yet.
  if (id === 'tell-before-lifting') return { id, does };
  if (atOnce) return { id, does, due: request.receivedAt };
  const answer = dueOf(request).endsAt;
  return { id, does, due: id === 'purge' ? Math.min(purgeDeadline(request.receivedAt), answer) : answer };
}
