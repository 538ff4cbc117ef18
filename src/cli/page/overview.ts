import { countAdded } from '../../erasure/plan-facts.ts';
import type { ErasurePlan } from '../../erasure/plan.ts';
import type { Verification } from '../../erasure/verification.ts';
import { groupWarnings, type WarningGroup } from '../../erasure/what-stays.ts';
import { countOf, formatCount, inWords } from '../text/numbers.ts';
import { scopeSentence, warningCount } from '../text/plan-text.ts';
import { checkSigns, treatmentOrder, verdictSentence, warningCodes } from '../text/sentences.ts';
import { treatmentParts } from './charts.ts';
import { html, type Html } from './html.ts';
import { code, section, time } from './marks.ts';
import { partsTable } from './parts-table.ts';

const LISTED = 20;

/** The head of the page: whose data, what will happen in a few sentences, and whether it has happened. */
export function heading(plan: ErasurePlan, verification: Verification | undefined): Html {
  const { request } = plan;
  return html`<header>
<p class="eyebrow">Erasure plan</p>
<h1>What happens to the data of ${joined(request.subjects.map(code))}</h1>
<p class="lede">${summary(plan)}</p>
${standing(verification)}
<dl class="facts">
<dt>Requested</dt><dd>${time(request.requestedAt)}</dd>
<dt>In effect from</dt><dd>${time(request.effectiveAt)}</dd>
<dt>Profile</dt><dd>${code(request.profile)}</dd>
<dt>Scope</dt><dd>${scopeSentence(request)}</dd>
<dt>Plan</dt><dd>${code(plan.digest)}</dd>${plan.supplements === undefined ? undefined : html`
<dt>Adds to plan</dt><dd>${code(plan.supplements)} <span class="soft">${countOf(countAdded(plan) ?? 0, 'new event')}</span></dd>`}
</dl>
</header>`;
}

/** What a plan comes to, in sentences. */
export function summary({ totals, rooms }: ErasurePlan): string {
  const all = treatmentOrder.reduce((sum, treatment) => sum + totals[treatment], 0);
  if (all === 0) return `The input holds no event of this person${totals.about === 0 ? '.' : `; ${countOf(totals.about, 'event')} of others are about them.`}`;
  const clauses = [
    [totals.redact, 'are redacted down to what their rooms need'],
    [totals.hide, 'stay with those who had access and are hidden from whoever comes later'],
    [totals.purge, 'are deleted for good'],
    [totals.keep, 'stay as they are'],
  ] as const;
  const told = clauses.filter(([count]) => count > 0).map(([count, fate]) => `${formatCount(count)} ${fate}`);
  const touched = rooms.filter(({ entries }) => entries.length > 0).length;
  const sentences = [
    `This person sent ${countOf(all, 'event')} in ${countOf(touched, 'room')}.`,
    `When this plan is carried out, ${inWords(told, ', and ')}.`,
    ...(totals.held === 0 ? [] : [`${countOf(totals.held, 'event')} ${totals.held === 1 ? 'is' : 'are'} under a hold and will not be destroyed.`]),
    ...(totals.about === 0 ? [] : [`${countOf(totals.about, 'event')} of other people are about this person; they are listed and not touched.`]),
  ];
  return sentences.join(' ');
}

/** How the events divide, as a table with bars. */
export function treatmentChart({ totals }: ErasurePlan): Html {
  return section('treatments', 'What happens to the events', html`${partsTable(treatmentParts(totals), { id: 'share', caption: "The person's events by what happens to them", heading: 'Treatment', noun: ['event', 'events'] })}
<p class="small soft beside">Beside these: ${formatCount(totals.held)} held, ${formatCount(totals.outOfReach)} out of reach of a redaction sent into their room, ${formatCount(totals.about)} events of others about the person.</p>`);
}

/** What to know before approving. */
export function warningNotes({ warnings }: ErasurePlan): Html | undefined {
  if (warnings.length === 0) return undefined;
  return section('warnings', 'Before you approve', html`<ul class="notes warn">${groupWarnings(warnings).map(warningNote)}</ul>`);
}

function warningNote(group: WarningGroup): Html {
  const rooms = group.warnings.flatMap(({ room_id }) => (room_id === undefined ? [] : [room_id]));
  const more = rooms.length > LISTED ? html` and ${formatCount(rooms.length - LISTED)} more` : undefined;
  return html`<li><strong>${warningCount(group)}.</strong> ${warningCodes[group.code].sentence}
${rooms.length === 0 ? undefined : html`<p class="small soft">${joined(rooms.slice(0, LISTED).map(code))}${more}</p>`}</li>
`;
}

function standing(verification: Verification | undefined): Html {
  if (verification === undefined) return html`<p class="state">Nothing has changed yet.</p>`;
  const status = ({ clean: 'passed', leftovers: 'failed', unknown: 'unknown' } as const)[verification.verdict];
  return html`<p class="state ${status}">${checkSigns[status]} Carried out and checked. ${verdictSentence(verification)}</p>`;
}

/** Markup in a row, with commas between. */
export function joined(parts: readonly Html[]): readonly Html[] {
  return parts.map((part, i) => (i === 0 ? part : html`, ${part}`));
}

/** The title of the page. */
export function pageTitle({ request }: ErasurePlan): string {
  return `Erasure plan: ${request.subjects.join(', ')}`;
}
