import { createColors } from 'picocolors';
import type { TextOptions } from '../text/plan-text.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { columnsOf, shorten, visible } from '../text/visible.ts';
import { createLabels, widest, type Labels, type NoteKind } from './labels.ts';
import { shapeOf, type Shape } from './marks.ts';
import type { Bend, GraphModel, GraphNode, Strand } from './model.ts';

const MOST_LANES = 24;
const NAME_COLUMNS = 44;
const NARROWEST = 40;
const SHORTEST_NAME = 12;
const NOTE_COLUMNS = 60;
const MODEST_NOTE = 32;
/** Between the columns, and after the lanes. */
const GAPS = 7;

/** The graph for a terminal, line by line: a row for each node, oldest first, and between two rows the lines that change lanes. */
export function* graphTextLines(model: GraphModel, { color = false, width = 100 }: TextOptions = {}): Generator<string> {
  const labels = createLabels(model);
  const lanes = Math.min(model.lanes, MOST_LANES);
  const paint = painter(createColors(color));
  const columns = measure(model, labels, Math.max(width, NARROWEST) - 2 * lanes);
  const upright = createUpright(model);
  const bends = bendsByRow(model);
  for (const node of model.nodes) {
    const active = upright(node.row);
    yield* gapLines(node.row, bends.get(node.row) ?? [], { active, lanes }).map((line) => paint.line(line).trimEnd());
    yield `${paint.lanes(nodeCells(node, active, lanes), node)} ${nodeText(node, { labels, columns, paint })}`.trimEnd();
  }
  yield '';
  yield summary(model);
}

/** Strands at a row, fed with one row after the other. */
type Upright = (row: number) => readonly Strand[];

function createUpright({ strands }: GraphModel): Upright {
  const starting = new Map<number, Strand[]>();
  for (const strand of strands) {
    const list = starting.get(strand.top);
    if (strand.lane >= MOST_LANES) continue;
    if (list === undefined) starting.set(strand.top, [strand]);
    else list.push(strand);
  }
  let active: readonly Strand[] = [];
  return (row) => {
    active = [...active.filter(({ bottom }) => bottom >= row), ...starting.get(row) ?? []];
    return active;
  };
}

function bendsByRow({ bends }: GraphModel): ReadonlyMap<number, readonly Bend[]> {
  const rows = new Map<number, Bend[]>();
  for (const bend of bends) {
    if (Math.max(bend.from, bend.to) >= MOST_LANES) continue;
    const list = rows.get(bend.row);
    if (list === undefined) rows.set(bend.row, [bend]);
    else list.push(bend);
  }
  return rows;
}

type Gap = { readonly active: readonly Strand[]; readonly lanes: number };

/** Above a row: first the line where lanes lead into that of its node, then, next to it, the line where lanes lead away from it. */
function gapLines(row: number, bends: readonly Bend[], { active, lanes }: Gap): readonly string[] {
  const [incoming, outgoing] = [bends.filter(({ way }) => way === 'in'), bends.filter(({ way }) => way === 'out')];
  const through = active.filter(({ top, bottom }) => top < row && bottom >= row).map(({ lane }) => lane);
  const above = new Set([...through, ...outgoing.map(({ to }) => to)]);
  const between = new Set([...through, ...incoming.map(({ from }) => from)]);
  const upper = incoming.length === 0 ? [] : [connect({ up: above, down: new Set([...above, ...between]), bends: incoming, lanes })];
  const lower = outgoing.length === 0 ? [] : [connect({ up: new Set([...above, ...between]), down: new Set([...between, ...outgoing.map(({ from }) => from)]), bends: outgoing, lanes })];
  return [...upper, ...lower];
}

type Connection = { readonly up: ReadonlySet<number>; readonly down: ReadonlySet<number>; readonly bends: readonly Bend[]; readonly lanes: number };

/** Lanes joined by one level line; a lane that only crosses it stays whole. */
function connect({ up, down, bends, lanes }: Connection): string {
  const joined = new Set(bends.flatMap(({ from, to }) => [from, to]));
  const [left, right] = [Math.min(...joined), Math.max(...joined)];
  return Array.from({ length: lanes }, (_, lane) => {
    const level = lane >= left && lane < right ? '─' : ' ';
    const upright = up.has(lane) || down.has(lane);
    if (!joined.has(lane)) return `${upright ? '│' : level}${level}`;
    const bits = Number(up.has(lane)) + 2 * Number(down.has(lane)) + 4 * Number(lane > left) + 8 * Number(lane < right);
    return `${CORNERS[bits] ?? ' '}${level}`;
  }).join('');
}

// By bits: up, down, left, right.
const CORNERS: readonly string[] = [...'·╵╷│╴╯╮┤╶╰╭├─┴┬┼'];

function nodeCells(node: GraphNode, active: readonly Strand[], lanes: number): readonly string[] {
  const cells = Array.from({ length: lanes }, () => '  ');
  for (const { lane } of active) cells[lane] = '│ ';
  if (node.lane < lanes) cells[node.lane] = `${sign(node)} `;
  return cells;
}

function sign(node: GraphNode): string {
  if (node.kind !== 'event') return node.kind === 'run' ? '⋮' : '≋';
  if (node.verdict === 'rejected') return '✕';
  if (node.verdict === 'soft-failed') return '◌';
  const [filled, hollow] = SIGNS[shapeOf(node)];
  return node.redacted ? hollow : filled;
}

const SIGNS: Readonly<Record<Shape, readonly [filled: string, hollow: string]>> = { state: ['■', '□'], message: ['●', '○'], redaction: ['◆', '◇'] };

type Columns = { readonly number: number; readonly name: number; readonly sender: number; readonly note: number };

function measure({ nodes }: GraphModel, labels: Labels, width: number): Columns {
  const number = widest(nodes.map(labels.number), 20);
  const sender = widest(nodes.map(labels.sender), 18);
  const wanted = widest(nodes.map((node) => nameOf(node, labels)), NAME_COLUMNS);
  const left = width - number - sender - GAPS;
  const noted = widest(nodes.map((node) => noteOf(node, labels)), NOTE_COLUMNS);
  const note = Math.min(noted, Math.max(Math.min(noted, MODEST_NOTE), left - wanted));
  const name = Math.max(SHORTEST_NAME, Math.min(wanted, left - note));
  return { number, name, sender, note };
}

function nameOf(node: GraphNode, labels: Labels): string {
  return `${labels.type(node)} ${labels.stateKey(node)}`.trimEnd();
}

function noteOf(node: GraphNode, labels: Labels): string {
  return labels.notes(node).map(({ text }) => text).join(', ');
}

type RowContext = { readonly labels: Labels; readonly columns: Columns; readonly paint: Painter };

function nodeText(node: GraphNode, { labels, columns, paint }: RowContext): string {
  const number = labels.number(node).padStart(columns.number);
  const [kind] = labels.notes(node).map((note) => note.kind);
  return `${paint.soft(number)}  ${cell(nameOf(node, labels), columns.name)}  ${paint.soft(cell(labels.sender(node), columns.sender))}  ${paint.note(shorten(noteOf(node, labels), columns.note), kind)}`;
}

function cell(text: string, width: number): string {
  const short = width < 2 ? '' : shorten(text, width);
  return short + ' '.repeat(Math.max(0, width - columnsOf(short)));
}

type Painter = {
  readonly soft: (text: string) => string;
  readonly line: (text: string) => string;
  readonly lanes: (cells: readonly string[], node: GraphNode) => string;
  readonly note: (text: string, kind: NoteKind | undefined) => string;
};

const plain = (text: string): string => text;

function painter({ dim, red, yellow, magenta, cyan }: ReturnType<typeof createColors>): Painter {
  const byNote: Readonly<Record<NoteKind, (text: string) => string>> = {
    rejected: red, 'soft-failed': yellow, hazard: yellow, redacted: magenta, redacts: magenta, latest: plain, missing: dim, unknown: dim, folded: dim,
  };
  const bySign = (node: GraphNode): ((text: string) => string) => {
    if (node.kind !== 'event') return dim;
    if (node.verdict === 'rejected') return red;
    return { state: cyan, message: plain, redaction: magenta }[shapeOf(node)];
  };
  return {
    soft: dim,
    line: dim,
    lanes: (cells, node) => cells.map((part, lane) => (lane === node.lane ? bySign(node)(part) : dim(part))).join(''),
    note: (text, kind) => (kind === undefined ? text : byNote[kind](text)),
  };
}

function summary({ room_id: room, room_version: version, totals, nodes }: GraphModel): string {
  const folded = totals.folded === 0 ? '' : `, ${formatCount(totals.folded)} of them folded into ${countOf(nodes.filter(({ kind }) => kind !== 'event').length, 'row')}`;
  const parts: readonly (readonly [count: number, text: string])[] = [
    [totals.forks, countOf(totals.forks, 'fork')], [totals.merges, countOf(totals.merges, 'merge')],
    [totals.redacted, `${formatCount(totals.redacted)} redacted`], [totals.rejected, `${formatCount(totals.rejected)} rejected`],
    [totals.soft_failed, `${formatCount(totals.soft_failed)} soft-failed`], [totals.hazards, countOf(totals.hazards, 'hazard')],
  ];
  return `${visible(room)}, room version ${version}: ${[`${countOf(totals.events, 'event')}${folded}`, ...parts.filter(([count]) => count > 0).map(([, text]) => text)].join(', ')}.
■ state  ● message  ◆ redaction  □ ○ ◇ redacted  ✕ rejected  ◌ soft-failed  ⋮ several in a line  ≋ many small forks`;
}
