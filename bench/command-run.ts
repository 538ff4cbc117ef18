import { closeSync, openSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a process took: wall time, and the most memory that it held. */
export type Timed = { readonly seconds: number; readonly mebibytes: number };

/** A ratio, and the lines that are printed of it. */
export type CommandResult = { readonly ratio: number; readonly report: string };

/** How many events the files of the commands have. */
export const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 1_000_000);
export const cli = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

// The child reports its own peak when it ends. Linux hands the maxRSS of a process on to what it starts, VmHWM it does not.
const PEAK = `data:text/javascript,${encodeURIComponent(`
import { existsSync, readFileSync } from 'node:fs';
process.on('exit', () => {
  const peak = existsSync('/proc/self/status') ? /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] : process.resourceUsage().maxRSS;
  process.stderr.write('\\npeak ' + peak);
});`)}`;

/** Runs a program in a process of its own; what it prints goes to a file. */
export function timed(args: readonly string[], printTo = '/dev/null'): Timed {
  const output = openSync(printTo, 'w');
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--conditions=matrix-erasure-source', '--import', PEAK, ...args], { encoding: 'utf8', stdio: ['ignore', output, 'pipe'] });
  const seconds = (performance.now() - start) / 1000;
  closeSync(output);
  const peak = /peak (\d+)/.exec(stderr)?.[1];
  if (status !== 0 || peak === undefined) throw new Error(`exit code ${status}: ${stderr}`);
  return { seconds, mebibytes: Number(peak) / 1024 };
}
