import { addMonths, dayAt, endOfDay, isCalendarDate, workingDayFrom, type CalendarDate } from './calendar.ts';

/** Where and how a controller counts. */
export type DeadlineOptions = {
  /** The controller's time zone, an IANA name. */
  readonly timeZone?: string;
  /** Public holidays as `YYYY-MM-DD`, which count like Sundays. */
  readonly holidays?: readonly string[];
};

/** A day by whose end something has to be done. */
export type Deadline = {
  /** The day on which the period ends, weekends and holidays not considered. */
  readonly counted: CalendarDate;
  /** The day that counts. */
  readonly day: CalendarDate;
  /** The last ms of that day (ms since 1970, UTC). */
  readonly endsAt: number;
};

/** The deadlines of a request of a data subject. */
export type RequestDeadlines = {
  /** The day of receipt, which is not counted. */
  readonly received: CalendarDate;
  /** One month: the answer, or notice with reasons that it takes longer. */
  readonly answer: Deadline;
  readonly extensionNotice: Deadline;
  /** Three months from receipt, where the request is complex or one of many. */
  readonly extended: Deadline;
  /** The earlier of that and of one month followed by two, for those who do not want to argue which it is. */
  readonly cautious: Deadline;
};

/**
 * By when a request has to be answered: a period of months ends with the same-numbered day, or the month's last day, and if that is a Saturday, Sunday or
 * holiday with the next working day. Time zone and holidays are the controller's.
 * @throws {UnknownTimeZoneError} for a time zone that does not exist
 * @throws {UncountableTimeError} for a time that is none, or before the year 1000 or after 9998
 * @throws {InvalidHolidayError} for a holiday that is no day
 * @see https://eur-lex.europa.eu/eli/reg/1971/1182/oj
 * @example requestDeadlines(Date.UTC(2026, 8, 3)).answer.day // '2026-10-05'
 */
export function requestDeadlines(receivedAt: number, { timeZone = 'UTC', holidays = [] }: DeadlineOptions = {}): RequestDeadlines {
  if (!holidays.every(isCalendarDate)) throw new InvalidHolidayError();
  const received = dayAt(receivedAt, timeZone);
  const free = new Set(holidays);
  const deadline = (counted: CalendarDate): Deadline => {
    const day = workingDayFrom(counted, free);
    return { counted, day, endsAt: endOfDay(day, timeZone) };
  };
  const month = addMonths(received, 1);
  const [whole, chained] = [addMonths(received, 3), addMonths(month, 2)];
  return {
    received,
    answer: deadline(month),
    extensionNotice: deadline(month),
    extended: deadline(whole),
    cautious: deadline(chained < whole ? chained : whole),
  };
}

/** A holiday is not given as a day that exists. */
export class InvalidHolidayError extends Error {
  override readonly name = 'InvalidHolidayError';

  constructor() {
    super('a holiday is not a day of the form YYYY-MM-DD');
  }
}
