import { dayAt, type CalendarDate } from '../calendar.ts';
import type { DeadlineOptions } from '../legal-deadlines.ts';

/** A table of a report. */
export type ReportTable = { readonly caption: string; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** A part of a report: paragraphs, then a list, then a table, as far as there are any. All of it is plain text. */
export type ReportSection = {
  readonly id: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly list?: readonly string[];
  readonly table?: ReportTable;
};

/** The controller's day at a time. */
export function day(at: number, counting: DeadlineOptions | undefined): CalendarDate {
  return dayAt(at, counting?.timeZone ?? 'UTC');
}

/** What a report says where nobody has stated something. */
export const NOT_STATED = 'Not stated.';

/** A number and its noun. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
