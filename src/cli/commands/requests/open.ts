import { Option, type Command } from 'commander';
import { openRequest, dueOf } from '../../../erasure/rights/request.ts';
import { rightKinds, type RightKind } from '../../../erasure/rights/rights.ts';
import type { UserId } from '../../../identifiers/identifiers.ts';
import { writeOutput } from '../../io/output.ts';
import { visible } from '../../text/visible.ts';
import { parseTime } from '../request-options.ts';
import { collectSubjects, readDays, withBook, withRequests, type ChangeOptions } from './options.ts';

type Options = Omit<ChangeOptions, 'at'> & {
  readonly kind: RightKind;
  readonly subject: readonly UserId[];
  readonly receivedAt?: number;
  readonly id?: string;
  readonly timeZone?: string;
  readonly holidays?: readonly string[];
};

/** Adds `requests open`: a request that has come in. */
export function registerRequestsOpen(requests: Command): void {
  const command = requests.command('open').description('write down a request that has come in; the clock runs from the day of its receipt');
  withBook(command)
    .addOption(new Option('--kind <right>', 'the right').choices(rightKinds).makeOptionMandatory())
    .requiredOption('--subject <user>', 'a user ID of the person; repeatable', collectSubjects)
    .option('--received-at <ms>', 'when it was received (default: --at, or now)', parseTime)
    .option('--id <id>', 'what to call it (default: the next number of the year)')
    .option('--time-zone <zone>', 'whose days count, such as Europe/Berlin (default: UTC)')
    .option('--holidays <dates>', 'days that count like Sundays, as YYYY-MM-DD, separated by commas', readDays)
    .addHelpText('after', `
Examples:
  matrix-erasure requests open --kind access --subject @alice:example.org
  matrix-erasure requests open --book requests.db --kind erasure --subject @alice:example.org --received-at 1795500000000 --time-zone Europe/Berlin --holidays 2026-12-25,2026-12-26`)
    .action(async (options: Options & { readonly at?: number }) => {
      const { book, kind, subject, timeZone, holidays, json = false, receivedAt = options.at ?? Date.now() } = options;
      const counting = { ...(timeZone === undefined ? {} : { timeZone }), ...(holidays === undefined ? {} : { holidays }) };
      const facts = { kind, subjects: subject, receivedAt, ...(Object.keys(counting).length === 0 ? {} : { counting }) };
      // What cannot be used makes no book.
      openRequest({ id: options.id ?? '1', ...facts });
      const request = await withRequests(book, { create: true, receivedAt, timeZone }, (requestBook) => requestBook.open((free) => openRequest({ id: options.id ?? free, ...facts })));
      const text = `Request ${visible(request.id)}: ${kind} for ${subject.map(visible).join(', ')}, to be answered by ${dueOf(request).day}.`;
      await writeOutput(undefined, json ? `${JSON.stringify(request)}\n` : `${text}\n`);
    });
}
