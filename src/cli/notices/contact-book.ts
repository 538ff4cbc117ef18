import type { DatabaseSync } from 'node:sqlite';
import type { SupportContact } from '../../notices/support-file.ts';
import { prepareAll } from '../../stores/sqlite/database-file.ts';
import { CONTACT_SQL } from './schema.ts';

/** Whom a server's support file names to be written to: a person, or a page. */
export type ServerContact = Partial<SupportContact> & { readonly page?: string };

/** What is known of a server's contact, and when it was asked for (ms since 1970, UTC). Without a contact: it names none. */
export type KnownContact = { readonly askedAt: number; readonly contact?: ServerContact };

/** Contacts by server, as they were found. */
export type ContactBook = {
  readonly find: (server: string) => KnownContact | undefined;
  readonly note: (server: string, known: KnownContact) => void;
};

/** The contacts in a ledger. */
export function createContactBook(database: DatabaseSync): ContactBook {
  const prepared = prepareAll(database, CONTACT_SQL);
  return {
    find: (server) => {
      const row = prepared.contact.get({ server });
      if (row === undefined) return undefined;
      const { askedAt, contact } = row;
      return { askedAt: Number(askedAt), ...(contact === null ? {} : { contact: JSON.parse(String(contact)) as ServerContact }) };
    },
    note: (server, { askedAt, contact }) => void prepared.setContact.run({ server, askedAt, contact: contact === undefined ? null : JSON.stringify(contact) }),
  };
}
