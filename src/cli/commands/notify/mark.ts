import { Option, type Command } from 'commander';
import { afterPerson, type PersonsDecision } from '../../../notices/delivery/delivery.ts';
import type { DeliveryLedger, LedgerEntry } from '../../notices/delivery-ledger.ts';
import { UsageError } from '../../errors.ts';
import { writeOutput } from '../../io/output.ts';
import { countOf } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import { parseTime } from '../request-options.ts';
import { withLedger } from './options.ts';

const DECISIONS: readonly PersonsDecision['decision'][] = ['sent', 'acknowledged', 'impossible', 'disproportionate', 'retry'];

type Options = { readonly ledger: string; readonly to: string; readonly as: PersonsDecision['decision']; readonly reason?: string; readonly deadline?: number };

/** Adds `notify mark`: what a person has done about a notice, or decided. */
export function registerNotifyMark(notify: Command): void {
  notify.command('mark')
    .description('write down what a person has done about notices, or decided')
    .requiredOption('--ledger <file>', 'the ledger')
    .requiredOption('--to <recipient>', 'the recipient, or the ID of one notice')
    .addOption(new Option('--as <decision>', 'what was done').choices(DECISIONS).makeOptionMandatory())
    .option('--reason <text>', 'why it is impossible, or out of proportion')
    .option('--deadline <ms>', 'until when "retry" tries', parseTime)
    .addHelpText('after', `
Examples:
  matrix-erasure notify mark --ledger notices.db --to other.example --as sent
  matrix-erasure notify mark --ledger notices.db --to gone.example --as impossible --reason "the server is gone, and names no contact"
  matrix-erasure notify mark --ledger notices.db --to other.example --as retry --deadline 1798000000000`)
    .action(async (options: Options) => {
      const decision = decisionOf(options);
      const marked = await withLedger(options.ledger, false, async (ledger) => mark(ledger, options.to, decision));
      if (marked === 0) throw new UsageError(`no notice that is not over goes to ${visible(options.to)}; "matrix-erasure notify status" lists them`);
      await writeOutput(undefined, `Marked as ${options.as}: ${countOf(marked, 'notice')} to ${visible(options.to)}.\n`);
    });
}

function decisionOf({ as, reason, deadline }: Options): PersonsDecision {
  switch (as) {
    case 'sent':
    case 'acknowledged':
      return { decision: as };
    case 'impossible':
    case 'disproportionate':
      if (reason === undefined || reason === '') throw new UsageError(`--as ${as} needs --reason: Article 19 asks for it`);
      return { decision: as, reason };
    case 'retry':
      if (deadline === undefined || deadline <= Date.now()) throw new UsageError('--as retry needs --deadline, a time that is to come');
      return { decision: as, deadline };
    default:
      return as satisfies never;
  }
}

/** What the recipient has acknowledged is not undone by a person, and nobody but a person can be asked by letter. */
function mark(ledger: DeliveryLedger, to: string, decision: PersonsDecision): number {
  const isMeant = ({ notice: { id, destination, channel }, delivery: { status } }: LedgerEntry): boolean =>
    (id === to || destination === to) && status !== 'acknowledged' && !(decision.decision === 'retry' && (channel === 'person' || channel === 'none'));
  const entries = [...ledger.all()].filter(isMeant);
  for (const entry of entries) ledger.change(entry, (delivery) => (delivery.status === 'acknowledged' ? delivery : afterPerson(delivery, decision, Date.now())));
  return entries.length;
}
