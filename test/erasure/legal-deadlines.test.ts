import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addMonths, dayAt, endOfDay, isCalendarDate, UncountableTimeError, UnknownTimeZoneError, type CalendarDate,
} from '../../src/erasure/calendar.ts';
import { oneMonthAfter, purgeDeadline } from '../../src/erasure/deadlines.ts';
import { InvalidHolidayError, requestDeadlines } from '../../src/erasure/legal-deadlines.ts';
import { planFor } from './erase.ts';

type Case = {
  readonly received: string;
  readonly holidays: readonly string[];
  readonly one_month_raw: string;
  readonly due: string;
  readonly extension_notice_due: string;
  readonly extended_raw: string;
  readonly extended_due: string;
  readonly extended_if_chained: string;
};

const { cases }: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('../vectors/deadlines/regulation-1182-71.json', import.meta.url), 'utf8'),
);
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu'];

describe('deadlines by Regulation 1182/71', () => {
  test.each(cases)('received on $received', (vector) => {
    const { answer, extensionNotice, extended, cautious } = requestDeadlines(Date.parse(`${vector.received}T10:00:00Z`), { holidays: vector.holidays });
    expect({ counted: answer.counted, day: answer.day }).toEqual({ counted: vector.one_month_raw, day: vector.due });
    expect(extensionNotice.day).toBe(vector.extension_notice_due);
    expect({ counted: extended.counted, day: extended.day }).toEqual({ counted: vector.extended_raw, day: vector.extended_due });
    expect(cautious.counted).toBe(vector.extended_if_chained);
  });

  test('the controller\'s day of receipt counts, not that of UTC', () => {
    const late = Date.UTC(2026, 8, 2, 23, 30);
    expect(requestDeadlines(late).received).toBe('2026-09-02');
    expect(requestDeadlines(late, { timeZone: 'Europe/Berlin' }).received).toBe('2026-09-03');
  });

  test('a day ends where the controller is, on the days on which clocks are changed as well', () => {
    expect(endOfDay('2026-10-25', 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 25, 23) - 1);
    expect(endOfDay('2026-03-29', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 22) - 1);
    expect(endOfDay('2026-01-01', 'Pacific/Kiritimati')).toBe(Date.UTC(2026, 0, 1, 10) - 1);
  });

  test('a holiday must be a day that exists', () => {
    for (const holiday of ['2026-02-29', '1 May', '2026-13-01', '']) {
      expect(() => requestDeadlines(0, { holidays: [holiday] })).toThrow(InvalidHolidayError);
    }
  });

  test('a time zone must exist', () => {
    expect(() => requestDeadlines(0, { timeZone: 'Mars/Olympus' })).toThrow(UnknownTimeZoneError);
    expect(() => requestDeadlines(0, { timeZone: 'Mars/Olympus' })).toThrow(RangeError);
  });

  test('what is cautious is the earlier of three months and of one followed by two', () => {
    // From 31 January one month ends on 28 February, and two more on 28 April; three months end on 30 April.
    const { cautious, extended } = requestDeadlines(Date.UTC(2026, 0, 31, 12));
    expect([cautious.counted, extended.counted]).toEqual(['2026-04-28', '2026-04-30']);
    // From 30 November the shorter way ends on a Saturday too: both roll to the Monday, and neither is the earlier.
    const winter = requestDeadlines(Date.UTC(2025, 10, 30, 12));
    expect([winter.cautious.counted, winter.cautious.day, winter.extended.day]).toEqual(['2026-02-28', '2026-03-02', '2026-03-02']);
  });

  test('29 February counts where it exists', () => {
    expect(addMonths('2024-01-29', 1)).toBe('2024-02-29');
    expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
    expect(addMonths('2023-01-29', 1)).toBe('2023-02-28');
    expect(addMonths('2024-02-29', 12)).toBe('2025-02-28');
    expect(addMonths('1900-01-31', 1)).toBe('1900-02-28');
    expect(addMonths('2000-01-31', 1)).toBe('2000-02-29');
    expect(requestDeadlines(Date.UTC(2024, 1, 29, 12)).answer.day).toBe('2024-03-29');
  });

  test('a day that a zone left out ends when the day before does', () => {
    // Samoa went from 29 to 31 December 2011 over the date line.
    expect(dayAt(endOfDay('2011-12-30', 'Pacific/Apia'), 'Pacific/Apia')).toBe('2011-12-29');
    expect(endOfDay('2011-12-30', 'Pacific/Apia')).toBe(endOfDay('2011-12-29', 'Pacific/Apia'));
  });

  test('a holiday on a Monday moves the end to Tuesday, and holidays may follow each other over a year\'s end', () => {
    const holidays = ['2027-01-01', '2027-01-04', '2027-01-05'];
    expect(requestDeadlines(Date.UTC(2026, 11, 1, 12), { holidays }).answer.day).toBe('2027-01-06');
  });
});

describe('times from which no day can be counted', () => {
  const edge = 8.64e15;
  const bad = [edge, -edge, edge - 1, 1 - edge, edge + 1, Number.MAX_SAFE_INTEGER, Number.NaN, Infinity, -Infinity, Date.UTC(9999, 0, 1), Date.UTC(999, 0, 1), -62_167_219_200_000];

  test.each(bad)('%d has an error of its own', (time) => {
    expect(() => requestDeadlines(time)).toThrow(UncountableTimeError);
    expect(() => requestDeadlines(time, { timeZone: 'Pacific/Kiritimati' })).toThrow(UncountableTimeError);
    expect(() => oneMonthAfter(time)).toThrow(UncountableTimeError);
    expect(() => purgeDeadline(time)).toThrow(UncountableTimeError);
    expect(() => planFor([], { requestedAt: time, effectiveAt: time })).toThrow(UncountableTimeError);
  });

  test('all others can, to the last', () => {
    for (const time of [Date.UTC(1000, 0, 2), Date.UTC(9998, 11, 31), 0, -1]) {
      for (const timeZone of zones) {
        const { answer, extended, cautious } = requestDeadlines(time, { timeZone });
        expect([answer.endsAt, extended.endsAt, cautious.endsAt].every(Number.isSafeInteger)).toBe(true);
        expect(isCalendarDate(answer.day)).toBe(true);
      }
      expect(purgeDeadline(time)).toBeGreaterThan(time);
    }
  });

  test('any time gives deadlines or this error', () => {
    fc.assert(fc.property(fc.oneof(fc.double(), fc.integer({ min: -edge, max: edge }), fc.maxSafeInteger()), (time) => {
      try {
        const deadlines = requestDeadlines(time);
        return Number.isSafeInteger(deadlines.answer.endsAt) && purgeDeadline(time) > time;
      } catch (error) {
        return error instanceof UncountableTimeError;
      }
    }));
  });

  test('days of early years are not taken for those of the twentieth century', () => {
    expect(() => addMonths('0050-01-31', 1)).toThrow(UncountableTimeError);
    expect(isCalendarDate('0050-01-31')).toBe(true);
  });
});

describe('laws', () => {
  const time = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 11, 31) });
  const zone = fc.constantFrom(...zones);

  test('a deadline is a working day, never before the counted day, and at most a weekend later where there are no holidays', () => {
    fc.assert(fc.property(time, zone, (receivedAt, timeZone) => {
      const { answer } = requestDeadlines(receivedAt, { timeZone });
      const weekday = new Date(answer.day).getUTCDay();
      return weekday !== 0 && weekday !== 6 && answer.day >= answer.counted && Date.parse(answer.day) - Date.parse(answer.counted) <= 2 * 86_400_000;
    }));
  });

  test('the end of a day is its last ms', () => {
    fc.assert(fc.property(time, zone, (at, timeZone) => {
      const day = dayAt(at, timeZone);
      const end = endOfDay(day, timeZone);
      return dayAt(end, timeZone) === day && dayAt(end + 1, timeZone) > day && end >= at;
    }));
  });

  test('months later is a day that exists, in the right month, and never a later-numbered day', () => {
    fc.assert(fc.property(time, fc.integer({ min: 0, max: 30 }), (at, months) => {
      const day = dayAt(at, 'UTC');
      const later: CalendarDate = addMonths(day, months);
      const difference = (Number(later.slice(0, 4)) - Number(day.slice(0, 4))) * 12 + Number(later.slice(5, 7)) - Number(day.slice(5, 7));
      return isCalendarDate(later) && difference === months && later.slice(8) <= day.slice(8);
    }));
  });

  test('what is cautious is never later', () => {
    fc.assert(fc.property(time, (at) => {
      const { extended, cautious } = requestDeadlines(at);
      return cautious.endsAt <= extended.endsAt;
    }));
  });
});
