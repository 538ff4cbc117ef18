import type { Command } from 'commander';
import { nextAttempt } from '../../../notices/delivery/delivery.ts';
import { withContacts, type AddressedEntry } from '../../notices/find-contacts.ts';
import { isOver, isOverdue, summaryOf, type DeliverySummary } from '../../notices/summary.ts';
import { EXIT } from '../../exit-codes.ts';
import { writeOutput } from '../../io/output.ts';
import type { ReceivedEntry } from '../../notices/received.ts';
import { renderDeliveryText } from '../../text/delivery-text.ts';
import { planCommand, receivedSummary, renderReceivedText, type ReceivedSummary } from '../../text/received-text.ts';
import { withLedger } from './options.ts';

type Options = { readonly ledger: string; readonly json?: boolean; readonly check?: boolean };

/** Adds `notify status`: who has been told, who has not, and what is due. */
export function registerNotifyStatus(notify: Command): void {
  notify.command('status')
    .description('show who has been told, who has not, what came in, and what is due; changes nothing')
    .requiredOption('--ledger <file>', 'the ledger')
    .option('--check', 'exit with 2 unless nothing is left to do')
    .option('--json', 'print it as JSON, with the letters that are to be written, and the list of the erased')
    .addHelpText('after', `
"sent" means handed over and not answered, "acknowledged" that the recipient says it has taken the notice in. Exit code 2: a deadline has passed.

Examples:
  matrix-erasure notify status --ledger notices.db
  matrix-erasure notify status --ledger notices.db --json --check`)
    .action(async ({ ledger: path, json = false, check = false }: Options) => {
      const now = Date.now();
      const { entries, received, suppression } = await withLedger(path, false, async (ledger) =>
        ({ entries: withContacts(ledger), received: ledger.received.all(), suppression: ledger.received.suppression() }));
      const [summary, cameIn] = [summaryOf(entries, now), receivedSummary(received, now)];
      const isDone = isOver(summary) && cameIn.nextDeadline === undefined;
      process.exitCode = isOverdue(summary) || cameIn.overdue > 0 || (check && !isDone) ? EXIT.pending : EXIT.done;
      const sent = entries.length === 0 && received.length > 0 ? '' : renderDeliveryText(entries, summary, now);
      const all = { ...jsonOf(entries, summary, now), received: receivedJson(received, cameIn), suppression };
      await writeOutput(undefined, json ? `${JSON.stringify(all)}\n` : `${renderReceivedText(received, path, now)}${sent}`);
    });
}

function receivedJson(entries: readonly ReceivedEntry[], summary: ReceivedSummary): object {
  return { ...summary, list: entries.map((entry) => (entry.state === 'due' ? { ...entry, plan: planCommand(entry) } : entry)) };
}

function jsonOf(entries: readonly AddressedEntry[], summary: DeliverySummary, now: number): object {
  return { ...summary, list: entries.map((entry) => entryJson(entry, now)) };
}

/** The letter stands only where it is to be written: it names the person. */
function entryJson({ notice, delivery, known }: AddressedEntry, now: number): object {
  const { id, kind, channel, destination, letter } = notice;
  const next = nextAttempt(delivery, now);
  const { ask: _, ...state } = delivery;
  if (next.do !== 'ask') return { id, kind, channel, destination, ...state };
  return { id, kind, channel, destination, ...state, ask: next.why, ...(letter === undefined ? {} : { letter }), ...(known === undefined ? {} : { contact: known.contact ?? null }) };
}
