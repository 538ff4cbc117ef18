import { hmacSha256 } from '#crypto-backend';

const KEY = new Uint8Array(32);
// RFC 6750, section 2.1; the scheme is in any case.
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/** The token of an `Authorization: Bearer` header, or `undefined` if it is of another form. */
export function bearerToken(header: string): string | undefined {
  return BEARER.exec(header)?.[1];
}

/**
 * Whether two texts are the same, in a time that does not tell where they differ: their hashes are compared, every byte of them.
 * @example isSameSecret('abc', 'abd') // false
 */
export function isSameSecret(one: string, other: string): boolean {
  const [left, right] = [hmacSha256(KEY, one), hmacSha256(KEY, other)];
  let difference = 0;
  for (let i = 0; i < left.length; i++) difference |= (left[i] ?? 0) ^ (right[i] ?? 0);
  return difference === 0;
}
