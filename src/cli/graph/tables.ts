import { html, type Html } from '../page/html.ts';
import { breakable, code, section } from '../page/marks.ts';
import { shareOut } from '../page/row-budget.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { hazardOf } from '../../erasure/what-stays.ts';
import { asIs, createLabels, type Labels } from './labels.ts';
import type { EventNode, GraphModel, GraphNode, SegmentNode } from './model.ts';

/** The most rows of all the tables of events together. */
export const TABLE_ROWS = 800;
const SENDERS_SHOWN = 50;

type Group = { readonly title: string; readonly sentence?: string; readonly nodes: readonly GraphNode[] };

const KINDS: readonly (readonly [title: string, sentence: string, test: (node: EventNode) => boolean])[] = [
  ['Rejected', 'The rules, or the server that kept them, did not accept these events.', (node) => node.verdict === 'rejected'],
  ['Soft-failed', 'The server accepted these events for the graph, and shows them to nobody.', (node) => node.verdict === 'soft-failed'],
  ['Redacted', 'A redaction applies to these events, or they came redacted.', (node) => node.redacted],
  ['Redactions', 'What each one names, and whether it applies.', (node) => node.redacts !== undefined],
];

/** The facts of the drawing as tables: one group for each thing that can be marked, each event in the first that fits. */
export function tables(model: GraphModel): Html {
  const labels = createLabels(model, asIs);
  const groups = groupsOf(model.nodes);
  const shares = shareOut(groups.map(({ nodes }) => nodes.length), TABLE_ROWS);
  return section('events', 'The same in words', html`${groups.map((group, i) => groupTable(group, shares[i] ?? 0, labels))}${senderTable(model)}`);
}

function groupsOf(nodes: readonly GraphNode[]): readonly Group[] {
  const events = nodes.filter((node) => node.kind === 'event');
  const kindOf = (node: EventNode): number => KINDS.findIndex(([, , test]) => test(node));
  const plain = events.filter((node) => kindOf(node) < 0);
  const hazards = [...new Set(plain.flatMap(({ hazard }) => hazard ?? []))];
  const safe = plain.filter(({ hazard }) => hazard === undefined);
  const groups: readonly Group[] = [
    ...KINDS.map(([title, sentence], kind) => ({ title, sentence, nodes: events.filter((node) => kindOf(node) === kind) })),
    ...hazards.map((id) => ({ title: `Hazard: ${id}`, sentence: hazardOf(id)?.consequence ?? '', nodes: plain.filter(({ hazard }) => hazard === id) })),
    { title: 'Other state events', nodes: safe.filter((node) => node.is_state) },
    { title: 'Other events', nodes: safe.filter((node) => !node.is_state) },
    { title: 'Folded', sentence: 'Events that say nothing by themselves, several to a row.', nodes: nodes.filter((node) => node.kind !== 'event') },
  ];
  return groups.filter((group) => group.nodes.length > 0);
}

function groupTable({ title, sentence, nodes }: Group, rows: number, labels: Labels): Html {
  const rest = nodes.length - rows;
  const folded = nodes[0]?.kind !== 'event';
  return html`<div class="group"><table><caption><p><strong>${title}</strong>, ${countOf(nodes.length, folded ? 'row' : 'event')}</p>${sentence === undefined ? undefined : html`<p class="soft">${sentence}</p>`}</caption>
<thead><tr><th scope="col" class="number">No.</th><th scope="col" class="what">${folded ? 'Types' : 'Type and state key'}</th><th scope="col" class="who">${folded ? 'Senders and shape' : 'Sender, and what is noted'}</th><th scope="col">Event ID</th></tr></thead><tbody>
${nodes.slice(0, rows).map((node) => (node.kind === 'event' ? eventRow(node, labels) : segmentRow(node, labels)))}</tbody></table>${
  rest > 0 ? html`<p class="small">The first ${formatCount(rows)} of ${formatCount(nodes.length)} shown; --json has all.</p>` : undefined}</div>
`;
}

function eventRow(node: EventNode, labels: Labels): Html {
  const notes = labels.notes(node).map(({ text }) => html`<br><span class="soft">${text}</span>`);
  const key = node.state_key === undefined || node.state_key === '' ? undefined : html`<br><span class="soft">${breakable(node.state_key)}</span>`;
  return html`<tr><td>${formatCount(node.number)}</td><td>${breakable(node.type)}${key}</td><td>${breakable(labels.sender(node))}${notes}</td><td>${code(node.event_id)}</td></tr>
`;
}

function segmentRow(node: SegmentNode, labels: Labels): Html {
  const types = node.types.slice(0, 12).map(([type, count], i) => html`${i === 0 ? undefined : html`<br>`}${breakable(type)} ${formatCount(count)}`);
  const more = node.types.length - types.length;
  const shape = node.kind === 'braid' ? html`<br><span class="soft">${countOf(node.forks, 'fork')}, ${countOf(node.merges, 'merge')}</span>` : undefined;
  const [first = ''] = node.event_ids;
  return html`<tr><td>${labels.number(node)}</td><td>${types}${more > 0 ? html`<br>${countOf(more, 'more type')}` : undefined}</td><td>${labels.sender(node)}${shape}</td><td>${code(first)}<br><span class="soft">and ${formatCount(node.events - 1)} more</span></td></tr>
`;
}

function senderTable({ senders }: GraphModel): Html {
  const ordered = [...senders].sort((one, other) => other.events - one.events);
  const rest = ordered.length - SENDERS_SHOWN;
  return html`<div class="group"><table><caption><p><strong>Senders</strong>, ${formatCount(senders.length)}</p></caption>
<thead><tr><th scope="col">User ID</th><th scope="col" class="n">Events</th></tr></thead><tbody>
${ordered.slice(0, SENDERS_SHOWN).map(({ user_id: id, events }) => html`<tr><td>${breakable(id)}</td><td class="n">${formatCount(events)}</td></tr>
`)}</tbody></table>${rest > 0 ? html`<p class="small">The ${formatCount(SENDERS_SHOWN)} with the most events shown, of ${formatCount(senders.length)}.</p>` : undefined}</div>
`;
}
