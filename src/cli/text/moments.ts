import type { ErasurePlan } from '../../erasure/plan.ts';
import { countOf, formatCount, inWords } from './numbers.ts';

/** Something that happens at a time (ms since 1970, UTC), in a few words and more. */
export type Moment = { readonly at: number; readonly what: string; readonly more: string };

/** What a plan has dates for. */
export type Dated = Pick<ErasurePlan, 'deadlines'> & {
  readonly request: Pick<ErasurePlan['request'], 'requestedAt' | 'effectiveAt' | 'revokedAt'>;
  readonly totals: Pick<ErasurePlan['totals'], 'hide' | 'redact' | 'purge'>;
  /** How many files are to go. */
  readonly files: number;
};

/** What happens when, the first first. */
export function momentsOf({ request, deadlines, totals, files }: Dated): readonly Moment[] {
  const gone = [
    ...(totals.purge === 0 ? [] : [`${countOf(totals.purge, 'event')} that nobody else had access to`]),
    ...(files === 0 ? [] : [`${countOf(files, 'file')} that nothing left refers to`]),
  ];
  const purge = gone.length === 0 ? 'Nothing in this plan has to be purged.' : `To be gone by then: ${inWords(gone)}.`;
  const moments = [
    { at: request.requestedAt, what: 'The person asked', more: 'The deadlines run from here.' },
    { at: request.effectiveAt, what: 'The erasure takes effect', more: `From now on newcomers are not served what ${formatCount(totals.hide)} hidden and ${formatCount(totals.redact)} redacted events said.` },
    { at: deadlines.answer, what: 'The answer is due', more: 'The person has to be told what was done, and what was not and why.' },
    { at: deadlines.purge, what: 'The purge is due', more: purge },
    ...(deadlines.review === undefined ? [] : [{ at: deadlines.review, what: 'A hold has to be reviewed', more: 'If it is no longer needed, what it covers can go: plan again without it.' }]),
    ...(request.revokedAt === undefined ? [] : [{ at: request.revokedAt, what: 'The person took the request back', more: 'What they sent after they joined again is not covered.' }]),
  ];
  return moments.sort((one, other) => one.at - other.at);
}
