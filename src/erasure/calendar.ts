/** A day: year, month and day of the month. */
export type CalendarDate = `${number}-${number}-${number}`;

const DAY_MS = 24 * 60 * 60 * 1000;
const FORM = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Whether a text is a day that exists, as `YYYY-MM-DD`.
 * @example isCalendarDate('2026-02-30') // false
 */
export function isCalendarDate(text: string): text is CalendarDate {
  return FORM.test(text) && dateOf(Date.parse(text)) === text;
}

/**
 * The day that it is somewhere at a time (ms since 1970, UTC).
 * @throws {RangeError} for a time zone that does not exist
 * @example dayAt(Date.UTC(2026, 8, 2, 23), 'Europe/Berlin') // '2026-09-03'
 */
export function dayAt(time: number, timeZone: string): CalendarDate {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(time);
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((found) => found.type === type)?.value);
  return dateOf(Date.UTC(part('year'), part('month') - 1, part('day')));
}

/**
 * The same-numbered day so many months later, or that month's last day.
 * @example addMonths('2026-01-31', 1) // '2026-02-28'
 */
export function addMonths(date: CalendarDate, months: number): CalendarDate {
  const { year, month, day } = partsOf(date);
  const lastDay = new Date(Date.UTC(year, month + months + 1, 0)).getUTCDate();
  return dateOf(Date.UTC(year, month + months, Math.min(day, lastDay)));
}

/** The first day from this one on that is no Saturday, Sunday or holiday. */
export function workingDayFrom(date: CalendarDate, holidays: ReadonlySet<string>): CalendarDate {
  let day = date;
  while (isWeekend(day) || holidays.has(day)) day = dateOf(Date.parse(day) + DAY_MS);
  return day;
}

/**
 * The last ms of a day somewhere (ms since 1970, UTC).
 * @example endOfDay('2026-10-05', 'UTC') === Date.UTC(2026, 9, 6) - 1 // true
 */
export function endOfDay(date: CalendarDate, timeZone: string): number {
  // No zone is more than a day from UTC; the day changes once, so halving the distance finds the ms before it does.
  let [before, after] = [Date.parse(date) - DAY_MS, Date.parse(date) + 3 * DAY_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dayAt(middle, timeZone) > date) after = middle;
    else before = middle;
  }
  return before;
}

function isWeekend(date: CalendarDate): boolean {
  const weekday = new Date(date).getUTCDay();
  return weekday === 0 || weekday === 6;
}

type Parts = { readonly year: number; readonly month: number; readonly day: number };

function partsOf(date: CalendarDate): Parts {
  const time = new Date(date);
  return { year: time.getUTCFullYear(), month: time.getUTCMonth(), day: time.getUTCDate() };
}

function dateOf(time: number): CalendarDate {
  const date = new Date(time);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` as CalendarDate;
}
