import { addMonths, dayAt } from './calendar.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Days within which what only the subject could access is deleted (privacy notice, 2.1.2). */
export const PURGE_DAYS = 30;

/**
 * The same time of the same-numbered day one month later (ms since 1970, UTC), or of that month's last day.
 * @throws {UncountableTimeError} for a time that is none, or before the year 1000 or after 9998
 * @see https://eur-lex.europa.eu/eli/reg/1971/1182/oj
 * @example new Date(oneMonthAfter(Date.UTC(2026, 0, 31))).toISOString() // '2026-02-28T00:00:00.000Z'
 */
export function oneMonthAfter(time: number): number {
  const day = dayAt(time, 'UTC');
  return Date.parse(addMonths(day, 1)) + time - Date.parse(day);
}

/**
 * When what only the subject could access has to be gone (ms since 1970, UTC): the earlier of 30 days and one month.
 * A controller may promise less, in days.
 * @throws {UncountableTimeError} for a time that is none, or before the year 1000 or after 9998
 * @example purgeDeadline(Date.UTC(2026, 1, 1)) === Date.UTC(2026, 2, 1) // true
 */
export function purgeDeadline(requestedAt: number, within: number = PURGE_DAYS): number {
  return Math.min(requestedAt + Math.min(within, PURGE_DAYS) * DAY_MS, oneMonthAfter(requestedAt));
}
