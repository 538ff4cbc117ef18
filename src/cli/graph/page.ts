import { pageOf } from '../page/document.ts';
import { html, writeHtml, type Html, type HtmlPart } from '../page/html.ts';
import { code, section } from '../page/marks.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { arcsOf, drawGraph } from './figure.ts';
import { legend } from './legend.ts';
import type { GraphModel } from './model.ts';
import { graphStyle } from './style.ts';
import { tables } from './tables.ts';

/** The most rows that a page is made of: about 12 megabytes. */
export const MOST_ROWS = 20_000;

/**
 * The graph of a room as one HTML file that needs no network and no script: a picture for reading, printing and for papers, and the same
 * in words. It holds identifiers, types and state keys, and nothing of what the events said.
 */
export function renderGraphPage(model: GraphModel): string {
  return writeHtml(pageOf(`Event graph: ${model.room_id}`, html`<header>
<p class="eyebrow">Event graph</p>
<h1>${code(model.room_id)}</h1>
<dl class="counts">${factRows(model).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>
`)}</dl>
</header>
<nav aria-label="On this page"><ul><li><a href="#graph">Graph</a></li><li><a href="#events">The same in words</a></li></ul></nav>
<main id="main" tabindex="-1">
${section('graph', 'The graph', figure(model))}
${tables(model)}
</main>
<footer><p>This page holds identifiers, types, state keys and counts. It holds no content of events.</p></footer>`, { about: 'graph', styles: graphStyle }));
}

function factRows({ room_version: version, totals, senders, missing_parents: missing, loops }: GraphModel): readonly (readonly [string, HtmlPart])[] {
  const counted: readonly (readonly [name: string, count: number])[] = [
    ['Events', totals.events], ['State events', totals.state], ['Forks', totals.forks], ['Merges', totals.merges], ['Forward extremities', totals.extremities],
    ['Redactions', totals.redactions], ['Redacted', totals.redacted], ['Rejected', totals.rejected], ['Soft-failed', totals.soft_failed],
    ['Hazards', totals.hazards], ['Not judged', totals.unknown], ['Parents not there', missing.length], ['References in a circle', loops.length], ['Senders', senders.length],
  ];
  return [['Room version', version], ...counted.filter(([, count]) => count > 0).map(([name, count]) => [name, formatCount(count)] as const)];
}

function figure(model: GraphModel): Html {
  const { nodes } = model;
  return html`${legend(model)}<figure>
<div class="scroll" tabindex="0" role="region" aria-label="The graph; it may be wider than the screen">
${nodes.length === 0 ? html`<p>No events.</p>` : html`<div role="img" aria-label="Event graph of the room ${model.room_id}" aria-describedby="caption">
${drawGraph(model)}</div>`}</div>
<figcaption id="caption">${caption(model)}</figcaption>
</figure>`;
}

function caption(model: GraphModel): Html {
  const { room_id: room, room_version: version, totals, nodes } = model;
  const folded = totals.folded === 0
    ? 'Every event has a row of its own.'
    : `${formatCount(totals.folded)} events that say nothing by themselves are folded, several to a row; so ${formatCount(totals.events)} events take ${countOf(nodes.length, 'row')}.`;
  return html`The events of ${code(room)}, room version ${version}: time runs down, and a line leads from each event up to the events that it follows.
Numbers give the place of an event in the room. ${folded}${gapNote(model)}${authNote(model)}`;
}

function gapNote({ totals: { unknown }, missing_parents: missing, loops }: GraphModel): string {
  const reasons = [...(missing.length > 0 || loops.length === 0 ? ['is not all there'] : []), ...(loops.length > 0 ? ['leads in a circle'] : [])];
  return unknown === 0 ? '' : ` Whether the rules allow ${countOf(unknown, 'event')} cannot be told: what they rest on ${reasons.join(' or ')}.`;
}

function authNote(model: GraphModel): string {
  const auth = model.edges.filter(({ kind }) => kind === 'auth').length;
  if (auth === 0 || arcsOf(model).length > 0) return '';
  return ` There are too many lines to the events that allow others to draw them, ${formatCount(auth)}: they are in the output of --dot and --json.`;
}
