/** How fast events are sent: a store of `burst` of them, refilled at `perSecond`. */
export type SendLimits = { readonly perSecond: number; readonly burst: number };

/**
 * What a Synapse allows one user that nobody has configured otherwise: ten at once, then one in five seconds.
 * @example sendTime(10, synapseSendLimits) // 5000
 */
export const synapseSendLimits: SendLimits = Object.freeze({ perSecond: 0.2, burst: 10 });

/**
 * When the event at a position, counted from 0, may be sent, in ms from the first.
 * @example [0, 1, 2, 3].map((position) => sendTime(position, { perSecond: 2, burst: 2 })) // [0, 0, 500, 1000]
 */
export function sendTime(position: number, { perSecond, burst }: SendLimits): number {
  return Math.ceil((Math.max(0, position + 1 - burst) * 1000) / perSecond);
}

/**
 * The same limits, known to be usable.
 * @throws {SendLimitsError} otherwise
 * @example assertSendLimits({ perSecond: 0, burst: 1 }) // throws SendLimitsError
 */
export function assertSendLimits({ perSecond, burst }: SendLimits): void {
  if (!Number.isFinite(perSecond) || perSecond <= 0) throw new SendLimitsError('perSecond', 'a number of events above 0');
  if (!Number.isSafeInteger(burst) || burst < 1) throw new SendLimitsError('burst', 'a whole number of events, at least 1');
}

/** Limits with which nothing would ever be sent. */
export class SendLimitsError extends Error {
  override readonly name = 'SendLimitsError';
  readonly field: keyof SendLimits;

  constructor(field: keyof SendLimits, expected: string) {
    super(`limits.${field} must be ${expected}`);
    this.field = field;
  }
}
