import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { parseSigningKey } from '../../../crypto/signing-key.ts';
import type { ServerName } from '../../../identifiers/identifiers.ts';
import { deliveryPolicy, type DeliveryPolicy } from '../../../notices/delivery/policy.ts';
import { findContacts } from '../../notices/find-contacts.ts';
import { createCarrier } from '../../notices/carry.ts';
import type { DeliveryLedger } from '../../notices/delivery-ledger.ts';
import { createNetwork, type Network } from '../../notices/network.ts';
import { sendDue, type SendOptions } from '../../notices/send-due.ts';
import { summaryOf, isOverdue } from '../../notices/summary.ts';
import { confirmTyped } from '../../confirm.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { writeOutput } from '../../io/output.ts';
import { readText } from '../../json-file.ts';
import { readServiceContact } from '../../registration-file.ts';
import { deliveryLine } from '../../text/delivery-text.ts';
import { countOf } from '../../text/numbers.ts';
import { collectTexts, readDuration, readServer, withLedger } from './options.ts';

type Options = {
  readonly ledger: string;
  readonly key: string;
  readonly server: ServerName;
  readonly registration?: readonly string[];
  readonly ca?: string;
  readonly allowPrivate?: boolean;
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly firstDelay?: number;
  readonly longestDelay?: number;
  readonly yes?: boolean;
  readonly json?: boolean;
};

/** Adds `notify send`: what is due goes out. */
export function registerNotifySend(notify: Command): void {
  notify.command('send')
    .description('send the notices of a ledger that are due, and write down what became of each')
    .requiredOption('--ledger <file>', 'the ledger')
    .requiredOption('--key <file>', 'the signing key of the server: one line, as Synapse has it')
    .requiredOption('--server <name>', 'the server that signs', readServer)
    .option('--registration <file>', 'an application service of the server (YAML): where it is, and its token; repeatable', collectTexts)
    .option('--wait', 'go on until nothing is left to try')
    .option('--ca <file>', 'certificates (PEM) of authorities that count as well')
    .option('--allow-private', 'connect to addresses of this machine and its network, too')
    .option('--timeout <ms>', 'how long a request may take', readDuration, 30_000)
    .option('--first-delay <ms>', 'how long to wait after a first failure; twice as long after each other', readDuration, deliveryPolicy.firstDelay)
    .option('--longest-delay <ms>', 'how long to wait at most', readDuration, deliveryPolicy.longestDelay)
    .option('--yes', 'do not ask before anything is sent; nobody is asked where there is no terminal')
    .option('--json', 'print what the ledger says then, as JSON')
    .addHelpText('after', `
Delivery is at least once: what was not answered is sent again. Exit code 2: a deadline has passed, and somebody has not been told.

Examples:
  matrix-erasure notify send --ledger notices.db --key signing.key --server example.org
  matrix-erasure notify send --ledger notices.db --key signing.key --server example.org --registration irc.yaml --wait`)
    .action(async (options: Options) => {
      process.exitCode = await runSend(options);
    });
}

async function runSend(options: Options): Promise<number> {
  const signAs = { server: options.server, ...parseSigningKey(await readText(options.key)) };
  const registrations = await Promise.all((options.registration ?? []).map(readServiceContact));
  const network = createNetwork({
    ca: options.ca === undefined ? undefined : await readText(options.ca), allowPrivate: options.allowPrivate === true,
    ...(options.timeout === undefined ? {} : { limits: { timeoutMs: options.timeout } }),
  });
  return withLedger(options.ledger, false, async (ledger) => {
    assertOwn(ledger, options.server);
    const { statuses } = summaryOf(ledger.all(), Date.now());
    const due = statuses.pending + statuses.failed + statuses.sent;
    const what = `${countOf(due, 'notice')} that somebody is to be erased will be sent in the name of ${options.server}, and cannot be called back.`;
    await confirmTyped({ what, typed: options.server, yes: options.yes === true || due === 0 });
    return sendFrom(ledger, network, { ...options, carry: createCarrier(network, { signAs, registrations }) });
  });
}

function assertOwn(ledger: DeliveryLedger, server: ServerName): void {
  const own = ledger.server();
  if (own !== server) throw new UsageError(`the ledger is that of ${own ?? 'no server'}: only that server can sign for its users; give it as --server`);
}

async function sendFrom(ledger: DeliveryLedger, network: Network, options: Options & Pick<SendOptions, 'carry'>): Promise<number> {
  const { lockSending } = await import('../../notices/delivery-ledger.ts');
  const lock = lockSending(options.ledger);
  let tries = 0;
  try {
    await sendAll(ledger, { carry: options.carry, policy: policyOf(options), now: Date.now, random: Math.random, onTried: () => (tries += 1) }, options.wait === true);
    await findContacts(ledger, network, { now: Date.now });
  } finally {
    network.close();
    lock.release();
  }
  const summary = summaryOf(ledger.all(), Date.now());
  await writeOutput(undefined, options.json === true ? `${JSON.stringify({ tries, ...summary })}\n` : `${countOf(tries, 'try', 'tries')}. ${deliveryLine(summary)}\n`);
  return isOverdue(summary) ? EXIT.pending : EXIT.done;
}

async function sendAll(ledger: DeliveryLedger, options: SendOptions, wait: boolean): Promise<void> {
  await sendDue(ledger, options);
  if (!wait) return;
  for (let next = ledger.nextAt(options.now()); next !== undefined; next = ledger.nextAt(options.now())) {
    // A timer can be set for 24 days at most; a person may change the ledger meanwhile.
    await sleep(Math.min(Math.max(1, next - options.now()), 60_000));
    await sendDue(ledger, options);
  }
}

function policyOf({ firstDelay = deliveryPolicy.firstDelay, longestDelay = deliveryPolicy.longestDelay }: Options): DeliveryPolicy {
  return { ...deliveryPolicy, firstDelay, longestDelay: Math.max(firstDelay, longestDelay) };
}
