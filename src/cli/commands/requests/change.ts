import { Option, type Command } from 'commander';
import { refusalGrounds, type RefusalGroundId } from '../../../erasure/rights/refusal-grounds.ts';
import {
  closeRequest, dueOf, extendRequest, extensionReasons, refuseRequest, type Closing, type ExtensionReason, type RightsRequest,
} from '../../../erasure/rights/request.ts';
import { confirmTyped } from '../../confirm.ts';
import { writeOutput } from '../../io/output.ts';
import { visible } from '../../text/visible.ts';
import { withBook, withRequests, type ChangeOptions } from './options.ts';

type Explained = ChangeOptions & { readonly explanation?: string };

/** Adds `requests extend`: the answer takes longer, and the person was told so. */
export function registerRequestsExtend(requests: Command): void {
  withBook(requests.command('extend').argument('<id>', 'the request').description('write down that the answer takes up to three months, and that the person was told so within one'))
    .addOption(new Option('--reason <reason>', 'why').choices(extensionReasons).makeOptionMandatory())
    .option('--explanation <text>', 'what the person was told; it stands in the report')
    .addHelpText('after', `
Example:
  matrix-erasure requests extend 2026-1 --reason complexity --explanation "Forty rooms on a dozen servers."`)
    .action(async (id: string, options: Explained & { readonly reason: ExtensionReason }) => {
      await change(id, options, (request, at) => extendRequest(request, { at, reason: options.reason, ...explained(options) }));
    });
}

/** Adds `requests refuse`: a request is refused, as a whole or in part, and the person was told why. */
export function registerRequestsRefuse(requests: Command): void {
  withBook(requests.command('refuse').argument('<id>', 'the request').description('write down that a request was refused, on what ground and why; "show" has the letter with the remedies'))
    .addOption(new Option('--ground <ground>', 'the ground; each right has its own').choices(refusalGrounds.map(({ id: ground }) => ground)).makeOptionMandatory())
    .requiredOption('--explanation <text>', 'what it rests on; it stands in the report')
    .option('--in-part', 'the rest was granted')
    .addHelpText('after', `
Examples:
  matrix-erasure requests refuse 2026-1 --ground article-17-3-e --explanation "A claim of a third person is before the court."
  matrix-erasure requests refuse 2026-2 --ground rights-of-others --in-part --explanation "The messages of others are left out."`)
    .action(async (id: string, options: Explained & { readonly ground: RefusalGroundId; readonly explanation: string; readonly inPart?: boolean }) => {
      const { ground, explanation, inPart = false } = options;
      await change(id, options, (request, at) => refuseRequest(request, { at, ground, explanation, inPart }));
    });
}

/** Adds `requests close`: the person was answered, or took the request back. */
export function registerRequestsClose(requests: Command): void {
  withBook(requests.command('close').argument('<id>', 'the request').description('write down that the person was answered, or took the request back'))
    .addOption(new Option('--as <outcome>', 'how it ended').choices(['granted', 'withdrawn']).default('granted'))
    .option('--explanation <text>', 'what the person was told besides; it stands in the report')
    .addHelpText('after', `
Example:
  matrix-erasure requests close 2026-1`)
    .action(async (id: string, options: Explained & { readonly as: Closing['outcome'] }) => {
      await change(id, options, (request, at) => closeRequest(request, { at, outcome: options.as, ...explained(options) }));
    });
}

/** Adds `requests forget`: what is known of an ended request goes. */
export function registerRequestsForget(requests: Command): void {
  withBook(requests.command('forget').argument('<id>', 'the request').description('delete a request that has ended, and all that is known of it, once nobody needs it any more'))
    .option('--yes', 'do not ask; nobody is asked where there is no terminal')
    .addHelpText('after', `
The book names people. What has ended is kept as long as it may have to be shown that it was answered, and no longer.

Example:
  matrix-erasure requests forget 2026-1`)
    .action(async (id: string, { book, json = false, yes = false }: ChangeOptions & { readonly yes?: boolean }) => {
      await confirmTyped({ what: `All that is known of request ${visible(id)} will be gone.`, typed: id, yes });
      await withRequests(book, {}, ({ forget }) => forget(id));
      await writeOutput(undefined, json ? `${JSON.stringify({ forgotten: id })}\n` : `Request ${visible(id)}: forgotten.\n`);
    });
}

function explained({ explanation }: Explained): { readonly explanation?: string } {
  return explanation === undefined ? {} : { explanation };
}

async function change(id: string, { book, at = Date.now(), json = false }: ChangeOptions, make: (request: RightsRequest, at: number) => RightsRequest): Promise<void> {
  const request = await withRequests(book, {}, (requests) => requests.change(id, (before) => make(before, at)));
  await writeOutput(undefined, json ? `${JSON.stringify(request)}\n` : `Request ${visible(request.id)}: ${stateOf(request)}\n`);
}

function stateOf(request: RightsRequest): string {
  const due = dueOf(request);
  const { ended } = request;
  if (ended === undefined) return `extended, to be answered by ${due.day}.`;
  const late = ended.outcome !== 'withdrawn' && ended.at > due.endsAt ? `, after the deadline of ${due.day}` : '';
  return `${ended.outcome.replaceAll('-', ' ')}${late}.`;
}
