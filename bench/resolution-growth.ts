import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { GrowthResult } from './room-growth.ts';

const MEMBERS = [1000, 3000, 10_000, 30_000, 100_000];
const program = fileURLToPath(new URL('resolve-growing-room.ts', import.meta.url));

type Growth = { readonly members: number; readonly places: number; readonly milliseconds: number; readonly processor: number };

/** Resolves forks of rooms of more and more members, each in a process of its own: members a second of
 * processor time in the largest as a multiple of that in the smallest. */
export function measureResolutionGrowth(): GrowthResult {
  const rows = MEMBERS.map((members): Growth => ({ members, ...resolved(members) }));
  const rate = ({ members, processor }: Growth): number => members / processor;
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return { ratio: 0, report: '' };
  const exponent = Math.log(last.processor / first.processor) / Math.log(last.members / first.members);
  const report = rows.map((row) =>
    `  ${row.members.toLocaleString('en').padStart(9)} members ${row.places.toLocaleString('en').padStart(7)} places in conflict ${row.milliseconds.toFixed(1).padStart(8)} ms ${row.processor.toFixed(1).padStart(8)} ms of the processor ${(rate(row) * 1000).toFixed(0).padStart(9)} members/s`);
  return {
    ratio: rate(last) / rate(first),
    report: [
      'resolutionGrowth: resolveState of two forks of rooms that grow (at least 0.5 × the rate of the first)', ...report,
      `  processor time grows as members to the power of ${exponent.toFixed(2)}`,
    ].join('\n'),
  };
}

function resolved(members: number): Omit<Growth, 'members'> {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--conditions=matrix-erasure-source', program, String(members)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
