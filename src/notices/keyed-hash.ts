import { hmacSha256 } from '#crypto-backend';
import { encodeBase64Url } from '../crypto/base64.ts';

/** A secret with which identifiers are hashed: 32 bytes or more from a generator that is fit for secrets. Who destroys it can link nothing any more. */
export type HashKey = Uint8Array;

/** What a hash is of: the same text hashes differently for each. */
export type HashedKind = 'user' | 'event' | 'room' | 'recipient' | 'key';

const KEY_BYTES = 32;

/**
 * HMAC-SHA-256 of an identifier, in the URL-safe alphabet. Without the key nobody can test a guess.
 * @throws {HashKeyError} when the key is shorter than 32 bytes
 * @example keyedHash(new Uint8Array(32), 'user', '@alice:example.org').length // 43
 */
export function keyedHash(key: HashKey, kind: HashedKind, id: string): string {
  if (key.length < KEY_BYTES) throw new HashKeyError();
  return encodeBase64Url(hmacSha256(key, `matrix-erasure ${kind}\0${id}`));
}

const KEY_ID_LENGTH = 12;

/**
 * A name for a key that tells nothing about it but whether two are the same.
 * @throws {HashKeyError} when the key is shorter than 32 bytes
 * @example hashKeyId(new Uint8Array(31)) // throws HashKeyError
 */
export function hashKeyId(key: HashKey): string {
  return keyedHash(key, 'key', '').slice(0, KEY_ID_LENGTH);
}

/** A key is too short to keep identifiers secret. */
export class HashKeyError extends Error {
  override readonly name = 'HashKeyError';

  constructor() {
    super(`a key for hashes needs ${KEY_BYTES} bytes or more from a generator that is fit for secrets`);
  }
}
