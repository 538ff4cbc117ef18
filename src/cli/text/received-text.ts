import { requestDeadlines } from '../../erasure/legal-deadlines.ts';
import type { ReceivedEntry, ReceivedStatus } from '../notices/received-ledger.ts';
import type { Received } from '../notices/receiver.ts';
import { countOf, formatCount, formatTime } from './numbers.ts';
import { visible } from './visible.ts';

/** When a notice that came at a time (ms) is to be answered by its receiver, who is a controller as well: one month. */
export function dueOf({ receivedAt }: Pick<ReceivedEntry, 'receivedAt'>): number {
  return requestDeadlines(receivedAt).answer.endsAt;
}

/** Whether a notice waits for somebody after its time. */
export function isLate(entry: ReceivedEntry, now: number): boolean {
  return isOpen(entry) && dueOf(entry) < now;
}

function isOpen({ status }: ReceivedEntry): boolean {
  return status === 'waiting' || status === 'review';
}

const WORDS: Readonly<Record<ReceivedStatus, string>> = {
  waiting: 'to be erased', done: 'erased', revoked: 'taken back', review: 'told again after it was taken back: somebody has to look at it',
};

/** Received notices, a line each, with the command that begins the erasure; the last line sums them up. */
export function renderReceivedText(entries: readonly ReceivedEntry[], now: number): string {
  const open = entries.filter(isOpen);
  const late = open.filter((entry) => isLate(entry, now)).length;
  const overdue = late === 0 ? '' : ` ${formatCount(late)} overdue.`;
  return `${[...open.flatMap((entry) => entryLines(entry, now)), `Received: ${countOf(entries.length, 'notice')}, ${formatCount(open.length)} open.${overdue}`].join('\n')}\n`;
}

function entryLines(entry: ReceivedEntry, now: number): readonly string[] {
  const { userId = '', from, receivedAt, status } = entry;
  const late = isLate(entry, now) ? ', overdue' : '';
  const line = `${visible(userId)} from ${visible(from)}: ${WORDS[status]}; received ${formatTime(receivedAt)}, due ${formatTime(dueOf(entry))}${late}`;
  return status === 'waiting' ? [line, `  matrix-erasure plan FILES --subject '${visible(userId)}' --requested-at ${receivedAt} --effective-at ${receivedAt} --out plan.json`] : [line];
}

/** A request that came in, in a line. */
export function receivedLine(received: Received): string {
  const at = formatTime(received.at);
  switch (received.outcome) {
    case 'taken-in':
      return `${at} taken in: ${visible(received.notice.userId)}`;
    case 'review':
      return `${at} to be looked at: ${visible(received.notice.userId)}, whose erasure had been taken back`;
    case 'known':
      return `${at} known already`;
    case 'refused':
      return `${at} refused: ${received.status} ${received.errcode}`;
    default:
      return received satisfies never;
  }
}
