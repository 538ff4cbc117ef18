import { parseJson } from '../../json/parse-json.ts';
import { JsonSyntaxError } from '../../json/reader.ts';
import { nextAttempt } from '../../notices/delivery/delivery.ts';
import { erasureContact, readSupportFile, SupportFileError } from '../../notices/support-file.ts';
import type { KnownContact, ServerContact } from './contact-book.ts';
import type { DeliveryLedger, LedgerEntry } from './delivery-ledger.ts';
import type { Network } from './network.ts';
import { askWellKnown } from './well-known.ts';

/** An entry, with what is known of whom to write to, where that was asked for. */
export type AddressedEntry = LedgerEntry & { readonly known?: KnownContact };

/** When contacts are looked for (ms), and at which port: 443. */
export type FindContactsOptions = { readonly now: () => number; readonly port?: number };

const DAY = 24 * 60 * 60 * 1000;
/** How long an answer counts, and how long none does (ms). */
const LIFETIME = { found: 30 * DAY, none: DAY };
const AT_ONCE = 16;
const PATH = '/.well-known/matrix/support';

/**
 * Asks every server that a person has to write to for its support file, and notes whom it names. Who does not answer is no failure: nobody is named then.
 * @see https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixsupport
 */
export async function findContacts({ all, contacts }: Pick<DeliveryLedger, 'all' | 'contacts'>, { send }: Pick<Network, 'send'>, { now, port = 443 }: FindContactsOptions): Promise<void> {
  const servers = new Set([...all()].filter((entry) => needsContact(entry, now())).map(({ notice }) => notice.destination));
  const left = [...servers].filter((server) => !counts(contacts.find(server), now())).values();
  const worker = async (): Promise<void> => {
    for (const server of left) {
      const contact = await contactOf(server, { send, port });
      contacts.note(server, { askedAt: now(), ...(contact === undefined ? {} : { contact }) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** All entries, each with whom to write to. */
export function withContacts({ all, contacts }: Pick<DeliveryLedger, 'all' | 'contacts'>): readonly AddressedEntry[] {
  return [...all()].map((entry) => {
    const known = entry.notice.channel === 'federation' ? contacts.find(entry.notice.destination) : undefined;
    return { ...entry, ...(known === undefined ? {} : { known }) };
  });
}

function needsContact({ notice, delivery }: LedgerEntry, now: number): boolean {
  return notice.channel === 'federation' && nextAttempt(delivery, now).do === 'ask';
}

function counts(known: KnownContact | undefined, now: number): boolean {
  return known !== undefined && now < known.askedAt + (known.contact === undefined ? LIFETIME.none : LIFETIME.found);
}

async function contactOf(server: string, options: { readonly send: Network['send']; readonly port: number }): Promise<ServerContact | undefined> {
  const answer = await askWellKnown(server.replace(/:\d+$/, ''), PATH, options);
  if (answer?.status !== 200) return undefined;
  try {
    const file = readSupportFile(parseJson(answer.body));
    const page = file.supportPage === undefined ? {} : { page: file.supportPage };
    return { ...erasureContact(file), ...page };
  } catch (error) {
    if (error instanceof SupportFileError || error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}
