import type { FileFindings } from './fingerprints/search-files.ts';

/** What a check can say. What could not be checked is `unknown`, never `passed`. */
export type CheckStatus = 'passed' | 'failed' | 'unknown';

/** The independent checks made after an erasure, named by what must hold. */
export type CheckName =
  /** Planning the original again gives the same plan: no event of the subject's is left out, and none of anybody else's is in it. */
  | 'plan-complete'
  /** Every event of the original is there, unless it was to be purged; nothing was added. */
  | 'events-complete'
  /** Every event of the subject has the form its treatment demands. */
  | 'treatments-applied'
  /** Nobody else's event was changed, but for copies of the subject's that a server had put into `unsigned`. */
  | 'others-untouched'
  /** Event IDs and reference hashes, computed again, are what they were. */
  | 'ids-unchanged'
  /** The content hash mismatches where redaction removed something hashed, and only there. */
  | 'content-hashes'
  /** Signatures that held still hold. */
  | 'signatures'
  /** The state after every event names the same events. */
  | 'state-unchanged'
  /** Every event that was allowed still is, and every rejected one is still rejected. */
  | 'authorization-unchanged'
  /** Nothing that the subject wrote is in what a new viewer is served, but for events that the plan keeps: these are counted. */
  | 'nothing-left-for-new-viewers'
  /** Applying the plan to the result changes nothing. */
  | 'idempotent';

/** An event whose verdict is another one now: `authorized`, `soft-failed`, `unknown`, or `rejected` and by which rule. */
export type VerdictChange = { readonly event_id: string; readonly before: string; readonly after: string };

/** One check and what it found. Examples are event IDs, at most ten. */
export type Check = {
  readonly check: CheckName;
  readonly status: CheckStatus;
  readonly checked: number;
  readonly failed: number;
  /** Why the check, or part of it, could not be made. */
  readonly unknown?: string;
  /** How many events that the plan keeps hold text of the subject's which the check passes over. */
  readonly excepted?: number;
  /** Which verdicts changed, and how, for the first ten examples. */
  readonly changes?: readonly VerdictChange[];
  readonly examples: readonly string[];
};

/** What a search for the subjects' texts found in what is left. */
export type TextSearch = FileFindings & {
  /** How many texts stand only in events of others that the plan lists as about the person, and does not touch. */
  readonly listed: number;
};

/** What verification found: `clean` only when every check passed, and no text was found or could not be told. */
export type Verification = {
  readonly verdict: 'clean' | 'leftovers' | 'unknown';
  readonly checks: readonly Check[];
  readonly texts?: TextSearch;
};

/**
 * Adds to a verification what a search for the person's texts found.
 * @example withTextSearch({ verdict: 'clean', checks: [] }, { verdict: 'found', counts: {}, texts: [], files: [], listed: 0 }).verdict // 'leftovers'
 */
export function withTextSearch(verification: Verification, texts: TextSearch): Verification {
  const { verdict } = verification;
  if (texts.verdict === 'found' || verdict === 'leftovers') return { ...verification, verdict: 'leftovers', texts };
  return { ...verification, verdict: texts.verdict === 'unknown' ? 'unknown' : verdict, texts };
}
