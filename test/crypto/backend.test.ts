import { createHmac, hash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as chosen from '#crypto-backend';
import type { CryptoBackend } from '../../src/crypto/backend.ts';
import * as native from '../../src/crypto/backend.node.ts';
import * as portable from '../../src/crypto/backend.portable.ts';
import { decodeBase64 } from '../../src/crypto/base64.ts';
import { asArray, asText, parseVector } from './vectors.ts';

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
// Half of all UTF-16 strings have lone surrogates; what is hashed has none, because Canonical JSON has none.
const texts = fc.string({ unit: 'binary', maxLength: 200 });
const plain = (bytes: Uint8Array): number[] => Array.from(bytes);

describe('the backend', () => {
  it('is the one that this run is for', ({ task }) => {
    const project = task.file.projectName;
    expect(['native', 'portable']).toContain(project);
    expect(chosen.backendName).toBe(project);
  });

  it('has the same functions on either', () => {
    expectTypeOf<typeof native>().toExtend<CryptoBackend>();
    expectTypeOf<typeof portable>().toExtend<CryptoBackend>();
    expect(Object.keys(native).toSorted()).toEqual(Object.keys(portable).toSorted());
  });

  it('hashes as node:crypto does', () => {
    fc.assert(
      fc.property(texts, seeds, (text, key) => {
        const base64 = hash('sha256', text, 'base64').replaceAll('=', '');
        expect([chosen.sha256Base64(text), native.sha256Base64(text), portable.sha256Base64(text)]).toEqual([base64, base64, base64]);
        const url = hash('sha256', text, 'base64url');
        expect([native.sha256Base64Url(text), portable.sha256Base64Url(text)]).toEqual([url, url]);
        const mac = plain(createHmac('sha256', key).update(text).digest());
        expect([plain(native.hmacSha256(key, text)), plain(portable.hmacSha256(key, text))]).toEqual([mac, mac]);
      }),
    );
  });

  it('makes an HMAC of keys of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 150 }), texts, (key, text) => {
        expect(plain(portable.hmacSha256(key, text))).toEqual(plain(native.hmacSha256(key, text)));
      }),
    );
  });
});

describe('Ed25519', () => {
  it('signs alike on either backend, and each verifies the other', () => {
    fc.assert(
      fc.property(seeds, texts, (seed, text) => {
        const [left, right] = [native.createSigner(seed)(text), portable.createSigner(seed)(text)];
        const key = native.publicKeyOf(seed);
        expect(plain(left)).toEqual(plain(right));
        expect(plain(key)).toEqual(plain(portable.publicKeyOf(seed)));
        expect([native.createVerifier(key)(text, right), portable.createVerifier(key)(text, left)]).toEqual([true, true]);
      }),
      { numRuns: 20 },
    );
  });

  it('takes a text as its UTF-8 bytes', () => {
    const seed = new Uint8Array(32).fill(7);
    const bytes = Buffer.from('pâté 🦊');
    expect(plain(chosen.createSigner(seed)('pâté 🦊'))).toEqual(plain(chosen.createSigner(seed)(bytes)));
  });

  it('finds every changed bit of a signature wrong', () => {
    const seed = new Uint8Array(32).fill(9);
    const signature = chosen.createSigner(seed)('message');
    const verify = chosen.createVerifier(chosen.publicKeyOf(seed));
    expect(verify('message', signature)).toBe(true);
    expect(verify('massage', signature)).toBe(false);
    for (const index of [0, 31, 32, 63]) {
      const changed = Uint8Array.from(signature);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(verify('message', changed)).toBe(false);
    }
  });

  it('keeps its own copy of the key', () => {
    const seed = Uint8Array.from({ length: 32 }, (_, index) => index);
    const [sign, key] = [chosen.createSigner(seed), Uint8Array.from(chosen.publicKeyOf(seed))];
    const verify = chosen.createVerifier(key);
    seed.fill(0);
    key.fill(0);
    expect(verify('message', sign('message'))).toBe(true);
  });

  it('changes nothing that it is given, a Buffer included, whose slices are views', () => {
    for (let byte = 0; byte < 16; byte++) {
      const seed = new Uint8Array(32).fill(byte);
      const [key, signature] = [Buffer.from(chosen.publicKeyOf(seed)), Buffer.from(chosen.createSigner(seed)('message'))];
      const before = [plain(key), plain(signature)];
      expect(chosen.createVerifier(key)('message', signature)).toBe(true);
      expect([plain(key), plain(signature)]).toEqual(before);
    }
  });

  it('finds noise wrong and does not throw', () => {
    fc.assert(
      fc.property(seeds, fc.uint8Array({ minLength: 64, maxLength: 64 }), texts, (key, signature, text) => {
        expect([native.createVerifier(key)(text, signature), portable.createVerifier(key)(text, signature)]).toEqual([false, false]);
      }),
      { numRuns: 50 },
    );
  });

  it.each([0, 31, 32, 33, 63, 64, 65, 128])('takes a key or signature of %i bytes for wrong and does not throw', (length) => {
    const key = chosen.publicKeyOf(new Uint8Array(32));
    const signature = chosen.createSigner(new Uint8Array(32))('message');
    expect(chosen.createVerifier(Uint8Array.from({ length }, () => 9))('message', signature)).toBe(false);
    expect(chosen.createVerifier(key)('message', Uint8Array.from({ length }, () => 9))).toBe(false);
  });

  const rows = asArray(parseVector('ed25519/ed25519-edge.json.gz')['rows']).map(asArray);

  it('has all adversarial triples', () => {
    expect(rows).toHaveLength(1742);
    expect(rows.filter((row) => row[3] === true).length).toBeGreaterThan(0);
  });

  it.each([['native', native.createVerifier], ['portable', portable.createVerifier]] as const)(
    'gives the verdict of libsodium on all of them (%s)',
    (_, createVerifier) => {
      const wrong = rows.filter(([message, signature, publicKey, accepted]) => {
        const verify = createVerifier(decodeBase64(asText(publicKey)));
        return verify(decodeBase64(asText(message)), decodeBase64(asText(signature))) !== accepted;
      });
      expect(wrong).toEqual([]);
    },
  );
});
