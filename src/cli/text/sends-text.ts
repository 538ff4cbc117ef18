import type { ErasurePlan } from '../../erasure/plan.ts';
import type { SendOutcome, SendStatus } from '../../notices/carry-out-sends.ts';
import { synapseSendLimits, sendTime } from '../../notices/send-limits.ts';
import type { Send, SendPlan, Unsent, UnsentReason } from '../../notices/send-plan.ts';
import { countOf, formatCount, formatSpan, inWords } from './numbers.ts';
import { countRedactions } from '../../erasure/plan-facts.ts';
import { visible } from './visible.ts';

const LISTED = 20;

const unsentReasons: Readonly<Record<UnsentReason, string>> = {
  'already-redacted': 'redacted before', duplicate: 'named twice', 'undoes-redaction': 'a redaction, which would stop working',
  'no-sender': 'the person is not in the room, and no substitute was named', 'no-power': 'whoever was named has no power to redact there',
};

/** The redactions of a plan and how long they take at the limits of a server that nobody has configured otherwise; empty where there are none. */
export function redactionsSentence(plan: ErasurePlan): string {
  const { events, rooms } = countRedactions(plan);
  if (events === 0) return '';
  const span = sendTime(events - 1, synapseSendLimits);
  const estimate = span === 0 ? '' : `, about ${formatSpan(span)} at the usual limits of a server`;
  return `; ${countOf(events, 'redaction')} to send into ${countOf(rooms, 'room')}${estimate}`;
}

/** What is about to be sent, and what not, for people. */
export function sendsText(sends: readonly Send[], { unsent }: Pick<SendPlan, 'unsent'>, span: number): string {
  const count = (kind: Send['kind']): number => sends.filter((send) => send.kind === kind).length;
  const parts = [countOf(count('redact'), 'redaction'), countOf(count('leave'), 'departure'), countOf(count('deactivate'), 'account to close', 'accounts to close')];
  return [`To send: ${inWords(parts)}; about ${formatSpan(span)} at these limits.`, ...unsentLines(unsent)].join('\n');
}

function unsentLines(unsent: readonly Unsent[]): readonly string[] {
  const reasons = [...new Set(unsent.map(({ reason }) => reason))];
  return reasons.map((reason) => `Not sent: ${countOf(unsent.filter((one) => one.reason === reason).length, 'redaction')}; ${unsentReasons[reason]}.`);
}

const statusWords: Readonly<Record<SendStatus, string>> = { done: 'done', already: 'done before', refused: 'refused', failed: 'failed', waiting: 'waiting for those' };

/** What became of sends, for people: those that did not go well, and a line that sums them up. */
export function outcomesText(outcomes: readonly SendOutcome[], earlier: number): string {
  const bad = outcomes.filter(({ status }) => status === 'refused' || status === 'failed');
  const listed = bad.slice(0, LISTED).map(outcomeLine);
  const more = bad.length > LISTED ? [`${formatCount(bad.length - LISTED)} more`] : [];
  return `${[...listed, ...more, outcomesLine(outcomes, earlier)].join('\n')}\n`;
}

function outcomeLine({ send, status, httpStatus, errcode }: SendOutcome): string {
  const what = send.kind === 'redact' ? `redaction of ${visible(send.event_id)} in ${visible(send.room_id)}` : send.kind === 'leave' ? `departure from ${visible(send.room_id)}` : `account of ${visible(send.sender)}`;
  const why = errcode ?? (httpStatus === undefined ? 'no answer' : String(httpStatus));
  return `${what}: ${status} (${visible(why)})${HINTS[why] ?? ''}`;
}

const HINTS: { readonly [errcode: string]: string | undefined } = {
  M_MISSING_TOKEN: '; name a token for that user in --token-file',
  M_UNKNOWN_TOKEN: '; log in again, or, if the account was closed, say so with --admin-token-file',
};

function outcomesLine(outcomes: readonly SendOutcome[], earlier: number): string {
  const statuses = [...new Set(outcomes.map(({ status }) => status))];
  const parts = statuses.map((status) => `${formatCount(outcomes.filter((one) => one.status === status).length)} ${statusWords[status]}`);
  const before = earlier === 0 ? [] : [`${formatCount(earlier)} in earlier runs`];
  const all = [...parts, ...before];
  return `Sent: ${all.length === 0 ? 'nothing' : all.join(', ')}.`;
}
