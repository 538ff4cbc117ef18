/** A day: year, month and day of the month. */
export type CalendarDate = `${number}-${number}-${number}`;

const DAY_MS = 24 * 60 * 60 * 1000;
const FORM = /^\d{4}-\d{2}-\d{2}$/;
// Days have years of four digits: the days before and after leave room to count, and `Date.UTC` reads years below 100 as 1900 and later.
const FIRST = Date.UTC(1000, 0, 2);
const LAST = Date.UTC(9998, 11, 31);
const LAST_YEAR = 9999;

/**
 * Whether a text is a day that exists, as `YYYY-MM-DD`.
 * @example isCalendarDate('2026-02-30') // false
 */
export function isCalendarDate(text: string): text is CalendarDate {
  const time = FORM.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && dateOf(time) === text;
}

/**
 * The day that it is somewhere at a time (ms since 1970, UTC; from the year 1000 to 9998).
 * @throws {UnknownTimeZoneError} for a time zone that does not exist
 * @throws {UncountableTimeError} for a time outside these years, or none at all
 * @example dayAt(Date.UTC(2026, 8, 2, 23), 'Europe/Berlin') // '2026-09-03'
 */
export function dayAt(time: number, timeZone: string): CalendarDate {
  if (!(time >= FIRST && time <= LAST)) throw new UncountableTimeError();
  return dayIn(time, dayFormat(timeZone));
}

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en', { calendar: 'gregory', timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  } catch {
    throw new UnknownTimeZoneError();
  }
}

function dayIn(time: number, format: Intl.DateTimeFormat): CalendarDate {
  const parts = format.formatToParts(time);
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((found) => found.type === type)?.value);
  return dateOf(Date.UTC(part('year'), part('month') - 1, part('day')));
}

/**
 * The same-numbered day so many months later, or that month's last day.
 * @throws {UncountableTimeError} for a day before the year 1000, or when the result is after 9999
 * @example addMonths('2026-01-31', 1) // '2026-02-28'
 */
export function addMonths(date: CalendarDate, months: number): CalendarDate {
  const { year, month, day } = partsOf(date);
  const lastDay = new Date(Date.UTC(year, month + months + 1, 0)).getUTCDate();
  return dateOf(Date.UTC(year, month + months, Math.min(day, lastDay)));
}

/**
 * The first day from this one on that is no Saturday, Sunday or holiday.
 * @throws {UncountableTimeError} when there is none before the year 10000
 */
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
  // No zone is more than a day from UTC; the day changes once, so halving the distance finds the ms before it does. Of a day that a zone
  // left out (Samoa had no 30 December 2011) that is the end of the day before.
  const format = dayFormat(timeZone);
  let [before, after] = [Date.parse(date) - DAY_MS, Date.parse(date) + 3 * DAY_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dayIn(middle, format) > date) after = middle;
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
  if (!(time.getTime() >= FIRST - DAY_MS)) throw new UncountableTimeError();
  return { year: time.getUTCFullYear(), month: time.getUTCMonth(), day: time.getUTCDate() };
}

function dateOf(time: number): CalendarDate {
  const date = new Date(time);
  if (!(date.getUTCFullYear() >= 0 && date.getUTCFullYear() <= LAST_YEAR)) throw new UncountableTimeError();
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` as CalendarDate;
}

/** A time is none, or in a year in which no deadline is counted: give ms since 1970, as in 1795500000000. */
export class UncountableTimeError extends RangeError {
  override readonly name = 'UncountableTimeError';

  constructor() {
    super('not a time from which days can be counted: give ms since 1970 between the years 1000 and 9998, and not seconds, microseconds or an overflow');
  }
}

/** A time zone has no rules here: give a name of the IANA database. */
export class UnknownTimeZoneError extends RangeError {
  override readonly name = 'UnknownTimeZoneError';

  constructor() {
    super('not a known time zone: give an IANA name, as in Europe/Berlin');
  }
}
