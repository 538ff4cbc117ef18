import type { PlanTotals, Treatment } from '../../erasure/plan.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { treatmentOrder, treatments } from '../text/sentences.ts';
import { html, type Html } from './html.ts';

/** The narrowest part of a bar that can still be seen (percent). */
const NARROWEST = 0.75;

/** The patterns that tell the treatments apart without colour, once a page. */
export const patterns: Html = html`<svg width="0" height="0" aria-hidden="true" focusable="false" style="position:absolute"><defs>
<pattern id="fill-redact" class="ink-redact" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="var(--card)"/><rect width="3.5" height="6" fill="currentColor"/></pattern>
<pattern id="fill-hide" class="ink-hide" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="var(--card)"/><circle cx="1.5" cy="1.5" r="1.4" fill="currentColor"/><circle cx="4.5" cy="4.5" r="1.4" fill="currentColor"/></pattern>
<pattern id="fill-purge" class="ink-purge" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="currentColor"/></pattern>
<pattern id="fill-keep" class="ink-keep" width="6" height="5" patternUnits="userSpaceOnUse"><rect width="6" height="5" fill="var(--card)"/><rect width="6" height="2" fill="currentColor"/></pattern>
</defs></svg>`;

/** A small square in the pattern of a treatment, for beside its name. */
export function swatch(treatment: Treatment): Html {
  return html`<svg class="swatch ${treatment}" width="14" height="14" aria-hidden="true" focusable="false"><rect x=".5" y=".5" width="13" height="13" fill="url(#fill-${treatment})"/></svg>`;
}

/** The name of a treatment in its colour, with its pattern. */
export function treatmentName(treatment: Treatment): Html {
  return html`<span class="name ${treatment}">${swatch(treatment)}${treatments[treatment].label}</span>`;
}

/** One treatment's share of all events, as a bar. */
export function shareBar(treatment: Treatment, totals: PlanTotals): Html {
  const all = sumOf(totals);
  const share = all === 0 ? 0 : (100 * totals[treatment]) / all;
  const id = `share-${treatment}`;
  return html`<svg class="bar ${treatment}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${treatments[treatment].label}: ${shareOf(treatment, totals)}</title>
<desc id="${id}-d">${formatCount(totals[treatment])} of ${countOf(all, 'event')}</desc><rect class="track" width="100%" height="100%"/>${share === 0 ? undefined : part(treatment, 0, Math.max(share, NARROWEST))}</svg>`;
}

/** The treatments of a room side by side, as one bar. */
export function roomBar(totals: PlanTotals, id: string): Html {
  const parts = layOut(totals);
  const told = parts.map(({ treatment }) => `${treatments[treatment].label} ${formatCount(totals[treatment])}`).join(', ');
  return html`<svg class="bar" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">Events by treatment</title><desc id="${id}-d">${told === '' ? 'none' : told}</desc>
<rect class="track" width="100%" height="100%"/>${parts.map(({ treatment, from, width }) => part(treatment, from, width))}</svg>`;
}

/** A treatment's share of all events, in percent. */
export function shareOf(treatment: Treatment, totals: PlanTotals): string {
  const all = sumOf(totals);
  return percent(all === 0 ? 0 : (100 * totals[treatment]) / all);
}

/**
 * A share in percent, never rounded to nothing or to everything.
 * @example percent(99.97) // 'over 99.9 %'
 */
export function percent(share: number): string {
  if (share > 0 && share < 0.1) return 'under 0.1 %';
  if (share > 99.9 && share < 100) return 'over 99.9 %';
  return `${share.toFixed(share === 0 || share === 100 ? 0 : 1)} %`;
}

type Part = { readonly treatment: Treatment; readonly from: number; readonly width: number };

/** Where each part of a bar lies (percent): true to its share, but for parts that would be too narrow to see. */
export function layOut(totals: PlanTotals): readonly Part[] {
  const present = treatmentOrder.filter((treatment) => totals[treatment] > 0);
  const all = sumOf(totals);
  const widened = present.map((treatment) => Math.max((100 * totals[treatment]) / all, NARROWEST));
  const scale = 100 / widened.reduce((sum, width) => sum + width, 0);
  return present.map((treatment, i) => ({
    treatment,
    from: scale * widened.slice(0, i).reduce((sum, width) => sum + width, 0),
    width: scale * (widened[i] ?? 0),
  }));
}

function part(treatment: Treatment, from: number, width: number): Html {
  return html`<rect class="part ${treatment}" x="${from.toFixed(3)}%" width="${width.toFixed(3)}%" height="100%" fill="url(#fill-${treatment})"/>`;
}

function sumOf(totals: PlanTotals): number {
  return treatmentOrder.reduce((sum, treatment) => sum + totals[treatment], 0);
}
