import { hmacSha256 } from '#crypto-backend';
import { assertUserId, type UserId } from '../../identifiers/identifiers.ts';
import { own } from '../../json/value.ts';

/** The server name of every pseudonym: no server can have it (RFC 2606). */
export const PSEUDONYM_SERVER = 'erased.invalid';

/** Fewest bytes of a pseudonym key: 256 bits. */
export const PSEUDONYM_KEY_BYTES = 32;

const HASH_BYTES = 20;

/**
 * Who is shown under which name in which room. What a server stores, as JSON: it goes on working when the key is destroyed, for the rooms that it has.
 * Whoever has it can tell who a pseudonym is.
 */
export type PseudonymMap = {
  readonly subjects: readonly UserId[];
  /** By room ID, the pseudonyms in the order of `subjects`. */
  readonly rooms: { readonly [roomId: string]: readonly UserId[] };
};

/**
 * The name of a subject in one room: the same for the same key, unlike in every other room, and not to be undone without the key.
 * @throws {WeakPseudonymKeyError} for a key of fewer than 32 bytes
 * @throws {InvalidIdentifierError} when the subject is no user ID
 * @example pseudonymOf('@alice:example.org', '!r:example.org', new Uint8Array(32).fill(1)) // '@5f3da5ccadbe7a3e74e264e07b422910ddbae8ac:erased.invalid'
 */
export function pseudonymOf(subject: string, roomId: string, key: Uint8Array): UserId {
  if (key.length < PSEUDONYM_KEY_BYTES) throw new WeakPseudonymKeyError();
  assertUserId(subject);
  // The parts are written as JSON, so that no two pairs of room and user give the same text.
  const mac = hmacSha256(key, JSON.stringify(['matrix-erasure/pseudonym', roomId, subject]));
  const hash = Array.from(mac.subarray(0, HASH_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `@${hash}:${PSEUDONYM_SERVER}`;
}

/**
 * The pseudonyms of the subjects in some rooms, added to those that there are. A room that is there already keeps its pseudonyms, whatever the key.
 * @throws {WeakPseudonymKeyError} for a key of fewer than 32 bytes
 * @throws {InvalidIdentifierError} when a subject is no user ID
 * @throws {PseudonymMapError} when the map is of other subjects
 * @example Object.keys(pseudonymsFor(['@alice:example.org'], ['!a:b', '!c:d'], { key: new Uint8Array(32) }).rooms) // ['!a:b', '!c:d']
 */
export function pseudonymsFor(subjects: readonly UserId[], roomIds: Iterable<string>, { key, known }: PseudonymSource): PseudonymMap {
  if (known !== undefined && !sameList(known.subjects, subjects)) throw new PseudonymMapError();
  const added = [...new Set(roomIds)].filter((roomId) => own(known?.rooms ?? {}, roomId) === undefined);
  const rooms = added.map((roomId) => [roomId, subjects.map((subject) => pseudonymOf(subject, roomId, key))] as const);
  return { subjects, rooms: { ...known?.rooms, ...Object.fromEntries(rooms) } };
}

/** What pseudonyms are made from: the key, and those that there are. */
export type PseudonymSource = { readonly key: Uint8Array; readonly known?: PseudonymMap };

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

/** A pseudonym key that could be guessed: give 32 random bytes. */
export class WeakPseudonymKeyError extends Error {
  override readonly name = 'WeakPseudonymKeyError';

  constructor() {
    super(`a pseudonym key must have at least ${PSEUDONYM_KEY_BYTES} random bytes: take them from crypto.getRandomValues, and use the key for nothing else`);
  }
}

/** A stored map of pseudonyms belongs to somebody else: use the one that was stored for these subjects. */
export class PseudonymMapError extends Error {
  override readonly name = 'PseudonymMapError';

  constructor() {
    super('the map of pseudonyms is of other subjects, or has them in another order: use the map that was stored for this person');
  }
}
