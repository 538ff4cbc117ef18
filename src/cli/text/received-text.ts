import type { ReceivedEntry, ReceivedState } from '../notices/received.ts';
import type { ReceiverNote } from '../notices/take-in.ts';
import { formatCount, formatTime } from './numbers.ts';
import { visible } from './visible.ts';

/** What a receiver says of one request, in a line. No user is named: logs are kept longer than they should be. */
export function receiverLine(note: ReceiverNote, now: number): string {
  return `${new Date(now).toISOString()} ${sentence(note)}`;
}

function sentence(note: ReceiverNote): string {
  switch (note.outcome) {
    case 'new':
      return `notice ${note.number} ${from(note)}: taken in, due ${formatTime(note.deadline)}`;
    case 'review':
      return `notice ${note.number} ${from(note)}: the erasure had been revoked; somebody has to decide by ${formatTime(note.deadline)}`;
    case 'repeat':
      return `notice ${note.number} ${from(note)}: a repeat, nothing changed`;
    case 'refused':
      return `refused: ${note.reason}${note.claimedOrigin === undefined ? '' : `, said to be from ${visible(note.claimedOrigin)}`}`;
    case 'failed':
      return `not taken in, and may be sent again: ${whys[note.why]}`;
    default:
      return note satisfies never;
  }
}

const whys = {
  keys: 'its server does not say which keys it has',
  request: 'it broke off, or took too long',
  store: 'it cannot be written to the ledger',
} as const;

const from = ({ origin }: { readonly origin?: string }): string => `from ${origin === undefined ? 'the homeserver' : visible(origin)}`;

/** What came in, a line each, with the command that goes on from there; the last line sums it up. */
export function renderReceivedText(entries: readonly ReceivedEntry[], ledger: string, now: number): string {
  if (entries.length === 0) return '';
  return `${[...entries.flatMap((entry) => entryLines(entry, ledger, now)), receivedLine(entries, now)].join('\n')}\n`;
}

function entryLines(entry: ReceivedEntry, ledger: string, now: number): readonly string[] {
  const { number, state, since, deadline, userId } = entry;
  const head = `notice ${number} ${from(entry)}: ${state} since ${formatTime(since)}`;
  if (userId === undefined) return [head];
  const late = now >= deadline ? ' (that has passed)' : '';
  const mark = `  matrix-erasure notify mark --ledger ${shellWord(ledger)} --received ${number} --as`;
  if (state === 'review') return [`${head}; ${visible(userId)} had come back: decide by ${formatTime(deadline)}${late}`, `${mark} due`, `${mark} revoked`];
  return [`${head}; erase ${visible(userId)} by ${formatTime(deadline)}${late}`, `  ${planCommand(entry)}`, `${mark} erased`];
}

/** The command that plans the erasure that a notice asks for; `FILES` is left to be filled in. */
export function planCommand({ number, userId, since }: ReceivedEntry): string {
  return `matrix-erasure plan FILES --subject ${shellWord(userId ?? '')} --requested-at ${since} --out plan-${number}.json`;
}

/** A word as a shell reads it back; what a terminal would act on is written out. */
function shellWord(text: string): string {
  if (/^[A-Za-z0-9@:._=/+-]+$/.test(text)) return text;
  return visible(text) === text ? `'${text.replaceAll("'", String.raw`'\''`)}'` : `$'${escaped(text)}'`;
}

/** For bash, zsh and ksh: every byte that is not plain as a number. */
function escaped(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9@:._=/+-]/.test(character) ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}

/** What is left to do about what came in. */
export type ReceivedSummary = { readonly states: Readonly<Record<ReceivedState, number>>; readonly overdue: number; readonly nextDeadline?: number };

/** Counts what came in, as it stands at a time (ms). */
export function receivedSummary(entries: readonly ReceivedEntry[], now: number): ReceivedSummary {
  const states = { due: 0, review: 0, erased: 0, revoked: 0 };
  for (const { state } of entries) states[state] += 1;
  const open = entries.filter(({ userId }) => userId !== undefined).map(({ deadline }) => deadline);
  const next = Math.min(...open);
  return { states, overdue: open.filter((deadline) => deadline <= now).length, ...(open.length === 0 ? {} : { nextDeadline: next }) };
}

function receivedLine(entries: readonly ReceivedEntry[], now: number): string {
  const { states, overdue, nextDeadline } = receivedSummary(entries, now);
  const counted = Object.entries(states).filter(([, count]) => count > 0).map(([state, count]) => `${formatCount(count)} ${state}`);
  const late = overdue > 0 ? ` ${formatCount(overdue)} overdue.` : '';
  return `Received: ${counted.join(', ')}.${late}${nextDeadline === undefined ? '' : ` Next deadline: ${formatTime(nextDeadline)}.`}`;
}
