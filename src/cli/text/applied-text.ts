import type { Applied } from '../../erasure/apply.ts';
import type { Drift, DriftKind } from '../../erasure/drift.ts';
import { countOf, formatCount, inWords } from './numbers.ts';
import { shorten, visible } from './visible.ts';

type Change = Applied['change'];

/** How many events each change was made to. */
export type Counts = Record<Change, number>;

/** The same by room. */
export type CountsByRoom = ReadonlyMap<string, Readonly<Counts>>;

/** Counts what was done to one more event. */
export function count(counts: Map<string, Counts>, roomId: string, change: Change): void {
  const inRoom = counts.get(roomId) ?? noCounts();
  counts.set(roomId, inRoom);
  inRoom[change] += 1;
}

function noCounts(): Counts {
  return { none: 0, redacted: 0, hidden: 0, purged: 0, 'copies-removed': 0, restored: 0 };
}

/** The counts of all rooms together. */
export function sumCounts(counts: CountsByRoom): Readonly<Counts> {
  const sum = noCounts();
  for (const inRoom of counts.values()) for (const change of CHANGES) sum[change] += inRoom[change];
  return sum;
}

/** All events that were counted. */
export function sumOf(counts: Readonly<Counts>): number {
  return CHANGES.reduce((sum, change) => sum + counts[change], 0);
}

/** What was done, for people: room by room, and in all. */
export function renderAppliedText(byRoom: CountsByRoom, keep: number, written: readonly string[]): string {
  const total = sumCounts(byRoom);
  const done = total.none === sumOf(total) ? 'Nothing to change: the plan has been applied before.' : appliedSentence(total);
  const kept = keep === 0 ? '' : ` ${countOf(keep, 'event')} of the person stay as planned.`;
  const [first] = written;
  const where = written.length === 1 && first !== undefined ? visible(first) : countOf(written.length, 'file');
  return `${changesTable(byRoom)}\n\n${done}${kept}\nWritten: ${where}\n`;
}

function appliedSentence(total: Readonly<Counts>): string {
  if (total.restored > 0) return `Revoked: ${formatCount(total.restored)} restored; ${formatCount(total.none)} unchanged.`;
  const copies = total['copies-removed'] === 0 ? '' : `, copies removed from ${countOf(total['copies-removed'], 'event')}`;
  return `Applied: ${formatCount(total.redacted)} redacted, ${formatCount(total.hidden)} hidden, ${formatCount(total.purged)} purged${copies}; ${formatCount(total.none)} unchanged.`;
}

const COLUMNS: Readonly<Record<Change, string>> = {
  redacted: 'Redacted', hidden: 'Hidden', purged: 'Purged', 'copies-removed': 'Copies removed', restored: 'Restored', none: 'Unchanged',
};
const CHANGES: readonly Change[] = ['redacted', 'hidden', 'purged', 'copies-removed', 'restored', 'none'];
const ROOM_WIDTH = 44;

/** What was done, a line a room. */
function changesTable(byRoom: CountsByRoom): string {
  const revoking = [...byRoom.values()].some(({ restored }) => restored > 0);
  const shown = CHANGES.filter((change) => change === 'none' || revoking === (change === 'restored'));
  const heads = ['Room'.padEnd(ROOM_WIDTH), ...shown.map((change) => COLUMNS[change])].join('  ');
  const rows = [...byRoom].map(([roomId, counts]) => {
    const cells = shown.map((change) => formatCount(counts[change]).padStart(COLUMNS[change].length));
    return [shorten(visible(roomId), ROOM_WIDTH).padEnd(ROOM_WIDTH), ...cells].join('  ');
  });
  return [heads, ...rows].join('\n');
}

const DRIFTS: Readonly<Record<DriftKind, string>> = {
  'missing-event': 'of the plan are not there',
  'new-event': 'of the subject are not in the plan',
  'changed-event': 'would now be treated otherwise',
  'changed-tables': 'rules have changed since the plan was made',
};

/** Why a plan was not applied, for people: counts, and the IDs of some events. */
export function renderDriftText(drift: readonly Drift[]): string {
  const kinds = [...new Set(drift.map(({ kind }) => kind))].map((kind) => countKind(drift, kind));
  const examples = drift.flatMap(({ event_id: id }) => (id === undefined ? [] : [`  ${visible(id)}`])).slice(0, EXAMPLES);
  return `${[`the events are not what the plan was made on: ${inWords(kinds)}. Nothing was written; ${advice(drift)}.`, ...examples].join('\n')}\n`;
}

/** Where nothing but new events has come, the approved part of the plan can stay as it is. */
function advice(drift: readonly Drift[]): string {
  return drift.every(({ kind }) => kind === 'new-event') ? 'add to the plan with "plan --supplement", or make it again' : 'make the plan again';
}

function countKind(drift: readonly Drift[], kind: DriftKind): string {
  if (kind === 'changed-tables') return DRIFTS[kind];
  return `${countOf(drift.filter((item) => item.kind === kind).length, 'event')} ${DRIFTS[kind]}`;
}

const EXAMPLES = 10;
