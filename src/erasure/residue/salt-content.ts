import { encodeBase64 } from '../../crypto/base64.ts';
import { own, type JsonObject } from '../../json/value.ts';

/** Fewest random bytes of a salt: 128 bits. */
export const SALT_BYTES = 16;

/** The key of content under which a salt stands, unless another is chosen. No client shows it. */
export const SALT_KEY = 'matrix-erasure.salt';

const SALT_FORM = /^[A-Za-z0-9+/]{22,}$/;

/** Where the salt goes. */
export type SaltOptions = { readonly key?: string };

/**
 * The content with 128 random bits or more, so that nobody can confirm a guess at it once it is erased: the salt is hashed with the content and
 * erased with it. For content that is yet to be sent: an event that exists cannot be salted. Encrypted content needs none, and in types whose
 * content a redaction keeps, such as `m.room.create` from version 11, it would be of no use.
 * @throws {WeakSaltError} for fewer than 16 bytes, or bytes that are all the same
 * @example saltContent({ body: 'yes' }, Uint8Array.from({ length: 16 }, (_, i) => i)) // { body: 'yes', 'matrix-erasure.salt': 'AAECAwQFBgcICQoLDA0ODw' }
 * @example saltContent({ body: 'yes' }, new Uint8Array(16)) // throws WeakSaltError
 */
export function saltContent(content: JsonObject, randomBytes: Uint8Array, { key = SALT_KEY }: SaltOptions = {}): JsonObject {
  // Bytes that are all the same are not unlucky but forgotten: chance brings them once in 2^120 times.
  if (randomBytes.length < SALT_BYTES || randomBytes.every((byte) => byte === randomBytes[0])) throw new WeakSaltError();
  return { ...content, [key]: encodeBase64(randomBytes) };
}

/** Whether content has a salt under the usual key, as far as it can be seen: whether it is random cannot be. */
export function isSalted(content: JsonObject): boolean {
  const salt = own(content, SALT_KEY);
  return typeof salt === 'string' && SALT_FORM.test(salt);
}

/** A salt that could be guessed: give 16 bytes or more from the platform's random source, such as `crypto.getRandomValues`. */
export class WeakSaltError extends Error {
  override readonly name = 'WeakSaltError';

  constructor() {
    super(`a salt must be at least ${SALT_BYTES} random bytes, new ones for each event: take them from crypto.getRandomValues`);
  }
}
