import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKeyRing } from '../../src/crypto/key-ring.ts';
import { parseSigningKey } from '../../src/crypto/signing-key.ts';
import { CanonicalJsonError } from '../../src/json/canonical-json.ts';
import { jsonFloat } from '../../src/json/value.ts';
import { checkRequest, signRequest, type FederationRequest, type RequestFault } from '../../src/notices/x-matrix.ts';
import { parseXMatrixHeader, type XMatrixHeader } from '../../src/notices/x-matrix-header.ts';
import { A, B, keyOf, NOW, ringOf, signAs } from './keys.ts';

type Vector = {
  readonly comment: string;
  readonly seed: string;
  readonly version: string;
  readonly key: string;
  readonly request: FederationRequest & { readonly origin: string };
  readonly sig: string;
};

const vectors: readonly Vector[] = JSON.parse(readFileSync(new URL('../vectors/x-matrix/signed-requests.json', import.meta.url), 'utf8'));
const request: FederationRequest = { method: 'POST', uri: '/_matrix/x?a=%20b', destination: B, content: { user_id: '@alice:a.example', n: [1, null] } };
const ring = ringOf({ [A]: 1, [B]: 2 });

function check(changed: Partial<FederationRequest> = {}, header: Partial<XMatrixHeader> = {}, serverName = B): RequestFault | undefined {
  const signed = { ...parseXMatrixHeader(signRequest(request, signAs(A))), ...header };
  return checkRequest({ ...request, ...changed }, signed, { serverName, key: ring(signed.origin, signed.key), now: NOW });
}

describe.each(vectors)('signedjson: $comment', ({ seed, version, key, request: signed, sig }) => {
  const { origin, ...rest } = signed;

  test('is signed the same', () => {
    const ours = signRequest(rest, { server: origin, ...parseSigningKey(`ed25519 ${version} ${seed}`) });
    expect(parseXMatrixHeader(ours)).toEqual({ origin, destination: rest.destination, key: `ed25519:${version}`, sig });
  });

  test('is accepted', () => {
    const found = createKeyRing({ [origin]: { [`ed25519:${version}`]: key } })(origin, `ed25519:${version}`);
    expect(checkRequest(rest, { origin, key: `ed25519:${version}`, sig }, { serverName: rest.destination, key: found, now: NOW })).toBeUndefined();
  });
});

describe('checkRequest', () => {
  test('accepts what was signed, with the destination in the header or without', () => {
    expect(check()).toBeUndefined();
    const { destination: _, ...header } = parseXMatrixHeader(signRequest(request, signAs(A)));
    expect(checkRequest(request, header, { serverName: B, key: ring(A, header.key), now: NOW })).toBeUndefined();
  });

  test.each<readonly [string, Partial<FederationRequest>]>([
    ['another method', { method: 'PUT' }], ['a method in lower case', { method: 'post' }], ['another path', { uri: '/_matrix/y?a=%20b' }],
    ['a query that means the same', { uri: '/_matrix/x?a=+b' }], ['no query', { uri: '/_matrix/x' }],
    ['another body', { content: { user_id: '@bob:a.example', n: [1, null] } }], ['more in the body', { content: { user_id: '@alice:a.example', n: [1, null], x: 1 } }],
  ])('refuses %s', (_, changed) => {
    expect(check(changed)).toBe('bad-signature');
  });

  test('refuses no body for a body', () => {
    const { content: _, ...bare } = request;
    const header = parseXMatrixHeader(signRequest(request, signAs(A)));
    expect(checkRequest(bare, header, { serverName: B, key: ring(A, header.key), now: NOW })).toBe('bad-signature');
  });

  test('refuses what is for another server, whether the header says so or not', () => {
    expect(check({}, {}, 'c.example')).toBe('wrong-destination');
    expect(check({}, { destination: 'c.example' }, 'c.example')).toBe('bad-signature');
    expect(check({}, { destination: B.toUpperCase() }, B)).toBe('wrong-destination');
  });

  test('refuses another origin, another key, and a signature of another\'s', () => {
    expect(check({}, { origin: B })).toBe('bad-signature');
    expect(check({}, { origin: 'c.example' })).toBe('unknown-key');
    expect(check({}, { key: 'ed25519:2' })).toBe('unknown-key');
    expect(check({}, { sig: parseXMatrixHeader(signRequest(request, signAs(A, 2))).sig })).toBe('bad-signature');
  });

  test('a key counts until its time, not beyond it', () => {
    const header = parseXMatrixHeader(signRequest(request, signAs(A)));
    const at = (validUntil: number): RequestFault | undefined =>
      checkRequest(request, header, { serverName: B, key: ringOf({ [A]: [1, validUntil] })(A, header.key), now: NOW });
    expect([at(NOW), at(NOW - 1)]).toEqual([undefined, 'expired-key']);
  });

  test('a body without canonical form cannot be signed, and is not', () => {
    expect(() => signRequest({ ...request, content: { a: jsonFloat(1.5) } }, signAs(A))).toThrow(CanonicalJsonError);
    expect(check({ content: { a: jsonFloat(1.5) } })).toBe('bad-signature');
  });

  test('signs any body, and the body alone decides', () => {
    const text = fc.string({ unit: 'binary' });
    const plain = fc.oneof(fc.maxSafeInteger(), text, fc.boolean(), fc.constant(null));
    const body = fc.dictionary(text, fc.oneof(plain, fc.array(plain), fc.dictionary(text, plain, { noNullPrototype: true })), { noNullPrototype: true });
    fc.assert(fc.property(body, body, (content, other) => {
      const header = parseXMatrixHeader(signRequest({ ...request, content }, signAs(A)));
      const judge = (said: typeof content): RequestFault | undefined => checkRequest({ ...request, content: said }, header, { serverName: B, key: ring(A, keyOf(1).keyId), now: NOW });
      expect(judge(content)).toBeUndefined();
      expect(judge({ ...other, 'only here': 1 })).toBe('bad-signature');
    }), { numRuns: 30 });
  });
});
