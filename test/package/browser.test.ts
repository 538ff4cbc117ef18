import { createContext, runInContext } from 'node:vm';
import { build, type Metafile } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { eventId, redact, roomVersion } from '../../src/index.ts';
import { root } from '../architecture/source.ts';

const event = { type: 'm.room.message', sender: '@alice:example.org', content: { body: 'hello' }, depth: 1 };

// What a page would do with the package: its results go to a global variable as text.
const page = `
  import { eventId, generateSigningKey, redact, roomVersion } from './dist/index.js';
  const rules = roomVersion('11');
  const event = ${JSON.stringify(event)};
  globalThis.result = JSON.stringify({
    redacted: redact(event, rules.redaction), id: eventId(event, rules), key: generateSigningKey(new Uint8Array(32), '1').publicKey,
  });
`;

let code: string;
let metafile: Metafile;

beforeAll(async () => {
  const built = await build({
    stdin: { contents: page, resolveDir: root }, bundle: true, platform: 'browser', format: 'iife', write: false, metafile: true, logLevel: 'silent',
  });
  code = built.outputFiles[0]?.text ?? '';
  ({ metafile } = built);
});

test('a bundle for browsers takes the portable backend', () => {
  const inputs = Object.keys(metafile.inputs);
  expect(inputs).toContain('dist/crypto/backend.portable.js');
  expect(inputs).not.toContain('dist/crypto/backend.node.js');
});

test('a bundle for browsers imports nothing of Node', () => {
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  expect(imports).toEqual([]);
  expect(code).not.toMatch(/["']node:/);
});

test('a bundle for browsers runs where there is nothing but the language and TextEncoder', () => {
  const context: { readonly TextEncoder: unknown; result?: string } = { TextEncoder };
  createContext(context, { codeGeneration: { strings: false, wasm: false } });
  expect(runInContext('typeof process + typeof Buffer + typeof require + typeof crypto', context)).toBe('undefined'.repeat(4));
  runInContext(code, context);
  const rules = roomVersion('11');
  expect(JSON.parse(context.result ?? '')).toEqual({
    redacted: redact(event, rules.redaction), id: eventId(event, rules), key: 'O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik',
  });
});
