import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { repositoryFiles } from './architecture/paths.ts';
import { parseSource, readSource, root, sourceFiles } from './architecture/source.ts';
import { checkedModule, relativeLinks, runnableBlocks } from './documentation/blocks.ts';
import { evaluate, examplesOf, readExpected, splitExample, type Example, type Expected } from './documentation/examples.ts';

type Scope = Readonly<Record<string, unknown>>;

/** The public specifiers and the files behind them, as far as they are written. */
const entries: Readonly<Record<string, string>> = Object.fromEntries(
  sourceFiles('src').filter((path) => /^src\/[^/]+\.ts$/.test(path)).map((path) => {
    const name = basename(path, '.ts');
    return [name === 'index' ? 'matrix-erasure' : `matrix-erasure/${name}`, join(root, path)];
  }),
);

const modules: readonly Scope[] = await Promise.all(Object.values(entries).map(importScope));
/** What is in scope of an example: everything public, and fast-check, which who uses `/testing` has. */
const publicScope: Scope = Object.assign({ fc }, ...modules);

async function importScope(path: string): Promise<Scope> {
  const module: Scope = await import(pathToFileURL(path).href);
  return Object.fromEntries(Object.entries(module).filter(([name]) => name !== 'default'));
}

/** Compares what an example gives with what it says. */
async function verify(actual: () => unknown, expected: Expected, scope: Scope): Promise<void> {
  if (expected.kind === 'value') {
    expect(await actual()).toEqual(evaluate(expected.expression, scope));
    return;
  }
  const error = await Promise.resolve().then(actual).then(() => undefined, (thrown: unknown) => thrown);
  expect(error).toHaveProperty('name', expected.name);
}

const run = (example: Pick<Example, 'expression' | 'expected'>, scope: Scope): Promise<void> =>
  verify(() => evaluate(example.expression, scope), example.expected, scope);

describe('an example', () => {
  const examplesIn = (comment: string): readonly Example[] => examplesOf(parseSource('src/a.ts', `${comment}\nexport function f() {}`));

  test.each([
    ['f(1) // 2', { expression: 'f(1)', expected: { kind: 'value', expression: '2' } }],
    ["f('a // b', 'https://c') // 'd'", { expression: "f('a // b', 'https://c')", expected: { kind: 'value', expression: "'d'" } }],
    ['f({}) // throws FError', { expression: 'f({})', expected: { kind: 'throws', name: 'FError' } }],
  ])('%s is read', (text, parts) => {
    expect(splitExample(text)).toEqual(parts);
  });

  test.each(['f(1)', 'f(1)\n// 2', '// 2', 'const a = 1 // 1', 'f(1); g(2) // 3'])('%j has no form', (text) => {
    expect(splitExample(text)).toBeUndefined();
  });

  test('is found behind identifiers that look like tags, once for each', () => {
    const found = examplesIn("/**\n * Does.\n * @see https://example.org\n * @example f('@a:b') // '@a:b'\n * @example f() // undefined\n * @throws {Error} never\n */");
    expect(found.map(({ name, expression }) => [name, expression])).toEqual([['f', "f('@a:b')"], ['f', 'f()']]);
  });

  test('is found in a comment of one line', () => {
    expect(examplesIn('/** Does. @example f() // 1 */')).toEqual([]);
    expect(examplesIn('/** @example f() // 1 */')).toHaveLength(1);
  });

  test('without a form is an error', () => {
    expect(() => examplesIn('/**\n * @example f(\n *   1) // 1\n */')).toThrow(SyntaxError);
  });

  test.each([
    ['f() // 1', { f: () => 2 }, 'expected 2 to deeply equal 1'],
    ['f() // { a: 1 }', { f: () => ({ a: 1, b: 2 }) }, 'to deeply equal { a: 1 }'],
    ['f() // throws AError', { f: () => 1 }, 'but got undefined'],
    ['f() // throws AError', { f: () => evaluate("(() => { throw new TypeError(''); })()", {}) }, 'to have property "name" with value \'AError\''],
    ['g() // 1', { f: () => 1 }, 'g is not defined'],
    ['f() // what one expects', { f: () => 1 }, 'Unexpected identifier'],
  ])('that is not true fails: %s', async (text, scope, message) => {
    const example = splitExample(text) ?? { expression: '', expected: readExpected('') };
    await expect(run(example, scope)).rejects.toThrow(message);
  });

  test('that is true passes', async () => {
    await run({ expression: 'f()', expected: readExpected('{ a: [1] }') }, { f: () => ({ a: [1] }) });
    await run({ expression: 'null.x', expected: readExpected('throws TypeError') }, {});
  });
});

const examples = await Promise.all(
  sourceFiles('src').filter((path) => !path.startsWith('src/cli/')).map(async (path) => {
    const found = examplesOf(readSource(path));
    const own = found.length === 0 ? {} : await importScope(join(root, path));
    // Who reads the documentation has the public names; only what is not public itself is shown with its neighbours.
    return found.map((example) => [example.where, { ...example, scope: Object.hasOwn(publicScope, example.name) ? publicScope : { ...own, ...publicScope } }] as const);
  }),
);

describe('documented examples', () => {
  test.each(examples.flat())('%s', async (_where, example) => {
    await run(example, example.scope);
  });

  test('stand at every public function', () => {
    const shown = new Set(examples.flat().map(([, { name }]) => name));
    const functions = modules.flatMap(Object.entries<unknown>).filter(([, value]) => typeof value === 'function' && !isErrorClass(value));
    expect(functions.map(([name]) => name).filter((name) => !shown.has(name))).toEqual([]);
  });
});

function isErrorClass(value: { readonly prototype?: unknown }): boolean {
  return value.prototype instanceof Error;
}

describe('Markdown', () => {
  const source = (code: string): string => `text\n\n\`\`\`ts run\n${code}\n\`\`\`\n\n\`\`\`ts\nnot.run();\n\`\`\`\n`;

  test('blocks marked as runnable are found, with their line', () => {
    expect(runnableBlocks(source('f();'))).toEqual([{ line: 3, code: 'f();\n' }]);
  });

  test('statements that end in a comment are checked', () => {
    const text = checkedModule("import { f } from 'matrix-erasure';\nconst a = f(); // a remark\na.b; // 1\nconsole.log(a); // { b: 1 }\n", { 'matrix-erasure': 'x.ts' });
    expect(text).toContain('import { f } from "x.ts";');
    expect(text).toContain('await expectation(async () => (a.b), "1");');
    expect(text).toContain('await expectation(async () => (a), "{ b: 1 }");');
    expect(text).not.toContain('a remark');
  });

  test('an entry that does not exist is an error', () => {
    expect(() => checkedModule("import 'matrix-erasure/nothing';", {})).toThrow('matrix-erasure/nothing');
  });

  test('a block that is not true fails', async () => {
    await expect(runBlock('bad', 'const a: number = 1;\na + 1; // 3\n')).rejects.toThrow('expected 2 to deeply equal 3');
    await runBlock('good', 'const a: number = 1;\na + 1; // 2\nnull.x; // throws TypeError\n');
  });

  test('relative links are found', () => {
    expect(relativeLinks('[a](b.md) [c](https://example.org) ![d](e/f.png#g) [h](#i) [j](mailto:k@l)')).toEqual(['b.md', 'e/f.png']);
  });

  const documents = repositoryFiles(root).filter((path) => path.endsWith('.md'));

  test.each(documents)('the links of %s lead somewhere', (path) => {
    const targets = relativeLinks(readFileSync(join(root, path), 'utf8'));
    expect(targets.filter((target) => !existsSync(join(root, dirname(path), target)))).toEqual([]);
  });

  const blocks = documents.flatMap((path) => runnableBlocks(readFileSync(join(root, path), 'utf8')).map((block) => [`${path}:${block.line}`, block.code] as const));

  test.each(blocks)('%s', async (where, code) => {
    await runBlock(where, code);
  });
});

/** Runs a block from a file of its own, as its reader would; `out/` is ignored by git. */
async function runBlock(where: string, code: string): Promise<void> {
  const folder = join(root, 'out', 'blocks');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${where.replaceAll(/[^A-Za-z0-9]+/g, '-')}.ts`);
  writeFileSync(path, checkedModule(code, entries));
  const { run: runModule } = await import(/* @vite-ignore */ pathToFileURL(path).href);
  await runModule((actual: () => Promise<unknown>, expected: string) => verify(actual, readExpected(expected), publicScope));
}
