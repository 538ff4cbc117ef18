import { createKeyRing, type KeyRing } from '../../src/crypto/key-ring.ts';
import type { SignAs } from '../../src/crypto/sign.ts';
import { generateSigningKey, type SigningKey } from '../../src/crypto/signing-key.ts';

export const A = 'a.example';
export const B = 'b.example';
export const ALICE = '@alice:a.example';
export const NOW = 1_800_000_000_000;
export const SERVER_PATH = '/_matrix/federation/v1/user/erase';
export const SERVICE_PATH = '/_matrix/app/v1/users/erase';

/** A key that is made of a number. */
export const keyOf = (number: number): SigningKey => generateSigningKey(new Uint8Array(32).fill(number), '1');

/** A server that signs with such a key. */
export const signAs = (server: string, number = 1): SignAs => ({ server, ...keyOf(number) });

/** A ring in which servers have the keys of numbers, with the time until which they count, if there is one. */
export function ringOf(servers: Readonly<Record<string, number | readonly [number, number]>>): KeyRing {
  return createKeyRing(Object.fromEntries(Object.entries(servers).map(([server, key]) => {
    const [number, validUntil] = typeof key === 'number' ? [key] : key;
    const { keyId, publicKey } = keyOf(number ?? 0);
    return [server, { [keyId]: validUntil === undefined ? publicKey : { key: publicKey, validUntil } }];
  })));
}
