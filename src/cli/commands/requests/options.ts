import { InvalidArgumentError, Option, type Command } from 'commander';
import { isCalendarDate } from '../../../erasure/calendar.ts';
import { isUserId, type UserId } from '../../../identifiers/identifiers.ts';
import { UsageError } from '../../errors.ts';
import { RequestBookError } from '../../requests/book-error.ts';
import type { BookOptions, RequestBook } from '../../requests/request-book.ts';
import { parseTime } from '../request-options.ts';

/** Where the book is when nobody says. */
export const DEFAULT_BOOK = 'requests.db';

/** The options of every command that uses one request. */
export type ChangeOptions = { readonly book: string; readonly at?: number; readonly json?: boolean };

/** Adds `--book`, `--at` and `--json`, which mean the same everywhere. */
export function withBook(command: Command): Command {
  return command
    .addOption(new Option('--book <file>', 'the book of requests').default(DEFAULT_BOOK))
    .option('--at <ms>', 'the time that counts as now', parseTime)
    .option('--json', 'print the result as JSON');
}

/** Reads user IDs of the person, one after another. @throws {InvalidArgumentError} for anything else */
export function collectSubjects(text: string, before: readonly UserId[] = []): readonly UserId[] {
  return [...before, readSender(text)];
}

/** Reads a user ID. @throws {InvalidArgumentError} for anything else */
export function readSender(text: string): UserId {
  if (!isUserId(text)) throw new InvalidArgumentError('Give a user ID, such as @alice:example.org.');
  return text;
}

/** Reads days, separated by commas. @throws {InvalidArgumentError} for anything else */
export function readDays(text: string): readonly string[] {
  const days = text.split(',').filter((day) => day !== '');
  if (!days.every(isCalendarDate)) throw new InvalidArgumentError('Give days as YYYY-MM-DD, separated by commas.');
  return days;
}

/** Opens a book for some work, and closes it after. @throws {UsageError} when there is none, or no such request; {RequestBookError} when it cannot be used */
export async function withRequests<T>(path: string, options: BookOptions, work: (book: RequestBook) => T): Promise<T> {
  // SQLite is loaded when it is needed, and not by every command.
  const { openRequestBook, RequestIdError } = await import('../../requests/request-book.ts');
  try {
    const book = openRequestBook(path, options);
    try {
      return work(book);
    } finally {
      book.close();
    }
  } catch (error) {
    if (error instanceof RequestIdError || (error instanceof RequestBookError && error.reason === 'missing')) throw new UsageError(error.message);
    throw error;
  }
}
