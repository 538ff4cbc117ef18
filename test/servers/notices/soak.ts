/** Hundreds of erasures among three servers on a bad day; the last line is JSON. Exits with 1 unless every notice was acknowledged, and each taken in once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runWorld } from './world.ts';

const erasures = Number(process.env['ERASURES'] ?? 300);
const folder = await mkdtemp(join(tmpdir(), 'matrix-erasure-'));
console.log(`${erasures} erasures at each of three servers, each told to two others`);
try {
  const outcome = await runWorld({ folder, erasures, faults: true, kills: 4 });
  const { sent, acknowledged, lost, duplicated, unasked, forgedAccepted } = outcome;
  if (sent !== acknowledged || lost + duplicated + unasked + forgedAccepted > 0) process.exitCode = 1;
  console.log(JSON.stringify(outcome));
} finally {
  await rm(folder, { recursive: true, force: true });
}
