import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { machineWords } from '../architecture/paths.ts';
import { root } from '../architecture/source.ts';
import { finish, pack, tool, type Packed } from './pack.ts';

type Manifest = { readonly version: string; readonly exports: Readonly<Record<string, unknown>>; readonly bin: Readonly<Record<string, string>> };

const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest;
const specifiers = Object.keys(manifest.exports).filter((key) => !key.endsWith('.json')).map((key) => `matrix-erasure${key.slice(1)}`);

const silent = { code: 0, stdout: '', stderr: '' };

let packed: Packed;
beforeAll(async () => {
  packed = await pack();
});
afterAll(() => packed.remove());

describe('the tarball', () => {
  test('holds the build, its documents and nothing else', () => {
    const documents = new Set(['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'docs/check-your-homeserver.md', 'docs/gdpr.md', 'docs/redaction-safety.md', 'docs/schema/account.schema.json', ...['account', 'context', 'event', 'file', 'manifest', 'reference'].map((name) => `docs/schema/export-${name}.schema.json`), 'docs/spec-coverage.md']);
    expect(packed.files.filter((path) => !documents.has(path) && !/^dist\/.+\.(?:js|d\.ts)$/.test(path))).toEqual([]);
    expect(packed.files.filter((path) => /test\.|spec\.|\.map$/.test(path))).toEqual([]);
  });

  test('names no folder of the machine that built it', async () => {
    const texts = await Promise.all(packed.files.map(async (path) => [path, await readFile(join(packed.unpacked, path), 'utf8')] as const));
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.flatMap(([path, text]) => machineWords(text).map((word) => `${path}: ${word}`))).toEqual([]);
    expect(texts.filter(([, text]) => text.includes(root)).map(([path]) => path)).toEqual([]);
  });

  test('satisfies publint', async () => {
    expect(await tool('publint/src/cli.js', ['run', packed.unpacked, '--strict', '--pack', 'false'])).toMatchObject({ code: 0 });
  });

  test('has types that every module resolution finds', async () => {
    expect(await tool('@arethetypeswrong/cli/dist/index.js', [packed.tarball, '--profile', 'esm-only', '--no-color'])).toMatchObject({ code: 0 });
  });
});

describe('a project that depends on the package', () => {
  test('imports every public subpath', async () => {
    const source = await readFile(join(root, 'test/consumer/src/main.ts'), 'utf8');
    expect(specifiers.filter((specifier) => !source.includes(`from '${specifier}'`))).toEqual([]);
  });

  test('compiles as a bundler resolves', async () => {
    expect(await tool('typescript/bin/tsc', ['--project', 'tsconfig.bundler.json'], packed.consumer)).toEqual(silent);
  });

  test('is told of a wrong use by the compiler', async () => {
    const { code, stdout } = await tool('typescript/bin/tsc', ['--project', 'tsconfig.misuse.json'], packed.consumer);
    expect(code).not.toBe(0);
    expect(stdout.split('\n').filter((line) => /^\S+\(\d+,\d+\): error/.test(line)).map((line) => /^(\S+)\((\d+)/.exec(line)?.slice(1, 3).join(':'))).toEqual(
      ['src/misuse.ts:5', 'src/misuse.ts:6', 'src/misuse.ts:7', 'src/misuse.ts:8'],
    );
  });

  test('compiles as Node resolves, and runs', async () => {
    expect(await tool('typescript/bin/tsc', ['--project', 'tsconfig.json'], packed.consumer)).toEqual(silent);
    const { code, stdout, stderr } = await finish(process.execPath, ['out/main.js'], packed.consumer);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(await readFile(join(root, 'test/consumer/expected.json'), 'utf8')));
  });

  test('may require it', async () => {
    const code = `const all = ${JSON.stringify(specifiers)}.map((name) => Object.keys(require(name)).length); console.log(all.every((n) => n > 0));`;
    expect(await finish(process.execPath, ['--input-type=commonjs', '--eval', code], packed.consumer)).toEqual({ code: 0, stdout: 'true\n', stderr: '' });
  });
});

describe('the command', () => {
  const bin = (): string => join(packed.consumer, 'node_modules', '.bin', 'matrix-erasure');

  test('is a program', async () => {
    const text = await readFile(join(packed.unpacked, manifest.bin['matrix-erasure'] ?? ''), 'utf8');
    expect(text.split('\n')[0]).toBe('#!/usr/bin/env node');
    expect(await finish(bin(), ['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  test('explains itself', async () => {
    expect(await finish(bin(), ['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('plan') });
  });
});
