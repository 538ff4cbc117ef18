import type { ErasureNotice } from '../build-notices.ts';
import type { NoticeAnswer } from '../notice-answer.ts';
import { delayAfter, type DeliveryPolicy } from './policy.ts';

/** How far a notice has come. Each says what is known to have happened, and no more. */
export type DeliveryStatus =
  /** Nothing was handed over yet. */
  | 'pending'
  /** Handed over, to the recipient's own connection or to the post, and not answered. */
  | 'sent'
  /** The recipient said that it has taken it in. */
  | 'acknowledged'
  /** The recipient has no such endpoint: somebody has to write to whoever runs it. */
  | 'unsupported'
  /** The last try came to nothing. */
  | 'failed'
  /** There is nobody who could be told (Article 19). */
  | 'impossible'
  /** A person decided that it would take an effort out of all proportion (Article 19). */
  | 'disproportionate';

/** Why a person has to act. */
export type DeliveryAsk =
  /** There is no endpoint: a letter is to be written. */
  | 'write'
  /** The recipient says no, however often it is asked. */
  | 'refused'
  /** All tries that the policy allows came to nothing. */
  | 'gave-up'
  /** The deadline has passed, and the recipient has not said that it has taken the notice in. */
  | 'deadline';

/** The delivery of one notice: a value; what happened gives the next one. Times are ms since 1970, UTC. */
export type Delivery = {
  readonly status: DeliveryStatus;
  /** Since when it has that status. */
  readonly since: number;
  /** From then on no machine tries any more. */
  readonly deadline: number;
  /** Which of an endpoint's paths is tried next. */
  readonly path: 'unstable' | 'stable';
  /** Requests whose outcome is written down. */
  readonly attempts: number;
  readonly refusals: number;
  /** When it is tried next; without it, not by a machine. */
  readonly nextAt?: number;
  /** Why it is where it is: a code, or what a person wrote. Never content. */
  readonly reason?: string;
  readonly ask?: DeliveryAsk;
};

/** What became of one try. */
export type AttemptResult =
  | { readonly outcome: 'answered'; readonly answer: NoticeAnswer }
  /** No answer that could be read; `handedOver` where all of the request left on a connection to the recipient. */
  | { readonly outcome: 'unanswered'; readonly fault: string; readonly handedOver: boolean };

/** When something happened, a draw from 0 to below 1, and how patient to be. */
export type DeliveryMoment = { readonly now: number; readonly random: number; readonly policy: DeliveryPolicy };

/**
 * The delivery of a notice that was just planned.
 * @example beginDelivery({ id: '1', kind: 'bot', destination: '@b:c.org', channel: 'person', body: '' }, { now: 0, deadline: 9 }).ask // 'write'
 */
export function beginDelivery(notice: ErasureNotice, { now, deadline }: { readonly now: number; readonly deadline: number }): Delivery {
  const start = { status: 'pending', since: now, deadline, attempts: 0, refusals: 0 } as const;
  if (notice.channel === 'person') return { ...start, path: 'stable', ask: 'write' };
  return { ...start, path: notice.channel === 'identity-server' ? 'stable' : 'unstable', nextAt: now };
}

/** What is to be done about a delivery now. */
export type NextAttempt =
  | { readonly do: 'nothing' }
  | { readonly do: 'wait'; readonly until: number }
  | { readonly do: 'send'; readonly path: 'unstable' | 'stable' }
  | { readonly do: 'ask'; readonly why: DeliveryAsk };

const OVER: ReadonlySet<DeliveryStatus> = new Set(['acknowledged', 'impossible', 'disproportionate']);

/**
 * What is to be done about a delivery at a time (ms).
 * @example nextAttempt(beginDelivery({ id: '1', kind: 'bot', destination: '@b:c.org', channel: 'person', body: '' }, { now: 0, deadline: 9 }), 0) // { do: 'ask', why: 'write' }
 */
export function nextAttempt({ status, deadline, path, nextAt, ask }: Delivery, now: number): NextAttempt {
  if (OVER.has(status)) return { do: 'nothing' };
  if (now >= deadline) return { do: 'ask', why: 'deadline' };
  if (ask !== undefined) return { do: 'ask', why: ask };
  if (nextAt === undefined) return { do: 'wait', until: deadline };
  return now < nextAt ? { do: 'wait', until: nextAt } : { do: 'send', path };
}

/**
 * The delivery after a try. One that is acknowledged stays so, whatever a late answer to another try says.
 * @example afterAttempt(beginDelivery({ id: '1', kind: 'server', destination: 'b.org', channel: 'federation', method: 'POST', paths: noticePaths.server, body: { user_id: '@a:a.org' } }, { now: 0, deadline: 9 }), { outcome: 'answered', answer: { outcome: 'acknowledged' } }, { now: 5, random: 0, policy: deliveryPolicy }).status // 'acknowledged'
 */
export function afterAttempt(delivery: Delivery, result: AttemptResult, moment: DeliveryMoment): Delivery {
  if (OVER.has(delivery.status)) return delivery;
  const tried = { ...delivery, attempts: delivery.attempts + 1 };
  if (result.outcome === 'unanswered') return retried(tried, { status: result.handedOver ? 'sent' : 'failed', reason: result.fault }, moment);
  const { answer } = result;
  switch (answer.outcome) {
    case 'acknowledged':
      return settled(tried, { status: 'acknowledged' }, moment.now);
    case 'unsupported':
      return unsupported(tried, moment.now);
    case 'later':
      return retried(tried, { status: 'failed', reason: 'not-now', after: answer.after }, moment);
    case 'refused':
      return refused(tried, `refused-${answer.status}${answer.errcode === undefined ? '' : ` ${answer.errcode}`}`, moment);
    default:
      return answer satisfies never;
  }
}

/** The other path is tried at once, as a server knows one of them at most. */
function unsupported(delivery: Delivery, now: number): Delivery {
  if (delivery.path === 'unstable') return { ...delivery, path: 'stable', nextAt: now };
  return settled(delivery, { status: 'unsupported', ask: 'write' }, now);
}

/** A refusal may be one of now: a server that cannot get our keys refuses as well. */
function refused(delivery: Delivery, reason: string, moment: DeliveryMoment): Delivery {
  const again = { ...delivery, refusals: delivery.refusals + 1 };
  if (again.refusals < moment.policy.refusals) return retried(again, { status: 'failed', reason }, moment);
  return settled(again, { status: 'failed', reason, ask: 'refused' }, moment.now);
}

type Failure = { readonly status: 'sent' | 'failed'; readonly reason: string; readonly after?: number | undefined };

function retried(delivery: Delivery, { status, reason, after = 0 }: Failure, { now, random, policy }: DeliveryMoment): Delivery {
  if (delivery.attempts >= policy.attempts) return settled(delivery, { status, reason, ask: 'gave-up' }, now);
  const delay = Math.max(after, delayAfter(delivery.attempts, random, policy));
  return { ...settled(delivery, { status, reason }, now), nextAt: Math.min(now + delay, delivery.deadline) };
}

type Outcome = Pick<Delivery, 'status' | 'reason' | 'ask'>;

/** What was known of the state before goes with it. */
function settled({ deadline, path, attempts, refusals }: Delivery, outcome: Outcome, since: number): Delivery {
  return { deadline, path, attempts, refusals, ...outcome, since };
}

/** What a person has done, or decided, about a notice. */
export type PersonsDecision =
  /** Wrote to the recipient. */
  | { readonly decision: 'sent' }
  /** Was told that the notice was taken in. */
  | { readonly decision: 'acknowledged' }
  | { readonly decision: 'impossible' | 'disproportionate'; readonly reason: string }
  /** Lets the machine try anew, until another deadline. */
  | { readonly decision: 'retry'; readonly deadline: number };

/**
 * The delivery after a person has acted.
 * @example afterPerson(beginDelivery({ id: '1', kind: 'bot', destination: '@b:c.org', channel: 'person', body: '' }, { now: 0, deadline: 9 }), { decision: 'sent' }, 5).status // 'sent'
 */
export function afterPerson(delivery: Delivery, decided: PersonsDecision, now: number): Delivery {
  switch (decided.decision) {
    case 'sent':
    case 'acknowledged':
      return settled(delivery, { status: decided.decision, reason: 'by-hand' }, now);
    case 'impossible':
    case 'disproportionate':
      return settled(delivery, { status: decided.decision, reason: decided.reason }, now);
    case 'retry':
      return { status: 'pending', since: now, deadline: decided.deadline, path: delivery.path, attempts: 0, refusals: 0, nextAt: now };
    default:
      return decided satisfies never;
  }
}
