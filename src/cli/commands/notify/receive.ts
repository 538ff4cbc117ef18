import { InvalidArgumentError, type Command } from 'commander';
import type { ServerName } from '../../../identifiers/identifiers.ts';
import { toNodeHandler } from '../../../notices/node-handler.ts';
import type { ErasureApiOptions, FindKey } from '../../../notices/serve.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { readOrMakeKey } from '../../fingerprints-file.ts';
import { standardOutputSink } from '../../io/sinks.ts';
import { readText } from '../../json-file.ts';
import { readKeys } from '../../keys-file.ts';
import type { DeliveryLedger } from '../../notices/delivery-ledger.ts';
import { createKeyFetcher } from '../../notices/fetch-keys.ts';
import { listen, type ListenAddress, type ServerCertificate } from '../../notices/listen.ts';
import { createNetwork } from '../../notices/network.ts';
import { createTakeIn, type ReceiverNote } from '../../notices/take-in.ts';
import { readServiceContact } from '../../registration-file.ts';
import { untilStopped } from '../../signals.ts';
import { receiverLine } from '../../text/received-text.ts';
import { readDuration, readServer, withLedger } from './options.ts';

type Options = {
  readonly ledger: string;
  readonly suppressionKey: string;
  readonly listen: ListenAddress;
  readonly server?: ServerName;
  readonly keys?: string;
  readonly tokenFile?: string;
  readonly registration?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly ca?: string;
  readonly allowPrivate?: boolean;
  readonly timeout: number;
  readonly json?: boolean;
};

/** How long (ms) requests under way may take to end, once the program was told to stop. */
const PATIENCE = 5000;

/** Adds `notify receive`: a server that takes notices in. */
export function registerNotifyReceive(notify: Command): void {
  notify.command('receive')
    .description('take notices in from other servers, or from the homeserver of an application service, until stopped')
    .requiredOption('--ledger <file>', 'the ledger; made if there is none')
    .requiredOption('--suppression-key <file>', 'the key with which the erased are hashed; made if there is no such file')
    .option('--listen <address>', 'where to listen; port 0 chooses one', readAddress, { host: '127.0.0.1', port: 0 })
    .option('--server <name>', 'the name of this server: takes notices in from other servers', readServer)
    .option('--keys <file>', 'public keys of other servers, {server: {key ID: base64}}: no others count, and none are fetched')
    .option('--token-file <file>', 'the token of the homeserver (hs_token): takes notices in for an application service')
    .option('--registration <file>', 'the same, from the registration (YAML)')
    .option('--tls-cert <file>', 'certificate and chain (PEM); without it plain HTTP, for a proxy')
    .option('--tls-key <file>', 'the key of the certificate (PEM)')
    .option('--ca <file>', 'certificates (PEM) of authorities that count as well when keys are fetched')
    .option('--allow-private', 'fetch keys from addresses of this machine and its network, too')
    .option('--timeout <ms>', 'how long fetching a key may take', readDuration, 10_000)
    .option('--json', 'print what came of each request as JSON, a line each')
    .addHelpText('after', `
A notice is answered 200 when it is on disk. Lines name no user; "notify status" does, and gives the command that plans each erasure. What was done
("notify mark --received") is kept as a keyed hash. Keep the key elsewhere than the ledger. SIGINT and SIGTERM stop it when what is under way is done.

Examples:
  matrix-erasure notify receive --ledger notices.db --suppression-key erased.key --server example.org --listen 127.0.0.1:8449
  matrix-erasure notify receive --ledger bridge.db --suppression-key erased.key --registration irc.yaml --listen 127.0.0.1:9000
  matrix-erasure notify status --ledger notices.db`)
    .action(async (options: Options) => {
      process.exitCode = await runReceive(options);
    });
}

async function runReceive(options: Options): Promise<number> {
  assertFits(options);
  const { ledger: path, server, timeout, ca } = options;
  const [tls, hsToken, given] = [await certificateOf(options), await tokenOf(options), options.keys === undefined ? undefined : await readKeys(options.keys)];
  const network = createNetwork({ ca: ca === undefined ? undefined : await readText(ca), allowPrivate: options.allowPrivate === true, limits: { timeoutMs: timeout } });
  const keys: FindKey = given ?? createKeyFetcher(network, { now: Date.now });
  const authority = { ...(server === undefined ? {} : { serverName: server, keys }), ...(hsToken === undefined ? {} : { hsToken }) };
  try {
    return await withLedger(path, true, async (ledger) => {
      if (server !== undefined && ledger.server(server) !== server) throw new UsageError(`the ledger is that of ${ledger.server()}: give each server a ledger of its own`);
      return receiveInto(ledger, authority, { ...options, tls });
    });
  } finally {
    network.close();
  }
}

type Receiving = Options & { readonly tls: ServerCertificate | undefined };

async function receiveInto({ received }: DeliveryLedger, authority: Pick<ErasureApiOptions, 'serverName' | 'keys' | 'hsToken'>, options: Receiving): Promise<number> {
  const suppressionKey = await readOrMakeKey(options.suppressionKey);
  received.useKey(suppressionKey, options.ledger);
  const stop = untilStopped();
  const say = createPrinter(options.json === true, stop.now);
  const note = (one: ReceiverNote): void => say({ at: Date.now(), ...one }, receiverLine(one, Date.now()));
  const handler = toNodeHandler(createTakeIn({ ...authority, received, suppressionKey, note, now: Date.now }));
  const server = await listen((request, response) => {
    // Whoever goes away in the middle of a request has not sent it.
    handler(request, response).catch(() => response.destroy());
  }, options.listen, { tls: options.tls });
  say({ at: Date.now(), listening: server.url }, `Listening on ${server.url}`);
  await stop.requested;
  await server.stop(PATIENCE);
  say({ at: Date.now(), stopped: true }, 'Stopped.');
  return EXIT.done;
}

/** Prints lines; when their reader has gone, that is a wish to stop. */
function createPrinter(json: boolean, stop: () => void): (value: object, text: string) => void {
  const sink = standardOutputSink();
  return (value, text) => {
    sink.write(`${json ? JSON.stringify(value) : text}\n`).catch(stop);
  };
}

function assertFits({ server, keys, tokenFile, registration, tlsCert, tlsKey }: Options): void {
  if (server === undefined && tokenFile === undefined && registration === undefined) throw new UsageError('nothing to take in: give --server, or --token-file or --registration');
  if (tokenFile !== undefined && registration !== undefined) throw new UsageError('--token-file and --registration exclude each other');
  if (keys !== undefined && server === undefined) throw new UsageError('--keys needs --server');
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw new UsageError('--tls-cert and --tls-key go together');
}

async function certificateOf({ tlsCert, tlsKey }: Options): Promise<ServerCertificate | undefined> {
  return tlsCert === undefined || tlsKey === undefined ? undefined : { cert: await readText(tlsCert), key: await readText(tlsKey) };
}

async function tokenOf({ tokenFile, registration }: Options): Promise<string | undefined> {
  if (registration !== undefined) return (await readServiceContact(registration)).hsToken;
  if (tokenFile === undefined) return undefined;
  const token = (await readText(tokenFile)).trim();
  if (!/^\S+$/.test(token)) throw new UsageError('--token-file must hold the token and nothing else');
  return token;
}

/** Reads an address with a port. @throws {InvalidArgumentError} for anything else */
function readAddress(text: string): ListenAddress {
  const [, host, port] = /^(?:(\[[0-9a-fA-F:.]+\]|[^:\s]+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535) throw new InvalidArgumentError('Give an address and a port, such as 127.0.0.1:8449.');
  return { host: (host ?? '127.0.0.1').replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}
