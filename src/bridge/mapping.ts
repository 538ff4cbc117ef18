import * as v from 'valibot';
import { isUserId, type UserId } from '../identifiers/identifiers.ts';

/** One message on a bridged network and the Matrix event that it belongs to: a row of a bridge's database. An event in parts has several. */
export type MessageMapping = {
  readonly event_id: string;
  readonly room_id: string;
  /** Who sent the Matrix event: a user, or the ghost of somebody on the network. */
  readonly sender: UserId;
  /** A key of the table of networks. */
  readonly network: string;
  /** The chat on the network, in the bridge's own words. */
  readonly chat: string;
  /** The message there; left out while the network has not confirmed it. */
  readonly remoteId?: string;
  /** The account that can delete it, which is in most networks only the one that sent it; left out when the bridge is not logged in to it any more. */
  readonly account?: string;
  /** Whether that account is the bridge's own, which passes on what others write. */
  readonly relayed?: boolean;
  /** When the network took the message (ms since 1970, UTC): the age counts from here. */
  readonly sentAt: number;
  /** Whether the network has answered before that it knows no such message. */
  readonly goneThere?: boolean;
  /**
   * Addresses under which the bridge itself serves the message's files, or its text, to the network.
   * @see https://github.com/matrix-org/matrix-appservice-irc/issues/1849
   */
  readonly links?: readonly string[];
};

const text = v.pipe(v.string(), v.minLength(1));
const flag = v.exactOptional(v.boolean());

const schema = v.strictObject({
  event_id: text,
  room_id: text,
  sender: v.custom<UserId>((value) => typeof value === 'string' && isUserId(value)),
  network: text,
  chat: text,
  remoteId: v.exactOptional(text),
  account: v.exactOptional(text),
  relayed: flag,
  sentAt: v.pipe(v.number(), v.safeInteger()),
  goneThere: flag,
  links: v.exactOptional(v.array(text)),
});

const KEYS: readonly string[] = Object.keys(schema.entries);

/**
 * Reads a message mapping. A key that it does not know is an error: what is not understood must not be passed over. `row` says in the error which one it was, counted from 1.
 * @throws {InvalidMessageMappingError} when it is none
 * @example parseMessageMapping({ event_id: '$a' }) // throws InvalidMessageMappingError
 */
export function parseMessageMapping(value: unknown, { row }: { readonly row?: number } = {}): MessageMapping {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const key = String(result.issues[0].path?.[0]?.key ?? '');
  throw new InvalidMessageMappingError(KEYS.includes(key) ? key : undefined, row);
}

/** A row is no message mapping. What it holds is not repeated, keys neither: they may be personal data. */
export class InvalidMessageMappingError extends Error {
  override readonly name = 'InvalidMessageMappingError';
  /** The key that is wrong or missing; none when the row has a key that no mapping has, or is no object. */
  readonly key: string | undefined;
  /** Which row it is, counted from 1, where that is known. */
  readonly row: number | undefined;

  constructor(key: string | undefined, row?: number) {
    const problem = key === undefined ? `it is no object of the keys ${KEYS.join(', ')}` : `"${key}" is missing or not as it should be`;
    super(`message mapping${row === undefined ? '' : ` ${row}`}: ${problem}`);
    this.key = key;
    this.row = row;
  }
}
