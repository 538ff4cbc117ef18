const DAYS: readonly string[] = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS: readonly string[] = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const LAST_TIME = Date.UTC(10_000, 0, 1) - 1;

/** A time as a page shows it, in UTC: the day in words, the time of day, and both for machines. */
export type ShownTime = { readonly day: string; readonly clock: string; readonly machine: string };

/**
 * A time in words, always the same whatever the machine; `undefined` for one that no calendar has, as whoever sends an event can make up its time.
 * @example shownTime(1795464718762) // { day: 'Monday, 23 November 2026', clock: '20:11', machine: '2026-11-23T20:11:58.762Z' }
 */
export function shownTime(ms: number | undefined): ShownTime | undefined {
  if (ms === undefined || !Number.isSafeInteger(ms) || ms < 0 || ms > LAST_TIME) return undefined;
  const date = new Date(ms);
  const machine = date.toISOString();
  return { day: `${DAYS[date.getUTCDay()]}, ${dayOf(ms)}`, clock: machine.slice(11, 16), machine };
}

/**
 * The day of a time, without the day of the week.
 * @example dayOf(0) // '1 January 1970'
 */
export function dayOf(ms: number | undefined): string {
  if (ms === undefined || !Number.isSafeInteger(ms) || ms < 0 || ms > LAST_TIME) return 'an unknown day';
  const date = new Date(ms);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** From when to when, in days. */
export function span(first: number | undefined, last: number | undefined): string {
  const [from, to] = [dayOf(first), dayOf(last)];
  return from === to ? from : `${from} to ${to}`;
}
