import { html, type Html } from '../page/html.ts';
import { hazardMark, mark, segmentMark, shapeMark } from './marks.ts';
import { arcsOf } from './figure.ts';
import type { EventNode, GraphModel, GraphNode } from './model.ts';

const SAMPLE: EventNode = {
  kind: 'event', id: '', row: 0, lane: 0, number: 0, event_id: '', type: '', sender: 0, is_state: false,
  verdict: 'authorized', redacted: false, redacted_by: [], extremity: false, outlier: false, missing: [],
};

type Entry = { readonly picture: Html; readonly text: string; readonly occurs: (node: GraphNode) => boolean };

const isEvent = (test: (node: EventNode) => boolean) => (node: GraphNode): boolean => node.kind === 'event' && test(node);

const ENTRIES: readonly Entry[] = [
  { picture: shapeMark('state', false), text: 'State event', occurs: isEvent((node) => node.is_state) },
  { picture: shapeMark('message', false), text: 'Message, or another event that is not state', occurs: isEvent((node) => !node.is_state && node.redacts === undefined) },
  { picture: shapeMark('redaction', false), text: 'Redaction', occurs: isEvent((node) => node.redacts !== undefined) },
  { picture: html`<g transform="translate(-7)">${shapeMark('state', true)}</g><g transform="translate(7)">${shapeMark('message', true)}</g>`, text: 'Hollow: redacted', occurs: isEvent((node) => node.redacted) },
  { picture: mark({ ...SAMPLE, verdict: 'rejected' }), text: 'Crossed out: rejected', occurs: isEvent((node) => node.verdict === 'rejected') },
  { picture: mark({ ...SAMPLE, verdict: 'soft-failed' }), text: 'Dashed ring: soft-failed', occurs: isEvent((node) => node.verdict === 'soft-failed') },
  { picture: hazardMark, text: 'Hazard: redacting it would change the room', occurs: isEvent((node) => node.hazard !== undefined) },
  { picture: mark({ ...SAMPLE, extremity: true }), text: 'Bar: forward extremity', occurs: isEvent((node) => node.extremity) },
  { picture: mark({ ...SAMPLE, missing: [''] }), text: 'Dashed stub: a parent is not there', occurs: isEvent((node) => node.missing.length > 0) },
  { picture: segmentMark('run', false), text: 'Several events in a line', occurs: (node) => node.kind === 'run' && !node.is_state },
  { picture: segmentMark('run', true), text: 'Several membership events in a line', occurs: (node) => node.kind === 'run' && node.is_state },
  { picture: segmentMark('braid', false), text: 'A stretch with many small forks and merges', occurs: (node) => node.kind === 'braid' },
];

/** What the marks mean, of those that occur. */
export function legend(model: GraphModel): Html {
  const shown = ENTRIES.filter(({ occurs }) => model.nodes.some(occurs));
  return html`<ul class="legend" aria-label="Marks">
${shown.map(({ picture, text }) => html`<li>${swatch(picture)}${text}</li>
`)}${arcsOf(model).length > 0 ? html`<li>${swatch(html`<path class="arc" d="M12 11Q-10 11-10 0T12-11"/>`)}Thin arcs: from a state event or a redaction to the events that allow it</li>` : undefined}</ul>
`;
}

function swatch(picture: Html): Html {
  return html`<svg width="30" height="26" viewBox="-15 -13 30 26" aria-hidden="true" focusable="false">${picture}</svg>`;
}
