import type { AttemptResult, DeliveryMoment } from './delivery.ts';

/** How patient a sender is, and how gentle. Delays in ms. */
export type DeliveryPolicy = {
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** How often a notice is tried before a person is asked. */
  readonly attempts: number;
  /** How often it may be refused before a person is asked. */
  readonly refusals: number;
  /** Requests to one destination that may be under way at once. */
  readonly atOnce: number;
};

const MINUTE = 60 * 1000;

/** A minute, then twice as long each time, and twelve hours at most: about seventy tries in a month. */
export const deliveryPolicy: DeliveryPolicy = Object.freeze({ firstDelay: MINUTE, longestDelay: 12 * 60 * MINUTE, attempts: 100, refusals: 5, atOnce: 4 });

/**
 * How long (ms) to wait after so many tries: exponential, from half of it to all of it, so that those who failed together do not come back together.
 * `random` is a draw from 0 to below 1.
 * @example delayAfter(3, 0, deliveryPolicy) // 120000
 */
export function delayAfter(tries: number, random: number, { firstDelay, longestDelay }: DeliveryPolicy): number {
  const whole = Math.min(longestDelay, firstDelay * 2 ** Math.max(0, tries - 1));
  return Math.ceil(whole / 2 + (whole / 2) * random);
}

/** How a destination has done of late: failures in a row, and until when (ms since 1970, UTC) it is left in peace. */
export type DestinationHealth = { readonly failures: number; readonly restUntil: number };

/**
 * The health of a destination after a try: whoever cannot be reached, or says "not now", is left in peace with all notices.
 * @example afterContact({ failures: 3, restUntil: 0 }, { outcome: 'answered', answer: { outcome: 'acknowledged' } }, { now: 5, random: 0, policy: deliveryPolicy }) // { failures: 0, restUntil: 0 }
 */
export function afterContact(health: DestinationHealth, result: AttemptResult, { now, random, policy }: DeliveryMoment): DestinationHealth {
  const isWell = result.outcome === 'answered' && result.answer.outcome !== 'later';
  if (isWell) return { failures: 0, restUntil: 0 };
  // Several requests that were under way at once fail together: that is one failure.
  if (now < health.restUntil) return health;
  const after = result.outcome === 'answered' && result.answer.outcome === 'later' ? (result.answer.after ?? 0) : 0;
  const failures = health.failures + 1;
  return { failures, restUntil: now + Math.max(after, delayAfter(failures, random, policy)) };
}
