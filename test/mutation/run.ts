// Breaks the source line by line and sees whether the tests notice: `npm run mutation`, or with a part of a file's name behind `--`.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { breaks, type Break } from './breaks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const copy = join(root, 'out', 'mutation');
/** The share of breaks that tests must notice. */
const GOAL = 0.85;

/** The tests of each layer, nearest first: the second group runs when the first has noticed nothing. */
const TESTS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  json: [['test/json'], ['test/laws']],
  identifiers: [['test/identifiers'], ['test/event']],
  rules: [['test/rules', 'test/event'], ['test/laws', 'test/crypto']],
  event: [['test/event'], ['test/laws']],
  crypto: [['test/crypto'], ['test/laws']],
  notices: [['test/notices']],
  bridge: [['test/bridge/']],
  portability: [['test/portability']],
};

type Outcome = 'killed' | 'survived' | 'stale';

function prepare(): void {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const path of ['src', 'test', 'examples', 'docs', 'package.json', 'tsconfig.json', 'tsconfig.node.json', 'vitest.config.ts']) cpSync(join(root, path), join(copy, path), { recursive: true });
}

/** Whether all tests of some folders pass. The same seed each time: what survives today survives tomorrow. */
function passes(folders: readonly string[]): Promise<boolean> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const parameters = ['run', ...folders, '--project', 'native', '--project', 'portable', '--bail', '1', '--reporter', 'dot'];
  const child = spawn(process.execPath, [vitest, ...parameters], { cwd: copy, stdio: 'ignore', env: { ...process.env, FC_SEED: '1' } });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}

async function attempt({ file, find, replace }: Break): Promise<Outcome> {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(find).length !== 2) return 'stale';
  writeFileSync(path, source.replace(find, () => replace));
  try {
    for (const folders of testsOf(file)) if (!(await passes(folders))) return 'killed';
    return 'survived';
  } finally {
    writeFileSync(path, source);
  }
}

function testsOf(file: string): readonly (readonly string[])[] {
  return TESTS[file.split('/')[1] ?? ''] ?? [['test']];
}

async function assertHealthy(files: readonly string[]): Promise<void> {
  const folders = [...new Set(files.flatMap(testsOf).flat())];
  if (!(await passes(folders))) throw new Error(`the tests fail without any break: npx vitest run ${folders.join(' ')}`);
}

const wanted = breaks.filter(({ file }) => file.includes(process.argv[2] ?? ''));
prepare();
await assertHealthy(wanted.map(({ file }) => file));

const counts: Record<Outcome, number> = { killed: 0, survived: 0, stale: 0 };
for (const one of wanted) {
  const outcome = await attempt(one);
  counts[outcome] += 1;
  console.log(`${outcome.padEnd(8)} ${one.file}: ${one.find.trim()} -> ${one.replace.trim() || 'nothing'}`);
}
const share = counts.killed / (counts.killed + counts.survived);
console.log(`\n${counts.killed} killed, ${counts.survived} survived, ${counts.stale} stale: ${(share * 100).toFixed(1)} %`);
if (counts.stale > 0) console.log('A stale break names text that is no longer in its file, or more than once: bring test/mutation/breaks.ts up to date.');
process.exitCode = share >= GOAL && counts.stale === 0 ? 0 : 1;
