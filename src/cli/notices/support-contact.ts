import { JsonSyntaxError } from '../../json/reader.ts';
import { parseJson } from '../../json/parse-json.ts';
import { nextAttempt } from '../../notices/delivery/delivery.ts';
import { erasureContact, readSupportFile, SupportFileError, type SupportContact } from '../../notices/support-file.ts';
import type { AskedContact, DeliveryLedger } from './delivery-ledger.ts';
import type { Network, Target } from './network.ts';
import { askWellKnown } from './well-known.ts';

const PATH = '/.well-known/matrix/support';
const OK = 200;
/** A server that did not say is asked again after a day (ms). */
const AGAIN = 24 * 60 * 60 * 1000;

/** What contacts are looked up with; `port` is where hosts are asked: 443 but in tests. */
export type ContactLookup = { readonly network: Pick<Network, 'send'>; readonly now: () => number; readonly port?: number };

/**
 * Finds out whom to write to at servers that a person has to write to: it is written down in the ledger, and is no error where they do not say.
 * @see https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixsupport
 */
export async function findContacts(ledger: DeliveryLedger, { network, now, port = 443 }: ContactLookup): Promise<void> {
  const servers = new Set<string>();
  for (const { notice, delivery } of ledger.all()) {
    if (notice.channel === 'federation' && nextAttempt(delivery, now()).do === 'ask') servers.add(notice.destination);
  }
  for (const server of servers) {
    const before = ledger.contact(server);
    if (before?.contact !== undefined || (before !== undefined && now() < before.askedAt + AGAIN)) continue;
    const contact = await contactOf(server, network, port);
    ledger.setContact(server, { askedAt: now(), ...(contact === undefined ? {} : { contact }) });
  }
}

async function contactOf(server: string, network: Pick<Network, 'send'>, port: number): Promise<AskedContact['contact']> {
  const answer = await askWellKnown(PATH, hostOf(server, port), network.send);
  if (answer === undefined || answer.status !== OK) return undefined;
  try {
    const file = readSupportFile(parseJson(answer.body));
    const contact: SupportContact | undefined = erasureContact(file);
    return contact ?? (file.supportPage === undefined ? undefined : { supportPage: file.supportPage });
  } catch (error) {
    if (error instanceof SupportFileError || error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** The file is at the host of the server's name, whatever port it speaks to other servers on. */
function hostOf(server: string, port: number): Target {
  const host = server.replace(/:\d+$/, '');
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return { host: bare, port, hostHeader: port === 443 ? host : `${host}:${port}`, tlsName: bare };
}
