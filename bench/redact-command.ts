import { mkdtempSync, openSync, closeSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cli, EVENTS, timed, type CommandResult } from './command-run.ts';
import { lines } from './events.ts';

const MEMORY_LIMIT_MIB = 300;
const bareLoop = fileURLToPath(new URL('bare-loop.ts', import.meta.url));

/** Times the command `redact` on a large file against a bare loop, each in a process of its own, in turn. */
export function measureRedactCommand(): CommandResult {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-erasure-bench-'));
  try {
    const input = join(folder, 'events.ndjson');
    writeEvents(input);
    const rounds = [0, 1, 2].map(() => ({
      bare: timed([bareLoop, input, join(folder, 'bare.ndjson')]),
      ours: timed([cli, 'redact', input, '--room-version', '10', '--out', join(folder, 'ours.ndjson')]),
    }));
    const bare = median(rounds.map((round) => round.bare.seconds));
    const ours = median(rounds.map((round) => round.ours.seconds));
    const memory = Math.max(...rounds.map((round) => round.ours.mebibytes));
    const report = [
      `redactCommand: the command redact on ${EVENTS.toLocaleString('en')} events (at least 0.5 × the first; at most ${MEMORY_LIMIT_MIB} MiB)`,
      `  bare loop: read, parse, stringify, write   ${bare.toFixed(1)} s`,
      `  matrix-erasure redact                      ${ours.toFixed(1)} s  ${(bare / ours).toFixed(2)} ×  peak ${Math.round(memory)} MiB`,
    ].join('\n');
    return { ratio: bare / ours, report };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeEvents(path: string): void {
  const file = openSync(path, 'w');
  for (let done = 0; done < EVENTS; done += lines.length) writeSync(file, `${lines.slice(0, EVENTS - done).join('\n')}\n`);
  closeSync(file);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
