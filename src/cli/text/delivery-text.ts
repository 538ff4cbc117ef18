import { nextAttempt, type DeliveryAsk } from '../../notices/delivery/delivery.ts';
import type { KnownContact } from '../notices/contact-book.ts';
import type { AddressedEntry } from '../notices/find-contacts.ts';
import type { DeliverySummary } from '../notices/summary.ts';
import { formatCount, formatTime } from './numbers.ts';
import { visible } from './visible.ts';

/** What a person is asked to do about a delivery. */
export const asks: Readonly<Record<DeliveryAsk, string>> = {
  write: 'write to whoever runs it',
  refused: 'it refuses; ask whoever runs it why',
  'gave-up': 'all tries came to nothing; find out why',
  deadline: 'the deadline has passed; write to whoever runs it, or decide',
};

/** A ledger's deliveries, a line each, for people at a terminal; the last line sums them up. */
export function renderDeliveryText(entries: readonly AddressedEntry[], summary: DeliverySummary, now: number): string {
  return `${[...entries.map((entry) => entryLine(entry, now)), deliveryLine(summary)].join('\n')}\n`;
}

function entryLine({ notice, delivery, known }: AddressedEntry, now: number): string {
  const { status, since, attempts, reason, nextAt } = delivery;
  const next = nextAttempt(delivery, now);
  const why = reason === undefined ? '' : ` (${visible(reason)})`;
  const tried = attempts > 1 ? `, ${formatCount(attempts)} tries` : '';
  const then = next.do === 'ask' ? `; ${asks[next.why]}${contactText(known)}` : next.do === 'wait' && nextAt !== undefined ? `; next ${formatTime(nextAt)}` : '';
  return `${notice.kind} ${visible(notice.destination)}: ${status}${why} since ${formatTime(since)}${tried}${then}`;
}

/** Whom the recipient names to be written to. All of it is a stranger's word. */
function contactText(known: KnownContact | undefined): string {
  if (known === undefined) return '';
  if (known.contact === undefined) return ' (contact unknown: it names none)';
  const { email, matrixId, page, role } = known.contact;
  const addresses = [email, matrixId, page].filter((one) => one !== undefined);
  return ` (contact${role === undefined ? '' : `, ${visible(role)}`}: ${addresses.map(visible).join(', ')})`;
}

/** The sum of a ledger, in a line. */
export function deliveryLine({ statuses, asks: asked, nextAt }: DeliverySummary): string {
  const counted = Object.entries(statuses).filter(([, count]) => count > 0).map(([status, count]) => `${formatCount(count)} ${status}`);
  const forPeople = Object.values(asked).reduce((sum, count) => sum + count, 0);
  const parts = [`Notices: ${counted.length === 0 ? 'none' : counted.join(', ')}.`];
  if (forPeople > 0) parts.push(`${formatCount(forPeople)} for a person.`);
  if (asked.deadline > 0) parts.push(`${formatCount(asked.deadline)} overdue.`);
  if (nextAt !== undefined) parts.push(`Next try: ${formatTime(nextAt)}.`);
  return parts.join(' ');
}
