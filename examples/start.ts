/**
 * The main job on real rooms: plans the erasure of `@alice`, applies it to the recorded rooms beside this file, checks the result and leaves
 * everything in `out/`. Run it with `npm start`; it runs the command line as you would.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...path: readonly string[]): string => relative(process.cwd(), join(root, ...path)) || '.';

const rooms = readdirSync(join(root, 'examples/rooms')).filter((name) => name.endsWith('.ndjson.gz')).sort();
const originals = rooms.map((name) => at('examples/rooms', name));
const results = rooms.map((name) => at('out/erased', name));

rmSync(join(root, 'out'), { recursive: true, force: true });
mkdirSync(join(root, 'out/erased'), { recursive: true });

run('plan', ...originals, '--subject', '@alice:hs1.test:18441', '--effective-at', '1795500000000', '--out', at('out/plan.json'));
run('apply', at('out/plan.json'), ...originals, '--out', `${at('out/erased')}/`, '--yes');
run('verify', at('out/plan.json'), '--original', ...originals, '--result', ...results, '--keys', at('examples/rooms/keys.json'), '--out', at('out/verification.json'));
run('show', at('out/plan.json'), '--verification', at('out/verification.json'), '--html', at('out/plan.html'));
run('report', at('out/plan.json'), '--for', 'subject', '--verification', at('out/verification.json'), '--html', at('out/report.html'));

console.log(`
What is there now:
  ${at('out/plan.json')}           what is redacted, hidden, purged, kept, and why; no content
  ${at('out/erased')}/             the rooms after the erasure, in the format they came in
  ${at('out/verification.json')}   what was checked, and what was found
  ${at('out/plan.html')}           all of it as a page: open it in a browser
  ${at('out/report.html')}         the report to the person, in plain English`);

/** Shows the command, shortened, and runs it; an error ends the example. */
function run(command: string, ...args: readonly string[]): void {
  const shown = args.filter((arg) => !rooms.slice(1).some((name) => arg.endsWith(name))).map((arg) => (arg.endsWith(rooms[0] ?? '') ? `${dirname(arg)}/*.gz` : arg));
  console.log(`\n$ matrix-erasure ${[command, ...shown].join(' ')}\n`);
  const { status } = spawnSync(process.execPath, ['--conditions=matrix-erasure-source', join(root, 'src/cli/main.ts'), command, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
