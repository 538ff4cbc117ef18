import { describe, expect, it } from 'vitest';
import { createKeyRing, type PublicKey } from '../../src/crypto/key-ring.ts';
import { generateSigningKey } from '../../src/crypto/signing-key.ts';

const key = generateSigningKey(new Uint8Array(32).fill(1), '1');
const renewed = generateSigningKey(new Uint8Array(32).fill(2), '1');

describe('createKeyRing', () => {
  it('finds the keys of a record, and no inherited ones', () => {
    const ring = createKeyRing({ domain: { 'ed25519:1': key.publicKey } });
    expect(ring('domain', 'ed25519:1')?.verify('x', key.sign('x'))).toBe(true);
    const missing = [['domain', 'ed25519:2'], ['elsewhere', 'ed25519:1'], ['constructor', 'name'], ['domain', 'toString'], ['__proto__', 'toString']] as const;
    expect(missing.map(([server, keyId]) => ring(server, keyId))).toEqual(Array(5).fill(undefined));
  });

  it('reads a key once', () => {
    const ring = createKeyRing({ domain: { 'ed25519:1': key.publicKey, 'ed25519:2': { key: key.publicKey, validUntil: 5 } } });
    expect(ring('domain', 'ed25519:1')?.verify).toBe(ring('domain', 'ed25519:1')?.verify);
    expect(ring('domain', 'ed25519:2')?.verify).toBe(ring('domain', 'ed25519:1')?.verify);
    expect([ring('domain', 'ed25519:1')?.validUntil, ring('domain', 'ed25519:2')?.validUntil]).toEqual([undefined, 5]);
  });

  it('follows a lookup whose answer changes', () => {
    let answer: PublicKey | undefined;
    const ring = createKeyRing(() => answer);
    expect(ring('domain', 'ed25519:1')).toBeUndefined();
    answer = key.publicKey;
    expect(ring('domain', 'ed25519:1')?.verify('x', key.sign('x'))).toBe(true);
    answer = renewed.publicKey;
    expect(ring('domain', 'ed25519:1')?.verify('x', key.sign('x'))).toBe(false);
  });

  it.each(['', '*', 'c2hvcnQ', `${key.publicKey}AAAA`])('does not know what is no key: %j', (text) => {
    expect(createKeyRing({ domain: { 'ed25519:1': text } })('domain', 'ed25519:1')).toBeUndefined();
  });
});
