import { hmacSha256 } from '#crypto-backend';
import { decodeBase64, encodeBase64 } from '../../crypto/base64.ts';

/** Letters and digits of an excerpt that is looked for: so many in a row of a long text are hardly ever two people's. */
export const LONG_GRAM = 16;
/** Texts with fewer letters and digits are not distinctive: whether they are found tells nothing. */
export const SHORT_GRAM = 8;

/** Fewest bytes of a key: 256 bits. */
export const FINGERPRINT_KEY_BYTES = 32;

const TAG_BYTES = 16;
const SEALED_BYTES = 5;

/** An excerpt, as a keyed hash, and what finds it fast. */
export type Gram = {
  /** HMAC-SHA-256 of the excerpt, 128 bits of it (unpadded base64). */
  readonly tag: string;
  /** The rolling hash of its first 8 or 16 units. */
  readonly rolling: number;
  /** Its length in units: 16, or that of a whole text of 8 to 15. */
  readonly length: number;
};

/** What is derived from a key. */
export type GramKey = {
  /** The base of the rolling hashes: odd. */
  readonly base: number;
  readonly tag: (excerpt: string) => string;
  /** A gram as it is stored: without the key it is noise. */
  readonly seal: (gram: Gram) => string;
  readonly unseal: (sealed: string) => Gram;
  /** What tells the right key from a wrong one. */
  readonly check: string;
};

/**
 * Derives what fingerprints need from a key.
 * @throws {WeakFingerprintKeyError} for fewer than 32 bytes
 */
export function gramKey(key: Uint8Array): GramKey {
  if (key.length < FINGERPRINT_KEY_BYTES) throw new WeakFingerprintKeyError();
  const mac = (use: string, text: string): Uint8Array => hmacSha256(key, `matrix-erasure/fingerprints/${use} ${text}`);
  const pad = (tag: string): Uint8Array => mac('seal', tag).subarray(0, SEALED_BYTES);
  return {
    base: (uint32(mac('base', '')) | 1) >>> 0,
    tag: (excerpt) => encodeBase64(mac('gram', excerpt).subarray(0, TAG_BYTES)),
    // A rolling hash is no secret-keeping one: it is stored under a pad of its own, so that who has no key has nothing.
    seal: ({ tag, rolling, length }) => encodeBase64(Uint8Array.from([...decodeBase64(tag), ...xor(Uint8Array.from([...bytesOf(rolling), length]), pad(tag))])),
    unseal: (sealed) => {
      const bytes = decodeBase64(sealed);
      const tag = encodeBase64(bytes.subarray(0, TAG_BYTES));
      const open = xor(bytes.subarray(TAG_BYTES), pad(tag));
      return { tag, rolling: uint32(open), length: open[4] ?? 0 };
    },
    check: encodeBase64(mac('check', '').subarray(0, TAG_BYTES)),
  };
}

/**
 * The excerpts of a folded text by which it is known: of a text of 8 to 15 units the whole, of a longer one so many that any 31 units in a row contain
 * one of them (winnowing: of every 16 neighbours the one with the smallest hash).
 */
export function gramsOf(units: string, { base, tag }: GramKey): readonly Gram[] {
  if (units.length < SHORT_GRAM) return [];
  const length = Math.min(units.length, LONG_GRAM);
  if (length < LONG_GRAM) return [{ tag: tag(units), rolling: rollingHashes(units, SHORT_GRAM, base)[0] ?? 0, length }];
  const hashes = rollingHashes(units, LONG_GRAM, base);
  const starts = new Set(winnow(hashes, LONG_GRAM));
  return [...starts].map((start) => ({ tag: tag(units.slice(start, start + LONG_GRAM)), rolling: hashes[start] ?? 0, length }));
}

/** The rolling hash of every run of so many units. */
function rollingHashes(units: string, length: number, base: number): readonly number[] {
  const hashes: number[] = [];
  const last = power(base, length);
  let hash = 0;
  for (let index = 0; index < units.length; index++) {
    hash = (Math.imul(hash, base) + units.charCodeAt(index)) >>> 0;
    if (index >= length) hash = (hash - Math.imul(last, units.charCodeAt(index - length))) >>> 0;
    if (index >= length - 1) hashes.push(hash);
  }
  return hashes;
}

/** A number to a power, as 32 bits. */
export function power(base: number, exponent: number): number {
  let product = 1;
  for (let count = 0; count < exponent; count++) product = Math.imul(product, base);
  return product >>> 0;
}

/** Where the smallest of every so many neighbours stands, the last of equal ones. */
function winnow(hashes: readonly number[], width: number): readonly number[] {
  const windows = Math.max(1, hashes.length - width + 1);
  return Array.from({ length: windows }, (_, start) => {
    const neighbours = hashes.slice(start, start + width);
    return start + neighbours.lastIndexOf(neighbours.reduce((least, hash) => Math.min(least, hash), Number.POSITIVE_INFINITY));
  });
}

function uint32(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 24)) >>> 0;
}

function bytesOf(number: number): readonly number[] {
  return [number & 255, (number >>> 8) & 255, (number >>> 16) & 255, number >>> 24];
}

function xor(bytes: Uint8Array, pad: Uint8Array): Uint8Array {
  return bytes.map((byte, index) => byte ^ (pad[index] ?? 0));
}

/** A fingerprint key that could be guessed: give 32 random bytes, and keep them apart from the fingerprints. */
export class WeakFingerprintKeyError extends Error {
  override readonly name = 'WeakFingerprintKeyError';

  constructor() {
    super(`a fingerprint key must have at least ${FINGERPRINT_KEY_BYTES} random bytes: take them from crypto.getRandomValues, and keep them apart from the fingerprints`);
  }
}
