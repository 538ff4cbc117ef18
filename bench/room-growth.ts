import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MEMBERS = [1000, 3000, 10_000, 30_000, 100_000];
const program = fileURLToPath(new URL('open-growing-room.ts', import.meta.url));

type Growth = { readonly members: number; readonly events: number; readonly milliseconds: number; readonly mebibytes: number };
export type GrowthResult = { readonly ratio: number; readonly report: string };

/** Opens rooms of more and more members, each in a process of its own: the rate in the largest as a multiple of that in the smallest. */
export function measureRoomGrowth(): GrowthResult {
  const rows = MEMBERS.map((members): Growth => ({ members, ...opened(members) }));
  const rate = ({ events, milliseconds }: Growth): number => events / milliseconds;
  const [first, last] = [rows[0], rows.at(-1)];
  const report = rows.map((row) =>
    `  ${row.members.toLocaleString('en').padStart(9)} members ${row.events.toLocaleString('en').padStart(9)} events ${row.milliseconds.toFixed(0).padStart(7)} ms ${(rate(row) * 1000).toFixed(0).padStart(9)} /s ${row.mebibytes.toFixed(0).padStart(6)} MiB`);
  return {
    ratio: first === undefined || last === undefined ? 0 : rate(last) / rate(first),
    report: ['roomGrowth: openRoom of rooms that grow, one join and one message for each member (at least 0.5 × the rate of the first)', ...report].join('\n'),
  };
}

function opened(members: number): Omit<Growth, 'members'> {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--conditions=matrix-erasure-source', '--expose-gc', program, String(members)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
