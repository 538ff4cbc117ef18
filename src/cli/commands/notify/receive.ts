import { InvalidArgumentError, type Command } from 'commander';
import type { ServerName, UserId } from '../../../identifiers/identifiers.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { writeOutput } from '../../io/output.ts';
import { readText } from '../../json-file.ts';
import { readKeys } from '../../keys-file.ts';
import { createNetwork } from '../../notices/network.ts';
import type { ReceivedLedger } from '../../notices/received-ledger.ts';
import { createReceiver, listen, type Listening, type Received } from '../../notices/receiver.ts';
import { createServerKeyLookup } from '../../notices/server-key-lookup.ts';
import { readServiceContact } from '../../registration-file.ts';
import { dueOf, isLate, receivedLine, renderReceivedText } from '../../text/received-text.ts';
import { visible } from '../../text/visible.ts';
import { collectUsers, readServer } from './options.ts';

type Options = {
  readonly ledger: string;
  readonly server?: ServerName;
  readonly registration?: string;
  readonly listen: Address;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly keys?: string;
  readonly ca?: string;
  readonly allowPrivate?: boolean;
  readonly list?: boolean;
  readonly done?: readonly UserId[];
  readonly revoked?: readonly UserId[];
  readonly json?: boolean;
};

type Address = { readonly host: string; readonly port: number };

/** Adds `notify receive`: notices of others come in. */
export function registerNotifyReceive(notify: Command): void {
  notify.command('receive')
    .description('take in the notices of other servers, or of the homeserver, and list what is to be done')
    .requiredOption('--ledger <file>', 'what was received; made if it is not there, with a key beside it')
    .option('--server <name>', 'take in notices of other servers, as this one', readServer)
    .option('--registration <file>', 'take in notices of the homeserver, as this application service (YAML)')
    .option('--listen <address>', 'where to listen, behind a proxy that speaks TLS; port 0 takes any', readAddress, { host: '127.0.0.1', port: 8449 })
    .option('--tls-cert <file>', 'speak TLS with this certificate (PEM)')
    .option('--tls-key <file>', 'its key (PEM)')
    .option('--keys <file>', 'public keys of servers, instead of asking them: {server: {key ID: base64}}')
    .option('--ca <file>', 'certificates (PEM) of authorities that count as well')
    .option('--allow-private', 'ask servers at addresses of this machine and its network for their keys, too')
    .option('--list', 'do not listen: list what was received, what is due first')
    .option('--done <user>', 'do not listen: note that somebody was erased; their name is forgotten; repeatable', collectUsers)
    .option('--revoked <user>', 'do not listen: note that somebody came back; the next notice is looked at by a person; repeatable', collectUsers)
    .option('--json', 'a line of JSON for each request; with --list, one document')
    .addHelpText('after', `
Only a user's own server, or the homeserver of an application service, is listened to. A notice is in the ledger before it is answered, and one that comes again changes
nothing. Nothing is erased by it: the list says which plan to make. Exit code 2, with --list: something is overdue. Ctrl-C stops it.

Examples:
  matrix-erasure notify receive --ledger received.db --server example.org --listen 127.0.0.1:8449
  matrix-erasure notify receive --ledger received.db --registration irc.yaml --listen 127.0.0.1:9900
  matrix-erasure notify receive --ledger received.db --list
  matrix-erasure notify receive --ledger received.db --done @alice:other.example`)
    .action(async (options: Options) => {
      process.exitCode = await runReceive(options);
    });
}

/** Reads `HOST:PORT` or a port. @throws {InvalidArgumentError} for anything else */
function readAddress(text: string): Address {
  const [, host = '127.0.0.1', port = ''] = /^(?:\[?([0-9A-Za-z.:-]+?)\]?:)?(\d{1,5})$/.exec(text) ?? [];
  if (port === '' || Number(port) > 65_535) throw new InvalidArgumentError('Give an address and a port, such as 127.0.0.1:8449.');
  return { host, port: Number(port) };
}

async function runReceive(options: Options): Promise<number> {
  const { done = [], revoked = [], list = false } = options;
  const works = list || done.length + revoked.length > 0;
  if (!works && options.server === undefined && options.registration === undefined) throw new UsageError('say for whom: --server for a homeserver, --registration for an application service');
  if ((options.tlsCert === undefined) !== (options.tlsKey === undefined)) throw new UsageError('--tls-cert and --tls-key go together');
  const { openReceivedLedger } = await import('../../notices/received-ledger.ts');
  const ledger = openReceivedLedger(options.ledger);
  try {
    if (!works) return await serve(ledger, options);
    for (const user of done) markIn(ledger, user, 'done');
    for (const user of revoked) markIn(ledger, user, 'revoked');
    return await printList(ledger, options.json === true);
  } finally {
    ledger.close();
  }
}

function markIn(ledger: ReceivedLedger, user: UserId, status: 'done' | 'revoked'): void {
  if (!ledger.mark(user, status)) throw new UsageError(`no notice about ${visible(user)} was received; --list lists those that are open`);
}

async function printList(ledger: ReceivedLedger, json: boolean): Promise<number> {
  const [entries, now] = [ledger.all(), Date.now()];
  const rows = entries.map(({ userId, from, receivedAt, status }) => ({ ...(userId === undefined ? {} : { user_id: userId }), from, received_at: receivedAt, due: dueOf({ receivedAt }), status }));
  await writeOutput(undefined, json ? `${JSON.stringify({ received: rows })}\n` : renderReceivedText(entries, now));
  return entries.some((entry) => isLate(entry, now)) ? EXIT.pending : EXIT.done;
}

async function serve(ledger: ReceivedLedger, options: Options): Promise<number> {
  const network = createNetwork({ ca: options.ca === undefined ? undefined : await readText(options.ca), allowPrivate: options.allowPrivate === true, limits: { timeoutMs: 10_000 } });
  const keys = options.keys === undefined ? createServerKeyLookup(network) : await readKeys(options.keys);
  const handler = createReceiver({
    ledger, now: Date.now,
    ...(options.server === undefined ? {} : { serverName: options.server, keys }),
    ...(options.registration === undefined ? {} : { hsToken: (await readServiceContact(options.registration)).hsToken }),
    onReceived: (received) => void process.stdout.write(`${options.json === true ? JSON.stringify(jsonOf(received)) : receivedLine(received)}\n`),
    onFault: (error) => void process.stderr.write(`matrix-erasure: answered with "later": ${error instanceof Error ? error.name : 'unknown'}\n`),
  });
  try {
    const listening = await started(handler, options);
    process.stderr.write(`Listening on ${listening.url}. Ctrl-C stops it.\n`);
    await untilStopped();
    await listening.stop();
  } finally {
    network.close();
  }
  return EXIT.done;
}

async function started(handler: Parameters<typeof listen>[0], { listen: address, tlsCert, tlsKey }: Options): Promise<Listening> {
  const tls = tlsCert === undefined || tlsKey === undefined ? {} : { tls: { cert: await readText(tlsCert), key: await readText(tlsKey) } };
  try {
    return await listen(handler, { ...address, ...tls });
  } catch (error) {
    throw new UsageError(`cannot listen on ${address.host}:${address.port} (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}); choose another address with --listen, and check the certificate`);
  }
}

/** A stop is what ends this command, and no interruption. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.removeAllListeners(signal);
      process.once(signal, () => resolve());
    }
  });
}

function jsonOf(received: Received): object {
  if (received.outcome === 'taken-in' || received.outcome === 'review') {
    const { outcome, at, notice } = received;
    return { at, outcome, user_id: notice.userId, from: notice.endpoint === 'server' ? notice.origin : 'homeserver' };
  }
  return received;
}
