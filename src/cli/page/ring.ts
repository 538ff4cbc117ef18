import { arc, pie, type PieArcDatum } from 'd3-shape';
import { countOf, formatCount } from '../text/numbers.ts';
import { sumOf, type Noun, type Part } from './charts.ts';
import { html, type Html } from './html.ts';

const RADIUS = 80;
const HOLE = 50;
/** A part that is too small to see gets as much of the ring as this many hundredths. */
const NARROWEST = 1.5;

/** Recipients by state as a ring, with how many were told in the middle. A table has to stand beside it. */
export function ring(parts: readonly Part[], { id, title, noun, done }: { readonly id: string; readonly title: string; readonly noun: Noun; readonly done: number }): Html | undefined {
  const all = sumOf(parts);
  if (all === 0) return undefined;
  const present = parts.filter(({ count }) => count > 0);
  const told = present.map(({ label, count }) => `${label}: ${formatCount(count)}`).join('; ');
  const slices = pie<Part>().sort(null).value(({ count }) => Math.max(count, (all * NARROWEST) / 100)).padAngle(present.length > 1 ? 0.025 : 0)([...present]);
  return html`<svg class="ring" viewBox="${-RADIUS - 2} ${-RADIUS - 2} ${2 * RADIUS + 4} ${2 * RADIUS + 4}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title>
<desc id="${id}-d">Of ${countOf(all, ...noun)}: ${told}</desc>
${slices.map(slice)}
<text class="number" y="4">${formatCount(done)}</text><text class="of" y="24">of ${formatCount(all)} told</text></svg>`;
}

function slice(datum: PieArcDatum<Part>): Html {
  const path = arc<PieArcDatum<Part>>().innerRadius(HOLE).outerRadius(RADIUS).cornerRadius(2).digits(2)(datum);
  return html`<path class="part ${datum.data.ink}" d="${path ?? ''}" fill="url(#fill-${datum.data.ink})"/>`;
}
