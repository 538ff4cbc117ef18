import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodeBase64 } from '../../src/crypto/base64.ts';
import { createKeyRing } from '../../src/crypto/key-ring.ts';
import { generateSigningKey } from '../../src/crypto/signing-key.ts';
import { encodeCanonicalJson } from '../../src/json/canonical-json.ts';
import { checkRequest, signRequest, type FederationRequest } from '../../src/notices/x-matrix.ts';
import { parseXMatrixHeader } from '../../src/notices/x-matrix-header.ts';
import { roomVersion } from '../../src/rules/room-versions.ts';
import { arbitraryJsonObject } from '../../src/testing/json-arbitraries.ts';

const PACKAGE = 'signedjson==1.1.4';
const environment = fileURLToPath(new URL('../../out/python-signedjson/', import.meta.url));
const python = `${environment}bin/python`;
const program = fileURLToPath(new URL('signed_requests.py', import.meta.url));

const works = (command: string, parameters: readonly string[]): boolean => spawnSync(command, parameters, { timeout: 200_000 }).status === 0;

/** A Python with signedjson, made once, or nothing where there is no Python or no package index. */
function prepared(): boolean {
  if (existsSync(python) && works(python, ['-c', 'import signedjson'])) return true;
  return works('python3', ['-m', 'venv', environment]) && works(python, ['-m', 'pip', 'install', '--quiet', PACKAGE]);
}

const isThere = prepared();
if (!isThere) console.log(`skipped: ${PACKAGE} needs Python 3 with venv and a package index`);

type Signed = { readonly seed: Uint8Array; readonly request: FederationRequest & { readonly origin: string } };

const name = fc.constantFrom('a.example', 'b.example:8448', '[2001:db8::1]', '127.0.0.1:1');
const body = arbitraryJsonObject(roomVersion('12').format);
const arbitrarySigned: fc.Arbitrary<Signed> = fc.record({
  seed: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  request: fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT'),
    uri: fc.webPath().map((path) => `/_matrix${path}`),
    origin: name,
    destination: name,
    content: body,
  }, { requiredKeys: ['method', 'uri', 'origin', 'destination'] }),
}) as fc.Arbitrary<Signed>;

function ask(questions: readonly object[]): readonly { readonly sig?: string; readonly valid?: boolean }[] {
  const input = questions.map((question) => `${encodeCanonicalJson(JSON.parse(JSON.stringify(question)))}\n`).join('');
  const { stdout, stderr, status } = spawnSync(python, [program], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
}

describe.skipIf(!isThere)('signedjson', () => {
  let samples: readonly Signed[];
  beforeAll(() => {
    samples = fc.sample(arbitrarySigned, { numRuns: 200, seed: 7 });
  });

  test('accepts what is signed here, and only that', () => {
    const questions = samples.flatMap(({ seed, request }, index) => {
      const key = generateSigningKey(seed, '1');
      const { origin, ...rest } = request;
      const { sig } = parseXMatrixHeader(signRequest(rest, { server: origin, ...key }));
      const question = { op: 'verify', version: '1', key: key.publicKey, sig, ...request };
      return [question, { ...question, uri: `${request.uri}${index % 2 === 0 ? '?' : '/'}` }];
    });
    expect(ask(questions)).toEqual(samples.flatMap(() => [{ valid: true }, { valid: false }]));
  });

  test('signs the same, and is accepted here', () => {
    const answers = ask(samples.map(({ seed, request }) => ({ op: 'sign', version: '1', seed: encodeBase64(seed), ...request })));
    for (const [index, { seed, request: { origin, ...request } }] of samples.entries()) {
      const key = generateSigningKey(seed, '1');
      const sig = answers[index]?.sig ?? '';
      expect(parseXMatrixHeader(signRequest(request, { server: origin, ...key })).sig).toBe(sig);
      const found = createKeyRing({ [origin]: { [key.keyId]: key.publicKey } })(origin, key.keyId);
      expect(checkRequest(request, { origin, key: key.keyId, sig }, { serverName: request.destination, key: found, now: 0 })).toBeUndefined();
    }
  });
});
