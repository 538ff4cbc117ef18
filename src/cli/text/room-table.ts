import { createColors } from 'picocolors';
import type { ErasurePlan, PlanTotals, RoomPlan } from '../../erasure/plan.ts';
import { sumTotals } from '../../erasure/steps.ts';
import { formatCount } from './numbers.ts';
import { treatmentOrder } from './sentences.ts';
import { columnsOf, shorten, visible } from './visible.ts';

const ROOMS_SHOWN = 50;
const GAP = '  ';
const SHORTEST_ID = 16;
const HEADINGS: readonly string[] = ['Version', 'Events', 'Redact', 'Hide', 'Purge', 'Keep', 'About'];

type Row = { readonly name: string; readonly cells: readonly string[] };

/** The rooms of a plan as a table that fits a width: side by side, or on a narrow terminal one under the other. */
export function roomTable({ rooms, totals }: ErasurePlan, width: number, color: boolean): readonly string[] {
  const { dim } = createColors(color);
  const shown = rooms.slice(0, ROOMS_SHOWN);
  const rest = rooms.slice(ROOMS_SHOWN);
  const rows: readonly Row[] = [
    ...shown.map((room) => ({ name: visible(room.room_id), cells: [visible(room.room_version), ...counts(room.events, room.totals)] })),
    ...(rest.length === 0 ? [] : [{ name: `${formatCount(rest.length)} more, in the plan file`, cells: ['', ...counts(eventsOf(rest), sumTotals(rest))] }]),
    { name: 'Total', cells: ['', ...counts(eventsOf(rooms), totals)] },
  ];
  const widths = HEADINGS.map((heading, i) => Math.max(...[heading, ...rows.map(({ cells }) => cells[i] ?? '')].map(columnsOf)));
  const forNames = width - widths.reduce((sum, column) => sum + column + GAP.length, 0);
  if (forNames < SHORTEST_ID) return rows.flatMap((row) => stacked(row, width));
  const nameWidth = Math.min(forNames, Math.max(...rows.map(({ name }) => columnsOf(name))));
  const line = ({ name, cells }: Row): string =>
    [padEnd(shorten(name, nameWidth), nameWidth), ...cells.map((cell, i) => padStart(cell, widths[i] ?? 0))].join(GAP);
  return [dim(line({ name: 'Room', cells: HEADINGS })), ...rows.map(line)];
}

function eventsOf(rooms: readonly RoomPlan[]): number {
  return rooms.reduce((sum, room) => sum + room.events, 0);
}

function counts(events: number, totals: PlanTotals): readonly string[] {
  return [events, ...treatmentOrder.map((treatment) => totals[treatment]), totals.about].map(formatCount);
}

function stacked({ name, cells }: Row, width: number): readonly string[] {
  const facts = cells.flatMap((cell, i) => (cell === '' || cell === '0' ? [] : [`${(HEADINGS[i] ?? '').toLowerCase()} ${cell}`]));
  const lines: string[] = [];
  for (const fact of facts) {
    const last = lines.at(-1);
    if (last !== undefined && columnsOf(last) + GAP.length + columnsOf(fact) <= width) lines[lines.length - 1] = `${last}${GAP}${fact}`;
    else lines.push(`  ${shorten(fact, width - 2)}`);
  }
  return [shorten(name, width), ...lines];
}

function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - columnsOf(text))) + text;
}
