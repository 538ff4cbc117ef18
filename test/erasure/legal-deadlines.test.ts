import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addMonths, dayAt, endOfDay, isCalendarDate, type CalendarDate } from '../../src/erasure/calendar.ts';
import { InvalidHolidayError, requestDeadlines } from '../../src/erasure/legal-deadlines.ts';

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
    expect(() => requestDeadlines(0, { timeZone: 'Mars/Olympus' })).toThrow(RangeError);
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
