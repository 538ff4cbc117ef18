import { Option, type Command } from 'commander';
import { afterPerson, nextAttempt, type PersonsDecision } from '../../../notices/delivery/delivery.ts';
import type { DeliveryLedger, LedgerEntry } from '../../notices/delivery-ledger.ts';
import { isUserId } from '../../../identifiers/identifiers.ts';
import { UsageError } from '../../errors.ts';
import { readSecretKey } from '../../fingerprints-file.ts';
import { writeOutput } from '../../io/output.ts';
import { countOf } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import { parseTime } from '../request-options.ts';
import { withLedger } from './options.ts';

const DECISIONS: readonly PersonsDecision['decision'][] = ['sent', 'acknowledged', 'impossible', 'disproportionate', 'retry'];

type ReceivedDecision = 'due' | 'erased' | 'revoked';

const RECEIVED_DECISIONS: readonly ReceivedDecision[] = ['due', 'erased', 'revoked'];

type Options = {
  readonly ledger: string;
  readonly to?: string;
  readonly received?: string;
  readonly suppressionKey?: string;
  readonly as: PersonsDecision['decision'] | ReceivedDecision;
  readonly reason?: string;
  readonly deadline?: number;
};

/** Adds `notify mark`: what a person has done about a notice, or decided. */
export function registerNotifyMark(notify: Command): void {
  notify.command('mark')
    .description('write down what a person has done about notices, or decided')
    .requiredOption('--ledger <file>', 'the ledger')
    .option('--to <recipient>', 'the recipient, or the ID of one notice')
    .option('--received <notice>', 'instead: a notice that came in, by its number or user')
    .option('--suppression-key <file>', 'the key with which the erased are hashed: needed to find a user whose erasure is done')
    .addOption(new Option('--as <decision>', 'what was done; of a notice that came in: due, erased or revoked').choices([...DECISIONS, ...RECEIVED_DECISIONS]).makeOptionMandatory())
    .option('--reason <text>', 'why it is impossible, or out of proportion')
    .option('--deadline <ms>', 'until when "retry" tries', parseTime)
    .addHelpText('after', `
Examples:
  matrix-erasure notify mark --ledger notices.db --to other.example --as sent
  matrix-erasure notify mark --ledger notices.db --to gone.example --as impossible --reason "the server is gone, and names no contact"
  matrix-erasure notify mark --ledger notices.db --to other.example --as retry --deadline 1798000000000
  matrix-erasure notify mark --ledger notices.db --received 7 --as erased
  matrix-erasure notify mark --ledger notices.db --received @alice:other.example --suppression-key erased.key --as revoked`)
    .action(async (options: Options) => {
      if ((options.to === undefined) === (options.received === undefined)) throw new UsageError('give either --to or --received');
      if (options.received !== undefined) return markReceived(options.received, options);
      await markSent(options.to ?? '', options);
    });
}

async function markSent(to: string, options: Options): Promise<void> {
  const decision = decisionOf(options);
  const marked = await withLedger(options.ledger, false, async (ledger) => mark(ledger, to, decision));
  if (marked === 0) throw new UsageError(`no notice that is not over goes to ${visible(to)}; "matrix-erasure notify status" lists them`);
  await writeOutput(undefined, `Marked as ${options.as}: ${countOf(marked, 'notice')} to ${visible(to)}.\n`);
}

async function markReceived(who: string, { ledger: path, suppressionKey, as }: Options): Promise<void> {
  const state = RECEIVED_DECISIONS.find((one) => one === as);
  if (state === undefined) throw new UsageError(`--received goes with --as ${RECEIVED_DECISIONS.join(', ')}`);
  const id = /^\d{1,15}$/.test(who) ? Number(who) : who;
  if (typeof id === 'string' && !isUserId(id)) throw new UsageError('--received is the number of a notice that came in, or a user ID');
  const key = suppressionKey === undefined ? undefined : await readSecretKey(suppressionKey);
  const number = await withLedger(path, false, async ({ received }) => {
    if (key !== undefined) received.useKey(key, path);
    const entry = received.find(id, key);
    if (entry === undefined) throw new UsageError('no such notice came in; of an erasure that is done the user is found with --suppression-key');
    const userId = typeof id === 'string' ? id : entry.userId;
    if (state === 'due' && userId === undefined) throw new UsageError('whose erasure it was is no longer known: give the user ID and --suppression-key');
    received.decide(entry, { state, ...(userId === undefined ? {} : { userId }) }, Date.now());
    return entry.number;
  });
  await writeOutput(undefined, `Marked as ${state}: notice ${number} that came in.\n`);
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
    case 'due':
    case 'erased':
    case 'revoked':
      throw new UsageError(`--as ${as} is for notices that came in: give --received`);
    default:
      return as satisfies never;
  }
}

/**
 * What the recipient has acknowledged is not undone by a person, and nobody but a person can be asked by letter. A letter to a recipient is about the notices that a person was asked
 * to write about: what a machine still sends, of another person's erasure say, is meant only if it is named.
 */
function mark(ledger: DeliveryLedger, to: string, decision: PersonsDecision): number {
  const isHandedOver = decision.decision === 'sent' || decision.decision === 'acknowledged';
  const isMeant = ({ notice: { id, destination, channel }, delivery }: LedgerEntry): boolean =>
    (id === to || (destination === to && !(isHandedOver && delivery.nextAt !== undefined && nextAttempt(delivery, Date.now()).do !== 'ask')))
    && delivery.status !== 'acknowledged' && !(decision.decision === 'retry' && (channel === 'person' || channel === 'none'));
  const entries = [...ledger.all()].filter(isMeant);
  for (const entry of entries) ledger.change(entry, (delivery) => (delivery.status === 'acknowledged' ? delivery : afterPerson(delivery, decision, Date.now())));
  return entries.length;
}
