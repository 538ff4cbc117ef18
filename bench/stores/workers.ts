/**
 * An erasure on PostgreSQL by one worker and by two, from the first room to the end; the last line is JSON: `twoWorkers`, how many times as fast two are.
 * `workers.ts 100000` is a smaller run than that of a million events.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFaultLog } from '../../src/cli/fault-log.ts';
import { readEvents } from '../../src/cli/records.ts';
import type { ErasureRequest } from '../../src/erasure/request.ts';
import { planRecorded, recordErasure } from '../../src/stores/erasure/record.ts';
import { openPostgresStore } from '../../src/stores/postgres.ts';
import { startServer } from '../../test/stores/postgres/server.ts';
import { AFTERWARDS, SUBJECT, writeCorpus } from './corpus.ts';

const events = Number(process.argv[2] ?? 1_000_000);
const request: ErasureRequest = { subjects: [SUBJECT], requestedAt: AFTERWARDS, effectiveAt: AFTERWARDS, profile: 'notice', scope: {}, redactEvents: true };
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const PEAK = fileURLToPath(new URL('./peak.ts', import.meta.url));

type Told = { readonly at: number; readonly outcome: string };

/** Runs the command line, and gives the lines that it prints. */
async function run(...args: readonly string[]): Promise<readonly Told[]> {
  const child = spawn(process.execPath, ['--conditions=matrix-erasure-source', '--import', PEAK, MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString(); });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`exit code ${code}`);
  return text.trim().split('\n').filter((line) => line.startsWith('{')).map((line): Told => JSON.parse(line));
}

/** How long so many workers take, in ms. */
async function timed(url: string, id: string, workers: number): Promise<number> {
  await run('apply', id, '--store', url, '--queue', '--yes', '--json');
  const told = (await Promise.all(Array.from({ length: workers }, () => run('work', '--store', url, '--until-idle', '--json')))).flat();
  const done = told.filter(({ outcome }) => outcome === 'done').map(({ at }) => at);
  const ms = Math.max(...done) - Math.min(...done);
  console.log(`  ${workers} ${workers === 1 ? 'worker: ' : 'workers:'} ${(ms / 1000).toFixed(1).padStart(7)} s, ${Math.round((events * 1000) / ms).toLocaleString('en')} events a second`);
  return ms;
}

// As a server that is meant for this much writing is set up.
const server = await startServer(['max_wal_size=16GB', 'checkpoint_timeout=30min', 'shared_buffers=1GB']);
const folder = mkdtempSync(join(tmpdir(), 'matrix-erasure-bench-'));
try {
  console.log(`PostgreSQL, ${events.toLocaleString('en')} events by one person in 1,000 rooms`);
  const url = await server.database();
  const store = await openPostgresStore(url, { create: true });
  writeCorpus(join(folder, 'corpus.ndjson'), events);
  const start = performance.now();
  await store.importEvents(readEvents([join(folder, 'corpus.ndjson')], { faults: createFaultLog({ strict: true }) }));
  console.log(`  import:    ${((performance.now() - start) / 1000).toFixed(1).padStart(7)} s`);
  const id = await recordErasure(store, request, { now: AFTERWARDS });
  const planning = performance.now();
  await planRecorded(store, id);
  console.log(`  plan:      ${((performance.now() - planning) / 1000).toFixed(1).padStart(7)} s`);
  await store.close();
  const [one, two] = [await server.copy(url), await server.copy(url)];
  const alone = await timed(one, id, 1);
  const together = await timed(two, id, 2);
  console.log(JSON.stringify({ twoWorkers: Math.round((alone / together) * 100) / 100 }));
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
