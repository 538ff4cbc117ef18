import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkAssertions, checkDeclarations, checkDocumented, checkFileLength, checkFunctionLength, longFunctions } from './architecture/form.ts';
import { checkDirection, checkExtensions, checkPackages, coreLayers, layerOf, outerLayers } from './architecture/layers.ts';
import { machineWords, repositoryFiles } from './architecture/paths.ts';
import { checkAmbient, checkModuleState, checkStickyExpressions } from './architecture/purity.ts';
import { parseSource, readSource, root, sourceFiles, type Check } from './architecture/source.ts';

type Sample = readonly [path: string, text: string];
type Rule = { readonly check: Check; readonly bad: readonly Sample[]; readonly good: readonly Sample[] };

const lines = (count: number): string => 'f();\n'.repeat(count);

/** Each rule with sources that break it, so that a rule that finds nothing any more is found out. */
const rules: Readonly<Record<string, Rule>> = {
  'imports point to the left': {
    check: checkDirection,
    bad: [
      ['src/json/a.ts', "import { x } from '../rules/b.ts';"],
      ['src/event/a.ts', "import type { x } from '../crypto/b.ts';"],
      ['src/event/a.ts', "type X = import('../erasure/b.ts').X;"],
      ['src/room/a.ts', "export { x } from '../stores/b.ts';"],
      ['src/rules/a.ts', "export * from '../event/b.ts';"],
      ['src/erasure/a.ts', "const x = await import('../lab/b.ts');"],
      ['src/bridge/a.ts', "import { x } from '../notices/b.ts';"],
      ['src/testing/a.ts', "import { x } from '../cli/b.ts';"],
      ['src/testing/a.ts', "import { x } from '../index.ts';"],
      ['src/json/a.ts', "import { x } from '../room.ts';"],
      ['src/index.ts', "import './cli/main.ts';"],
      ['src/cli/a.ts', "import { x } from '../../test/b.ts';"],
    ],
    good: [
      ['src/json/a.ts', "import { x } from './b.ts';"],
      ['src/crypto/a.ts', "import { x } from '../event/b.ts';"],
      ['src/stores/sqlite/a.ts', "import { x } from '../../erasure/b.ts'; import { y } from '../store.ts';"],
      ['src/cli/a.ts', "import { x } from '../stores/b.ts'; import { y } from '../index.ts';"],
      ['src/index.ts', "export { x } from './erasure/b.ts'; export { y } from './testing/b.ts';"],
    ],
  },
  'the core imports no Node and few packages': {
    check: checkPackages,
    bad: [
      ['src/crypto/a.ts', "import { hash } from 'node:crypto';"],
      ['src/crypto/backend.portable.ts', "import { hash } from 'node:crypto';"],
      ['src/crypto/backend.node.ts', "import { hash } from 'crypto';"],
      ['src/event/a.ts', "import fs from 'fs';"],
      ['src/erasure/a.ts', "import * as v from 'valibot';"],
      ['src/json/a.ts', "const x = require('tweetnaclx');"],
    ],
    good: [
      ['src/crypto/backend.node.ts', "import { hash } from 'node:crypto';"],
      ['src/crypto/backend.portable.ts', "import { sha256 } from '@noble/hashes/sha2.js';"],
      ['src/cli/main.ts', "import { readFile } from 'node:fs/promises';"],
    ],
  },
  'imports carry extensions': {
    check: checkExtensions,
    bad: [['src/json/a.ts', "import { x } from './b';"], ['src/json/a.ts', "import { x } from './b.js';"]],
    good: [['src/json/a.ts', "import { x } from './b.ts';"]],
  },
  'the core knows no clock, no chance, no surroundings': {
    check: checkAmbient,
    bad: [
      ['src/erasure/a.ts', 'const now = () => Date.now();'],
      ['src/erasure/a.ts', 'const now = () => new Date();'],
      ['src/erasure/a.ts', 'const now = () => new Date;'],
      ['src/erasure/a.ts', 'const now = () => Date();'],
      ['src/erasure/a.ts', 'const clock = Date.now;'],
      ['src/erasure/a.ts', 'const die = () => Math.random();'],
      ['src/room/a.ts', 'function f() { console.error(1); }'],
      ['src/room/a.ts', "const x = process.env['X'];"],
      ['src/room/a.ts', 'const x = globalThis;'],
      ['src/room/a.ts', 'setTimeout(() => 1);'],
      ['src/room/a.ts', "void fetch('https://example.org');"],
      ['src/room/a.ts', 'const x = { console };'],
      ['src/room/a.ts', 'const bytes = Buffer.from([]);'],
      ['src/crypto/backend.node.ts', 'console.log(1);'],
    ],
    good: [
      ['src/erasure/a.ts', 'const at = new Date(0).toISOString(); const x = { process: 1, y: a.fetch };'],
      ['src/erasure/a.ts', 'type Options = { readonly fetch: () => void; console(): void };'],
      ['src/crypto/backend.node.ts', 'const x = Buffer.from([]);'],
      ['src/cli/main.ts', 'console.log(Date.now());'],
    ],
  },
  'the core has no module state': {
    check: checkModuleState,
    bad: [
      ['src/json/a.ts', 'let cache;'],
      ['src/json/a.ts', 'export let cache = 1;'],
      ['src/json/a.ts', 'var cache = 1;'],
      ['src/json/a.ts', 'const cache = new Map<string, string>();'],
      ['src/json/a.ts', 'const cache: Map<string, string> = new Map();'],
      ['src/json/a.ts', 'const cache = new WeakMap();'],
      ['src/json/a.ts', 'const seen = new Set();'],
      ['src/json/a.ts', 'const list: string[] = []; function f() { list.push(1); }'],
      ['src/json/a.ts', 'const table = {}; function f(x) { table[x] = 1; }'],
      ['src/json/a.ts', 'const table = { a: { b: 1 } }; const f = () => { table.a.b += 1; };'],
      ['src/json/a.ts', 'const table = { n: 1 }; const f = () => table.n++;'],
      ['src/json/a.ts', 'const table = { n: 1 }; const f = () => { delete table.n; };'],
      ['src/json/a.ts', 'const table = {}; const f = (x) => Object.assign(table, x);'],
      ['src/json/a.ts', 'const buffer = make(); const f = () => { buffer[0] = 1; };'],
    ],
    good: [
      ['src/json/a.ts', 'const TABLE: ReadonlyMap<string, number> = new Map([["a", 1]]);'],
      ['src/json/a.ts', 'const NAMES: readonly string[] = ["a"]; function f() { const list = []; list.push(...NAMES); }'],
      ['src/json/a.ts', 'const QUOTED = /"/g; const f = () => { QUOTED.lastIndex = 0; };'],
      ['src/cli/main.ts', 'let x = 1;'],
    ],
  },
  'global expressions keep nothing between calls': {
    check: checkStickyExpressions,
    bad: [['src/json/a.ts', 'const A = /a/g; const f = (x) => A.test(x);'], ['src/json/a.ts', 'const A = /a/uy; const f = (x) => A.exec(x);']],
    good: [
      ['src/json/a.ts', 'const A = /a/g; const f = (x) => x.replace(A, "b");'],
      ['src/json/a.ts', 'const A = /g/; const f = (x) => A.test(x);'],
      ['src/json/a.ts', 'const A = /a/y; const f = (x, i) => { A.lastIndex = i; return A.exec(x); };'],
    ],
  },
  'classes are errors; no enums, namespaces, interfaces or default exports': {
    check: checkDeclarations,
    bad: [
      ['src/json/a.ts', 'class Store {}'],
      ['src/json/a.ts', 'class Store extends Map {}'],
      ['src/json/a.ts', 'const Store = class {};'],
      ['src/json/a.ts', 'enum Colour { Red }'],
      ['src/json/a.ts', 'namespace A {}'],
      ['src/json/a.ts', 'interface A {}'],
      ['src/json/a.ts', 'export default 1;'],
      ['src/json/a.ts', 'export default function f() {}'],
      ['src/json/a.ts', 'const a = 1; export { a as default };'],
    ],
    good: [['src/json/a.ts', 'export class AError extends Error {} class BError extends AError {}']],
  },
  'nothing is asserted to the compiler': {
    check: checkAssertions,
    bad: [['src/json/a.ts', 'const a = b!;'], ['src/json/a.ts', 'const a = b as any;'], ['src/json/a.ts', 'const a = b as unknown as string;']],
    good: [['src/json/a.ts', 'const a = !b; const any = c as const;']],
  },
  'files fit into a head': {
    check: checkFileLength,
    bad: [['src/json/a.ts', lines(351)]],
    good: [['src/json/a.ts', lines(350)]],
  },
  'functions fit on a screen': {
    check: checkFunctionLength,
    bad: [['src/json/a.ts', `function f() {\n${lines(59)}}`], ['src/json/a.ts', `const f = () => {\n${lines(59)}};`]],
    good: [['src/json/a.ts', `function f() {\n${lines(58)}}`]],
  },
  'every export is documented': {
    check: checkDocumented,
    bad: [
      ['src/json/a.ts', 'export function f() {}'],
      ['src/json/a.ts', '// not a doc comment\nexport const a = 1;'],
      ['src/json/a.ts', '/** A. */\nexport type A = 1;\nexport type B = 1;'],
      ['src/json/a.ts', 'export class AError extends Error {}'],
    ],
    good: [
      ['src/json/a.ts', '/** Does. */\nexport function f(): void;\nexport function f(x?: 1) {}\nfunction g() {}\nexport { g };'],
      ['src/crypto/a.ts', "export const hash: Backend['hash'] = () => 1;"],
    ],
  },
};

describe.each(Object.entries(rules))('%s', (_title, { check, bad, good }) => {
  test.each(bad)('a breach in %s is found: %j', (path, text) => {
    expect(check(parseSource(path, text))).not.toEqual([]);
  });

  test.each(good)('right sources in %s pass: %j', (path, text) => {
    expect(check(parseSource(path, text))).toEqual([]);
  });

  test('holds for src', () => {
    expect(sourceFiles('src').map(readSource).flatMap(check)).toEqual([]);
  });
});

test('every folder of src is a layer', () => {
  const layers = new Set([...coreLayers, ...outerLayers, 'cli']);
  expect(sourceFiles('src').filter((path) => !layers.has(layerOf(path) ?? 'cli'))).toEqual([]);
});

test('no exception outlives its function', () => {
  const files = sourceFiles('src');
  expect([...longFunctions].filter((exception) => !files.includes(exception.split('#')[0] ?? ''))).toEqual([]);
});

describe('the repository names no machine', () => {
  const separator = '/';
  const bad = [['', 'work', 'main'], ['', 'tmp', 'x'], ['', 'root', '.npm'], ['', 'home', 'alice', 'x'], ['..', 'shared']].map((parts) => parts.join(separator));

  test.each(bad)('%s is found', (path) => {
    expect(machineWords(`see ${path} for more`)).not.toEqual([]);
  });

  test('ordinary paths pass', () => {
    expect(machineWords('src/work.ts, https://example.org/work, a/root/b')).toEqual([]);
  });

  test('holds for every file', () => {
    const texts = repositoryFiles(root).filter((path) => !/\.(?:gz|png|ico|zip)$/.test(path));
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.flatMap((path) => machineWords(readFileSync(join(root, path), 'utf8')).map((word) => `${path}: ${word}`))).toEqual([]);
  });

  test('the lockfile names no registry', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "https?:/);
  });
});
