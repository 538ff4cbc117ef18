import { scaleUtc } from 'd3-scale';
import { formatDate, formatDay, formatTime, isTime } from '../text/numbers.ts';
import type { Moment } from '../text/moments.ts';
import { html, type Html } from './html.ts';
import { day, time } from './marks.ts';

const LANE = 30;
const RADIUS = 11;
const AXIS = 34;
/** The first and last mark keep this much away from the edges (percent). */
const EDGE = 4;
/** Marks closer than this stand above each other (percent): 360 pixels have to be enough. */
const APART = 9;
const TICKS = 4;
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** How moments are shown: what the chart is called, to the minute unless by days, and what time it is, if anything is past. */
export type TimelineOptions = { readonly id: string; readonly title: string; readonly now?: number; readonly grain?: 'day' | 'minute'; readonly distance?: (at: number) => string };

/** Moments on a line, numbered, with the same numbers in a list below that says what they are. */
export function timelineOf(moments: readonly Moment[], options: TimelineOptions): Html {
  const { now, distance, grain } = options;
  return html`${chart(moments.filter(({ at }) => isTime(at)), options)}
<ol class="line">
${moments.map(({ at, what, more }, i) => html`<li${now !== undefined && at > now ? html` class="ahead"` : undefined}><span class="mark" aria-hidden="true">${i + 1}</span>${grain === 'day' ? day(at) : time(at)}<span class="soft small">${distance?.(at)}</span><p><strong>${what}.</strong> ${more}</p></li>
`)}</ol>`;
}

type Placed = { readonly moment: Moment; readonly number: number; readonly x: number; readonly lane: number };

function chart(moments: readonly Moment[], { id, title, now, grain }: TimelineOptions): Html | undefined {
  const [first, last] = [moments[0]?.at, moments.at(-1)?.at];
  if (first === undefined || last === undefined || first === last) return undefined;
  const inside = now !== undefined && isTime(now) ? [now] : [];
  const scale = scaleUtc().domain([Math.min(first, ...inside), Math.max(last, ...inside)]).range([EDGE, 100 - EDGE]);
  const placed = place(moments, scale);
  const axis = LANE * (1 + Math.max(...placed.map(({ lane }) => lane))) + 8;
  const told = placed.map(({ moment, number }) => `${number}, ${(grain === 'day' ? formatDate : formatTime)(moment.at)}: ${moment.what}`).join('; ');
  const format = formatDay(last - first > YEAR_MS ? 'month' : 'day');
  return html`<svg class="time" width="100%" height="${axis + AXIS}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title><desc id="${id}-d">${told}</desc>
<line class="axis" x1="0" x2="100%" y1="${axis}" y2="${axis}"/>
${scale.ticks(TICKS).map((at) => tick(scale(at), axis, format(at.getTime())))}
${inside.map((at) => html`<line class="now" x1="${percentOf(scale(at))}" x2="${percentOf(scale(at))}" y1="0" y2="${axis}"/>`)}
${placed.map((one) => stem(one, axis))}${placed.map((one) => mark(one, axis, now))}</svg>
${inside.length === 0 ? undefined : html`<p class="small soft">The dashed line is when this report was made; filled marks lie before it.</p>`}`;
}

/** Marks that are too close go up, one above the other. */
function place(moments: readonly Moment[], scale: (at: number) => number): readonly Placed[] {
  const ends: number[] = [];
  return moments.map((moment, i) => {
    const x = scale(moment.at);
    const free = ends.findIndex((end) => x - end >= APART);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = x;
    return { moment, number: i + 1, x, lane };
  });
}

function heightOf(lane: number, axis: number): number {
  return axis - 8 - RADIUS - lane * LANE;
}

function stem({ x, lane }: Placed, axis: number): Html {
  return html`<line class="stem" x1="${percentOf(x)}" x2="${percentOf(x)}" y1="${heightOf(lane, axis)}" y2="${axis}"/>`;
}

function mark({ moment, number, x, lane }: Placed, axis: number, now: number | undefined): Html {
  const ahead = now !== undefined && moment.at > now;
  const y = heightOf(lane, axis);
  return html`<circle class="${ahead ? 'mark ahead' : 'mark'}" cx="${percentOf(x)}" cy="${y}" r="${RADIUS}"/><text class="${ahead ? 'in ahead' : 'in'}" x="${percentOf(x)}" y="${y + 4}">${number}</text>`;
}

function tick(x: number, axis: number, label: string): Html {
  const anchor = x < 2 * EDGE ? 'start' : x > 100 - 2 * EDGE ? 'end' : 'middle';
  return html`<line class="axis" x1="${percentOf(x)}" x2="${percentOf(x)}" y1="${axis}" y2="${axis + 5}"/><text class="tick" text-anchor="${anchor}" x="${percentOf(x)}" y="${axis + 22}">${label}</text>`;
}

function percentOf(x: number): string {
  return `${x.toFixed(2)}%`;
}
