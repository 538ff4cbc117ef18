import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { writeOutput } from '../io/output.ts';
import { requestsJson, requestsList } from '../requests/requests-list.ts';
import { renderRequestsText } from '../text/requests-text.ts';
import { textOptions } from '../text/terminal.ts';
import { parseTime } from './request-options.ts';
import { registerRequestsClose, registerRequestsExtend, registerRequestsForget, registerRequestsRefuse } from './requests/change.ts';
import { registerRequestsOpen } from './requests/open.ts';
import { DEFAULT_BOOK, withRequests } from './requests/options.ts';
import { registerRequestsShow } from './requests/show.ts';

const HELP = `
The book is one file that names people and what they asked for, and holds no content of events. Only its owner can read it; "forget" deletes what
has ended. Times are inputs: --at is now unless it is given. Exit code 2: a request is overdue.

Examples:
  matrix-erasure requests open --kind access --subject @alice:example.org
  matrix-erasure requests requests.db
  matrix-erasure requests show 2026-1 --html answer.html
  matrix-erasure requests close 2026-1`;

type Options = { readonly at?: number; readonly all?: boolean; readonly json?: boolean };

/** Adds `requests`: what people have asked for, by when it has to be answered, and what is overdue. */
export function registerRequests(program: Command): void {
  const requests = program.command('requests')
    .description('list what people have asked for, due dates first; exits with 2 if something is overdue')
    .usage('[book] [options] | <command>')
    .helpCommand(false)
    .addHelpText('after', HELP);
  registerRequestsList(requests);
  for (const register of [registerRequestsOpen, registerRequestsExtend, registerRequestsRefuse, registerRequestsClose, registerRequestsShow, registerRequestsForget]) register(requests);
}

/** What is done when no command is named: options of the group itself would be taken from its commands. */
function registerRequestsList(requests: Command): void {
  requests.command('list', { isDefault: true })
    .argument('[book]', 'the book of requests', DEFAULT_BOOK)
    .description('the same: list requests')
    .option('--all', 'list what has ended as well')
    .option('--at <ms>', 'the time that counts as now', parseTime)
    .option('--json', 'print the list as JSON (docs/schema/requests.schema.json)')
    .addHelpText('after', `
Examples:
  matrix-erasure requests requests.db
  matrix-erasure requests requests.db --all --json`)
    .action(async (book: string, { at = Date.now(), all = false, json = false }: Options) => {
      const list = requestsList(await withRequests(book, {}, (requestBook) => requestBook.all()), at, { all });
      process.exitCode = list.counts.overdue > 0 ? EXIT.pending : EXIT.done;
      await writeOutput(undefined, json ? `${JSON.stringify(requestsJson(list))}\n` : renderRequestsText(list, textOptions()));
    });
}
