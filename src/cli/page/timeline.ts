import type { ErasurePlan } from '../../erasure/plan.ts';
import { countOf, formatCount, formatDistance, inWords, isTime } from '../text/numbers.ts';
import { redactionsSentence } from '../text/sends-text.ts';
import { steps } from '../text/sentences.ts';
import { html, type Html } from './html.ts';
import { section, time } from './marks.ts';

type Moment = { readonly at: number; readonly what: string; readonly more: string };

/** What happens when, and in which order it is done. */
export function timeline(plan: ErasurePlan): Html {
  const { request } = plan;
  const moments = momentsOf(plan).sort((a, b) => a.at - b.at);
  const distance = (at: number): string =>
    at === request.requestedAt || !isTime(at) || !isTime(request.requestedAt) ? '' : ` (${formatDistance(request.requestedAt, at)} the request)`;
  return section('when', 'What happens when', html`<ol class="line">
${moments.map(({ at, what, more }) => html`<li>${time(at)}<span class="soft small">${distance(at)}</span><p><strong>${what}.</strong> ${more}</p></li>
`)}</ol>
<h3 id="order">In this order</h3>
<ol class="do" aria-labelledby="order">
${plan.steps.filter(({ count }) => count > 0).map(({ step, count, due }) => html`<li>${steps[step].sentence}: ${countOf(count, steps[step].unit)}${step === 'redact' ? redactionsSentence(plan) : undefined}${due === undefined ? undefined : html`, by ${time(due)}`}.</li>
`)}</ol>`);
}

function momentsOf({ request, deadlines, totals, media }: ErasurePlan): Moment[] {
  const gone = [
    ...(totals.purge === 0 ? [] : [`${countOf(totals.purge, 'event')} that nobody else had access to`]),
    ...(media.purge.length === 0 ? [] : [`${countOf(media.purge.length, 'file')} that nothing left refers to`]),
  ];
  const purge = gone.length === 0 ? 'Nothing in this plan has to be purged.' : `To be gone by then: ${inWords(gone)}.`;
  return [
    { at: request.requestedAt, what: 'The person asked', more: 'The deadlines run from here.' },
    { at: request.effectiveAt, what: 'The erasure takes effect', more: `From now on newcomers are not served what ${formatCount(totals.hide)} hidden and ${formatCount(totals.redact)} redacted events said.` },
    { at: deadlines.answer, what: 'The answer is due', more: 'The person has to be told what was done, and what was not and why.' },
    { at: deadlines.purge, what: 'The purge is due', more: purge },
    ...(deadlines.review === undefined ? [] : [{ at: deadlines.review, what: 'A hold has to be reviewed', more: 'If it is no longer needed, what it covers can go: plan again without it.' }]),
    ...(request.revokedAt === undefined ? [] : [{ at: request.revokedAt, what: 'The person took the request back', more: 'What they sent after they joined again is not covered.' }]),
  ];
}
