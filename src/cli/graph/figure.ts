import { html, type Html } from '../page/html.ts';
import { columnsOf, visible } from '../text/visible.ts';
import { asIs, createLabels, fit, widest, type Labels } from './labels.ts';
import { hazardMark, mark } from './marks.ts';
import type { Bend, GraphEdge, GraphModel, GraphNode, Strand } from './model.ts';

const ROW = 24;
/** A printed page ends after so many rows, or a multiple. */
const ROWS_IN_BAND = 10;
const LANE = 18;
const NARROWEST_LANE = 3;
const LANES_WIDTH = 900;
const GUTTER = 96;
/** The width of a character in the fixed-width font of 12 pixels, and of the other one. */
const CHARACTER = 7.25;
const NOTE_CHARACTER = 6.5;
const NAME_COLUMNS = 46;
const NOTE_COLUMNS = 64;
/** More arcs than this say nothing to the eye. */
export const MOST_ARCS = 1500;
/** An arc turns within so many rows. */
const ARC_TURN = 6;

type Geometry = {
  readonly lane: (lane: number) => number;
  readonly left: number;
  readonly flag: number;
  readonly number: number;
  readonly name: number;
  readonly sender: number;
  readonly note: number;
  readonly width: number;
};

/** The rows of one picture. */
type Band = { readonly from: number; readonly to: number; readonly strands: readonly Strand[]; readonly bends: readonly Bend[]; readonly arcs: readonly Arc[] };
type Placing = { readonly y: (row: number) => number; readonly geometry: Geometry };
type Arc = { readonly low: GraphNode; readonly high: GraphNode };

/** The graph as pictures one under the other, so that a sheet of paper can end between two; on a screen they are one. */
export function drawGraph(model: GraphModel): Html {
  const labels = createLabels(model, asIs);
  const geometry = measure(model, labels);
  return html`${bandsOf(model).map((band) => drawBand(band, { model, labels, geometry }))}`;
}

/** The auth edges that are drawn: those of state and redactions, for every message would repeat the same three. None if they are too many. */
export function arcsOf({ nodes, edges }: GraphModel): readonly Arc[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const arcs = edges.flatMap(({ from, to, kind }: GraphEdge) => {
    const [low, high] = [byId.get(from), byId.get(to)];
    return kind === 'auth' && low !== undefined && high !== undefined && citesForItself(low) ? [{ low, high }] : [];
  });
  return arcs.length > MOST_ARCS ? [] : arcs;
}

function citesForItself(node: GraphNode): boolean {
  return node.is_state || (node.kind === 'event' && (node.redacts !== undefined || node.verdict === 'rejected' || node.verdict === 'soft-failed'));
}

function measure(model: GraphModel, labels: Labels): Geometry {
  const { nodes, lanes } = model;
  const pitch = Math.max(NARROWEST_LANE, Math.min(LANE, LANES_WIDTH / Math.max(1, lanes)));
  const left = 14 + (arcsOf(model).length > 0 ? GUTTER : 0);
  const flag = left + pitch * Math.max(0, lanes - 1) + 24;
  const number = flag + (nodes.some((node) => node.kind === 'event' && node.hazard !== undefined) ? 12 : -12) + CHARACTER * widest(nodes.map(labels.number), 20);
  const name = number + 12;
  const sender = name + 12 + CHARACTER * widest(nodes.map((node) => nameOf(node, labels).join(' ')), NAME_COLUMNS);
  const note = sender + 12 + CHARACTER * widest(nodes.map(labels.sender), NAME_COLUMNS);
  const width = note + 10 + NOTE_CHARACTER * widest(nodes.map((node) => notesOf(node, labels)), NOTE_COLUMNS);
  return { lane: (lane) => round(left + pitch * lane), left, flag, number: round(number), name: round(name), sender: round(sender), note: round(note), width: Math.ceil(width) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function nameOf(node: GraphNode, labels: Labels): readonly [type: string, stateKey: string] | readonly [type: string] {
  const [type, key] = [fit(labels.type(node), NAME_COLUMNS), labels.stateKey(node)];
  const left = NAME_COLUMNS - columnsOf(visible(type)) - 1;
  return key === '' || left < 6 ? [type] : [type, fit(key, left)];
}

function notesOf(node: GraphNode, labels: Labels): string {
  return fit(labels.notes(node).map(({ text }) => text).join(', '), NOTE_COLUMNS);
}

/** Cuts the drawing; each line and arc goes to every band that it crosses. */
function bandsOf(model: GraphModel): readonly Band[] {
  const { nodes } = model;
  const count = Math.ceil(nodes.length / ROWS_IN_BAND);
  const bands = Array.from({ length: count }, (_, index) => ({
    from: index * ROWS_IN_BAND, to: Math.min(nodes.length, (index + 1) * ROWS_IN_BAND), strands: [] as Strand[], bends: [] as Bend[], arcs: [] as Arc[],
  }));
  const across = (top: number, bottom: number): typeof bands => bands.slice(Math.floor(top / ROWS_IN_BAND), Math.floor(bottom / ROWS_IN_BAND) + 1);
  for (const strand of model.strands) for (const band of across(strand.top, strand.bottom)) band.strands.push(strand);
  for (const bend of model.bends) for (const band of across(bend.row - 1, bend.row)) band.bends.push(bend);
  for (const arc of arcsOf(model)) for (const band of across(arc.high.row, arc.low.row)) band.arcs.push(arc);
  return bands;
}

type Drawing = { readonly model: GraphModel; readonly labels: Labels; readonly geometry: Geometry };

function drawBand(band: Band, { model, labels, geometry }: Drawing): Html {
  const { nodes } = model;
  const rows = nodes.slice(band.from, band.to);
  const height = rows.length * ROW;
  const y = (row: number): number => (row - band.from) * ROW + ROW / 2;
  return html`<svg class="band" aria-hidden="true" focusable="false" width="${geometry.width}" height="${height}" viewBox="0 0 ${geometry.width} ${height}">${
    band.arcs.length === 0 ? undefined : html`<path class="arc" d="${band.arcs.map((arc) => arcPath(arc, band, { y, geometry })).join('')}"/>`}<path class="line" d="${linePath(band, y, geometry)}"/>
${rows.map((node) => drawRow(node, y(node.row), { model, labels, geometry }))}</svg>
`;
}

/** All lines of a band as one path. */
function linePath({ from, to, strands, bends }: Band, y: (row: number) => number, { lane }: Geometry): string {
  const upright = strands.filter(({ top, bottom }) => top < bottom)
    .map(({ lane: at, top, bottom }) => `M${lane(at)} ${y(Math.max(top, from - 1))}V${y(Math.min(bottom, to))}`);
  const slanted = bends.map(({ row, from: start, to: end }) => {
    const [bottom, top, middle] = [y(row), y(row - 1), y(row) - ROW / 2];
    return `M${lane(start)} ${bottom}C${lane(start)} ${middle} ${lane(end)} ${middle} ${lane(end)} ${top}`;
  });
  return [...upright, ...slanted].join('');
}

/** The part of an arc that is in a band. The further an arc reaches, the further it swings out; between its ends it is straight. */
function arcPath({ low, high }: Arc, { from, to }: Band, { y, geometry: { lane, left } }: Placing): string {
  const rows = low.row - high.row;
  const swing = round(left - Math.min(GUTTER, 10 + 12 * Math.log2(rows + 1)));
  const turn = Math.min(ARC_TURN, rows / 2);
  const [lower, upper] = [y(low.row - turn), y(high.row + turn)];
  const [start, end] = [y(low.row), y(high.row)];
  const parts = [
    low.row - turn <= to ? `M${lane(low.lane)} ${start}Q${swing} ${start} ${swing} ${lower}` : '',
    lower > upper ? `M${swing} ${Math.min(lower, y(to))}V${Math.max(upper, y(from - 1))}` : '',
    high.row + turn >= from - 1 ? `M${swing} ${upper}Q${swing} ${end} ${lane(high.lane)} ${end}` : '',
  ];
  return parts.join('');
}

function drawRow(node: GraphNode, y: number, { labels, geometry }: Drawing): Html {
  const { lane, flag, number, name, sender, note, width } = geometry;
  const [type, key] = nameOf(node, labels);
  const notes = notesOf(node, labels);
  const [kind] = labels.notes(node).map((one) => one.kind);
  const hazard = node.kind === 'event' && node.hazard !== undefined;
  return html`<g transform="translate(0 ${y})"><title>${labels.full(node).join(' · ')}</title><rect class="row" y="-12" width="${width}" height="24"/><g transform="translate(${lane(node.lane)})">${mark(node)}</g>${
    hazard ? html`<g transform="translate(${round(flag)})">${hazardMark}</g>` : undefined}<text y="4"><tspan class="n" x="${number}">${labels.number(node)}</tspan><tspan class="${node.kind === 'event' ? 't' : 'f'}" x="${name}">${type}</tspan>${
    key === undefined ? undefined : html` <tspan class="k">${key}</tspan>`}<tspan class="s" x="${sender}">${labels.sender(node)}</tspan>${
    notes === '' ? undefined : html`<tspan class="note ${kind}" x="${note}">${notes}</tspan>`}</text></g>
`;
}
