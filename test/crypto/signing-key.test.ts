import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../src/crypto/base64.ts';
import { formatSigningKey, generateSigningKey, InvalidSigningKeyError, parseSigningKey } from '../../src/crypto/signing-key.ts';
import { asText, at, parseVector } from './vectors.ts';

const vectors = parseVector('spec-signing/signing.json');
const seed = asText(at(vectors, 'keys', 'seed_b64'));
const publicKey = asText(at(vectors, 'keys', 'public_key_b64'));

function failureOf(run: () => unknown): InvalidSigningKeyError | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidSigningKeyError) return error;
    throw error;
  }
  return undefined;
}

describe('parseSigningKey', () => {
  it("reads Synapse's key file with the specification's key", () => {
    const key = parseSigningKey(`ed25519 a_key ${seed}\n`);
    expect(key).toMatchObject({ keyId: 'ed25519:a_key', publicKey });
    expect(encodeBase64(key.sign('{}'))).toBe('K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ');
  });

  it('reads what formatSigningKey wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.stringMatching(/^[A-Za-z0-9_]{1,10}$/), (bytes, version) => {
        const key = generateSigningKey(bytes, version);
        const read = parseSigningKey(formatSigningKey(key));
        expect([read.keyId, read.publicKey, read.exportSeed()]).toEqual([`ed25519:${version}`, key.publicKey, bytes]);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['', 'form'],
    ['ed25519', 'form'],
    [`ed25519 ${seed}`, 'form'],
    [`ed25519 a_key ${seed} more`, 'form'],
    [`ed25519 a_key ${seed}\ned25519 b_key ${seed}`, 'form'],
    [`curve25519 a_key ${seed}`, 'algorithm'],
    [`ed25519 a:key ${seed}`, 'version'],
    [`ed25519 a_key ${seed.slice(1)}`, 'seed'],
    [`ed25519 a_key ${seed}A`, 'seed'],
    [`ed25519 a_key *${seed.slice(1)}`, 'seed'],
  ])('refuses %j for its %s', (text, reason) => {
    expect(failureOf(() => parseSigningKey(text))?.reason).toBe(reason);
  });

  it.each(['', 'a key', 'a:key', 'ä', 'a\n'])('generateSigningKey refuses the version %j', (version) => {
    expect(failureOf(() => generateSigningKey(new Uint8Array(32), version))?.reason).toBe('version');
  });

  it('generateSigningKey refuses a seed of another length', () => {
    expect(failureOf(() => generateSigningKey(new Uint8Array(31), '1'))?.reason).toBe('seed');
    expect(failureOf(() => generateSigningKey(new Uint8Array(64), '1'))?.reason).toBe('seed');
  });
});

describe('the secret', () => {
  const key = parseSigningKey(`ed25519 a_key ${seed}`);
  const secret = decodeBase64(seed);
  const spellings = [seed, encodeBase64(secret), Buffer.from(secret).toString('hex'), secret.join(','), secret.join(', ')];

  it('shows in no rendering of the key', () => {
    const shown = [JSON.stringify(key), inspect(key, { showHidden: true, depth: 10 }), String(Object.entries(key)), JSON.stringify({ ...key })].join();
    expect(spellings.filter((spelling) => shown.includes(spelling))).toEqual([]);
  });

  it('shows in no error', () => {
    const broken = failureOf(() => parseSigningKey(`ed25519 a_key ${seed} ${seed}`));
    const shown = inspect(broken, { showHidden: true, depth: 10 }).replaceAll(/\n\s+at .*/g, '');
    expect(broken?.message).toContain('ed25519 VERSION SEED');
    expect(spellings.filter((spelling) => shown.includes(spelling))).toEqual([]);
  });

  it('cannot be changed from outside', () => {
    const bytes = Uint8Array.from(secret);
    const own = generateSigningKey(bytes, '1');
    bytes.fill(0);
    own.exportSeed().fill(0);
    expect(encodeBase64(own.exportSeed())).toBe(encodeBase64(secret));
  });
});
