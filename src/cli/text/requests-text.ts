import { createColors } from 'picocolors';
import type { DueRequest, RequestStatus } from '../../erasure/rights/due.ts';
import type { RightReport } from '../../erasure/rights/report.ts';
import { articleOf } from '../../erasure/rights/rights.ts';
import type { RequestsList } from '../requests/requests-list.ts';
import { countOf, formatCount, formatTime, inWords } from './numbers.ts';
import type { TextOptions } from './plan-text.ts';
import { columnsOf, shorten, visible, wrap } from './visible.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const GAP = '  ';
const SHORTEST = 12;

/** Every state in words that need no colour. */
const STATUSES: Readonly<Record<RequestStatus, string>> = {
  open: 'open', extended: 'extended', overdue: 'OVERDUE', refused: 'refused', granted: 'granted', 'granted-in-part': 'granted in part', withdrawn: 'withdrawn',
};

/** Requests as a table, due dates first; what is overdue says so by a word, and by colour where there is any. The last line sums them up. */
export function renderRequestsText({ due, at, counts }: RequestsList, { color = false, width = 80 }: TextOptions = {}): string {
  const { bold, dim, red } = createColors(color);
  const rows = due.map((one) => ({ overdue: one.status === 'overdue', cells: cellsOf(one, at) }));
  const heads = ['Due', '', 'State', 'Right', 'Request', 'Person'];
  const widths = heads.slice(0, -1).map((head, i) => Math.max(...[head, ...rows.map(({ cells }) => cells[i] ?? '')].map(columnsOf)));
  const forPerson = Math.max(SHORTEST, width - widths.reduce((sum, column) => sum + column + GAP.length, 0));
  const line = (cells: readonly string[]): string => cells.map((cell, i) => (i === heads.length - 1 ? shorten(cell, forPerson) : padEnd(cell, widths[i] ?? 0))).join(GAP).trimEnd();
  const table = rows.length === 0 ? [] : [dim(line(heads)), ...rows.map(({ overdue, cells }) => (overdue ? bold(red(line(cells))) : line(cells))), ''];
  return `${[...table, lastLine(counts, due[0])].join('\n')}\n`;
}

function cellsOf({ request, status, due, late }: DueRequest, now: number): readonly string[] {
  const state = `${STATUSES[status]}${late ? ', late' : ''}`;
  return [due.day, request.ended === undefined ? leftOf(due.endsAt, now) : '', state, request.kind, visible(request.id), request.subjects.map(visible).join(', ')];
}

function leftOf(endsAt: number, now: number): string {
  if (now > endsAt) return `${countOf(Math.ceil((now - endsAt) / DAY_MS), 'day')} over`;
  const days = Math.floor((endsAt - now) / DAY_MS);
  return days === 0 ? 'today' : `in ${countOf(days, 'day')}`;
}

function lastLine({ open, overdue, ended }: RequestsList['counts'], next: DueRequest | undefined): string {
  const first = next === undefined || next.request.ended !== undefined ? '' : ` Next due: ${next.due.day}.`;
  return `Requests: ${formatCount(open)} open, ${formatCount(overdue)} overdue, ${formatCount(ended)} ended.${first}`;
}

function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

/** A request for whoever handles it: where it stands, what is done, and what is missing for a full answer. */
export function renderRequestText(report: RightReport, { color = false, width = 80 }: TextOptions = {}): string {
  const { bold, red } = createColors(color);
  const { id, title, subjects, receivedAt, status, due, plan } = report;
  const state = STATUSES[status];
  const lines = [
    bold(`${title} (${articleOf(report)}), request ${visible(id)}`),
    `Person: ${inWords(subjects.map(visible))}`,
    `Received: ${formatTime(receivedAt)}`,
    `State: ${status === 'overdue' ? bold(red(state)) : state}; to be answered by ${due.day}`,
    '',
    bold('In this order'),
    ...plan.steps.map(({ does, due: by }) => wrap(`- ${does}${by === undefined || by === due.endsAt ? '' : ` By ${formatTime(by)}.`}`, width, '  ')),
    ...(plan.missing.length === 0 ? [] : ['', bold('Missing for a full answer'), ...plan.missing.map((what) => wrap(`- ${what}`, width, '  '))]),
  ];
  return `${lines.join('\n')}\n`;
}
