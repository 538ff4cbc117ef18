import * as v from 'valibot';
import { isUserId } from '../identifiers/identifiers.ts';
import { isJsonObject, type JsonValue } from '../json/value.ts';

/** Somebody to write to. At least one of the two addresses is there. */
export type SupportContact = { readonly role: string; readonly matrixId?: string; readonly email?: string };

/** Whom a server names for questions about it. */
export type SupportFile = { readonly contacts: readonly SupportContact[]; readonly supportPage?: string };

const contact = v.looseObject({ role: v.string(), matrix_id: v.optional(v.unknown()), email_address: v.optional(v.unknown()) });
const schema = v.looseObject({ contacts: v.optional(v.array(v.unknown()), []), support_page: v.optional(v.unknown()) });

// One line, and no more than an address: it will stand in a mail's header.
const EMAIL = /^[^\s@<>,;:"()[\]\\\p{Cc}]{1,64}@[^\s@<>,;:"()[\]\\\p{Cc}]{1,255}$/u;
const PAGE = /^https?:\/\/[^\s\p{Cc}<>"]{1,2000}$/u;

/**
 * Reads a server's `/.well-known/matrix/support`. A contact that nobody could write to is left out.
 * @throws {SupportFileError} when it is no such file, or nothing in it is of use
 * @see https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixsupport
 * @example readSupportFile({ contacts: [{ role: 'm.role.admin', email_address: 'admin@example.org' }] }).contacts[0].email // 'admin@example.org'
 */
export function readSupportFile(value: JsonValue): SupportFile {
  const result = v.safeParse(schema, value);
  if (!result.success || !isJsonObject(value)) throw new SupportFileError('form');
  const contacts = result.output.contacts.flatMap(readContact);
  const { support_page: page } = result.output;
  const supportPage = typeof page === 'string' && PAGE.test(page) ? page : undefined;
  if (contacts.length === 0 && supportPage === undefined) throw new SupportFileError('empty');
  return { contacts, ...(supportPage === undefined ? {} : { supportPage }) };
}

function readContact(value: unknown): readonly SupportContact[] {
  const result = v.safeParse(contact, value);
  if (!result.success) return [];
  const { role, matrix_id: matrixId, email_address: email } = result.output;
  const addresses = {
    ...(typeof matrixId === 'string' && isUserId(matrixId) ? { matrixId } : {}),
    ...(typeof email === 'string' && EMAIL.test(email) ? { email } : {}),
  };
  return Object.keys(addresses).length === 0 ? [] : [{ role, ...addresses }];
}

/** Data protection first (MSC4265), then whoever answers anything. */
const ROLES: readonly string[] = ['m.role.dpo', 'org.matrix.msc4265.role.dpo', 'm.role.admin', 'm.role.security'];

/**
 * Whom to write to about an erasure: the data protection officer, else the administrator, else whoever is named first.
 * @see https://github.com/matrix-org/matrix-spec-proposals/pull/4265
 * @example erasureContact({ contacts: [] }) // undefined
 */
export function erasureContact({ contacts }: SupportFile): SupportContact | undefined {
  const rank = ({ role }: SupportContact): number => (ROLES.includes(role) ? ROLES.indexOf(role) : ROLES.length);
  return contacts.toSorted((one, other) => rank(one) - rank(other))[0];
}

const EXPLANATIONS = {
  form: '"contacts" must be a list, if it is there',
  empty: 'it must name a contact with a user ID or an e-mail address, or a support page',
} as const;

/** A file does not say whom to write to. Nothing of it is repeated. */
export class SupportFileError extends Error {
  override readonly name = 'SupportFileError';
  readonly reason: keyof typeof EXPLANATIONS;

  constructor(reason: keyof typeof EXPLANATIONS) {
    super(`no support file: ${EXPLANATIONS[reason]}`);
    this.reason = reason;
  }
}
