/** The order of the group, L = 2^252 + 27742317777372353535851937790883648493, little-endian. */
const ORDER: readonly number[] = [
  0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
  ...Array.from({ length: 15 }, () => 0), 0x10,
];

/** The prime of the field, p = 2^255 - 19, little-endian. */
const PRIME: readonly number[] = [0xed, ...Array.from({ length: 30 }, () => 0xff), 0x7f];

/**
 * The y coordinates of the points whose order divides 8, with those that p may be added to: 1, -1, 0, and the two of order 8.
 * The sign of x does not matter, so these seven stand for every encoding.
 */
const SMALL_ORDER: readonly (readonly number[])[] = [
  [0, ...Array.from({ length: 31 }, () => 0)],
  [1, ...Array.from({ length: 31 }, () => 0)],
  [0xec, ...PRIME.slice(1)],
  PRIME,
  [0xee, ...PRIME.slice(1)],
  [
    0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
    0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
  ],
  [
    0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
    0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
  ],
];

/** The length of a public key, and of each half of a signature. */
export const PUBLIC_KEY_BYTES = 32;
/** The length of a signature: R, then S. */
export const SIGNATURE_BYTES = 64;

/**
 * Whether libsodium would use this public key: 32 bytes, the only encoding of its point, and not of small order. A key of
 * small order accepts forged signatures, and tweetnacl and OpenSSL both let it pass.
 */
export function isSoundPublicKey(key: Uint8Array): boolean {
  return key.length === PUBLIC_KEY_BYTES && isCanonicalPoint(key) && !isSmallOrder(key);
}

/**
 * Whether libsodium would look at this signature: 64 bytes, S below the order of the group, or anybody could make a second
 * signature out of the first (tweetnacl lets that pass), and R not of small order.
 */
export function isSoundSignature(signature: Uint8Array): boolean {
  return signature.length === SIGNATURE_BYTES && isBelow((index) => signature[32 + index] ?? 0, ORDER) && !isSmallOrder(signature.subarray(0, 32));
}

function isSmallOrder(point: Uint8Array): boolean {
  return SMALL_ORDER.some((y) => y.every((byte, index) => byte === yByte(point, index)));
}

function isCanonicalPoint(point: Uint8Array): boolean {
  return isBelow((index) => yByte(point, index), PRIME);
}

function isBelow(byteAt: (index: number) => number, limit: readonly number[]): boolean {
  for (let i = 31; i >= 0; i--) {
    const difference = byteAt(i) - (limit[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

// The highest bit of a point is the sign of x and no part of y.
function yByte(point: Uint8Array, index: number): number {
  const byte = point[index] ?? 0;
  return index === 31 ? byte & 0x7f : byte;
}
