import { scaleLinear, type ScaleLinear } from 'd3-scale';
import type { PlanTotals, Treatment } from '../../erasure/plan.ts';
import { countOf, formatCount, percent } from '../text/numbers.ts';
import { treatmentOrder, treatments } from '../text/sentences.ts';
import { html, type Html } from './html.ts';

/** A colour with a pattern of its own, so that colour is never the only sign: the treatments have one each. */
export type Ink = Treatment | 'held' | 'good';

/** A part of a whole, as charts show it. */
export type Part = { readonly ink: Ink; readonly label: string; readonly count: number };

/** A part with what it means. */
export type ExplainedPart = Part & { readonly sentence: string };

/** What is counted: one of it, and several. */
export type Noun = readonly [one: string, many: string];

/** The narrowest part of a bar that can still be seen (percent). */
const NARROWEST = 0.75;

/** The patterns that tell inks apart without colour, once a page. */
export const patterns: Html = html`<svg width="0" height="0" aria-hidden="true" focusable="false" style="position:absolute"><defs>
<pattern id="fill-redact" class="ink-redact" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="var(--card)"/><rect width="3.5" height="6" fill="currentColor"/></pattern>
<pattern id="fill-hide" class="ink-hide" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="var(--card)"/><circle cx="1.5" cy="1.5" r="1.4" fill="currentColor"/><circle cx="4.5" cy="4.5" r="1.4" fill="currentColor"/></pattern>
<pattern id="fill-purge" class="ink-purge" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="currentColor"/></pattern>
<pattern id="fill-keep" class="ink-keep" width="6" height="5" patternUnits="userSpaceOnUse"><rect width="6" height="5" fill="var(--card)"/><rect width="6" height="2" fill="currentColor"/></pattern>
<pattern id="fill-held" class="ink-held" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7" fill="var(--card)"/><path d="M0 0L7 7M7 0L0 7" stroke="currentColor" stroke-width="1.2"/></pattern>
<pattern id="fill-good" class="ink-good" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="currentColor"/></pattern>
</defs></svg>`;

/** A small square in the pattern of an ink, for beside its name. */
export function swatch(ink: Ink): Html {
  return html`<svg class="swatch ${ink}" width="14" height="14" aria-hidden="true" focusable="false"><rect x=".5" y=".5" width="13" height="13" fill="url(#fill-${ink})"/></svg>`;
}

/** The name of a part in its colour, with its pattern. */
export function partName({ ink, label }: Pick<Part, 'ink' | 'label'>): Html {
  return html`<span class="name ${ink}">${swatch(ink)}${label}</span>`;
}

/** The name of a treatment in its colour, with its pattern. */
export function treatmentName(treatment: Treatment): Html {
  return partName({ ink: treatment, label: treatments[treatment].label });
}

/** The treatments of events as parts of a whole. */
export function treatmentParts(totals: Pick<PlanTotals, Treatment>): readonly ExplainedPart[] {
  return treatmentOrder.map((treatment) => ({ ink: treatment, ...treatments[treatment], count: totals[treatment] }));
}

/** One part's share of all, as a bar. */
export function shareBar({ ink, label, count }: Part, { all, noun, id }: { readonly all: number; readonly noun: Noun; readonly id: string }): Html {
  const width = Math.max(ofWhole(all)(count), NARROWEST);
  return html`<svg class="bar ${ink}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${label}: ${shareOf(count, all)}</title>
<desc id="${id}-d">${formatCount(count)} of ${countOf(all, ...noun)}</desc><rect class="track" width="100%" height="100%"/>${count === 0 ? undefined : partRect({ ink, from: 0, width })}</svg>`;
}

/** Parts side by side, as one bar. */
export function partsBar(parts: readonly Part[], { title, id }: { readonly title: string; readonly id: string }): Html {
  const told = parts.filter(({ count }) => count > 0).map(({ label, count }) => `${label} ${formatCount(count)}`).join(', ');
  return html`<svg class="bar" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title><desc id="${id}-d">${told === '' ? 'none' : told}</desc>
<rect class="track" width="100%" height="100%"/>${layOut(parts).map(partRect)}</svg>`;
}

/** A share of all, in percent. */
export function shareOf(count: number, all: number): string {
  return percent(ofWhole(all)(count));
}

/** Where a part of a bar lies (percent). */
export type PlacedPart = { readonly ink: Ink; readonly from: number; readonly width: number };

/** Where each part of a bar lies: true to its share, but for parts that would be too narrow to see. */
export function layOut(parts: readonly Part[]): readonly PlacedPart[] {
  const share = ofWhole(sumOf(parts));
  const present = parts.filter(({ count }) => count > 0).map(({ ink, count }) => ({ ink, width: Math.max(share(count), NARROWEST) }));
  const widened = ofWhole(present.reduce((sum, { width }) => sum + width, 0));
  return present.map(({ ink, width }, i) => ({ ink, from: widened(present.slice(0, i).reduce((sum, part) => sum + part.width, 0)), width: widened(width) }));
}

/** How many there are in all parts. */
export function sumOf(parts: readonly Pick<Part, 'count'>[]): number {
  return parts.reduce((sum, { count }) => sum + count, 0);
}

function ofWhole(all: number): ScaleLinear<number, number> {
  return scaleLinear().domain([0, Math.max(all, 1)]).range([0, 100]);
}

function partRect({ ink, from, width }: PlacedPart): Html {
  return html`<rect class="part ${ink}" x="${from.toFixed(3)}%" width="${width.toFixed(3)}%" height="100%" fill="url(#fill-${ink})"/>`;
}
