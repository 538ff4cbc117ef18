import type { ErasurePlan } from '../../erasure/plan.ts';
import { momentsOf } from '../text/moments.ts';
import { countOf, formatDistance, isTime } from '../text/numbers.ts';
import { redactionsSentence } from '../text/sends-text.ts';
import { steps } from '../text/sentences.ts';
import { html, type Html } from './html.ts';
import { section, time } from './marks.ts';
import { timelineOf } from './timeline-chart.ts';

/** What happens when, and in which order it is done. */
export function timeline(plan: ErasurePlan): Html {
  const { request, deadlines, totals, media } = plan;
  const moments = momentsOf({ request, deadlines, totals, files: media.purge.length });
  const distance = (at: number): string =>
    at === request.requestedAt || !isTime(at) || !isTime(request.requestedAt) ? '' : ` (${formatDistance(request.requestedAt, at)} the request)`;
  return section('when', 'What happens when', html`${timelineOf(moments, { id: 'time', title: 'What happens when', distance })}
<h3 id="order">In this order</h3>
<ol class="do" aria-labelledby="order">
${plan.steps.filter(({ count }) => count > 0).map(({ step, count, due }) => html`<li>${steps[step].sentence}: ${countOf(count, steps[step].unit)}${step === 'redact' ? redactionsSentence(plan) : undefined}${due === undefined ? undefined : html`, by ${time(due)}`}.</li>
`)}</ol>`);
}
