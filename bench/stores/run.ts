/**
 * What stores take beside bare statements on the same rows; the last line is JSON: name to ratio. `npm run bench:stores -- --events 100000` is a smaller run
 * than that of a million.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOMS, writeCorpus } from './corpus.ts';

type Measured = { readonly ms: number; readonly peakMiB: number; readonly counts?: { readonly redacted: number } };

const { values } = parseArgs({ options: { events: { type: 'string', default: '1000000' }, keep: { type: 'boolean', default: false } } });
const events = Number(values.events);
const folder = mkdtempSync(join(tmpdir(), 'matrix-erasure-bench-'));
const path = (name: string): string => join(folder, name);
const PHASE = fileURLToPath(new URL('./phase.ts', import.meta.url));

function measure(...args: readonly string[]): Measured {
  const text = execFileSync(process.execPath, ['--conditions=matrix-erasure-source', PHASE, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_COMPILE_CACHE: path('compiled') } });
  return JSON.parse(text.trim().split('\n').at(-1) ?? '');
}

function line(what: string, { ms, peakMiB }: Measured, rows: number = events): void {
  console.log(`  ${what.padEnd(52)} ${(ms / 1000).toFixed(2).padStart(8)} s  ${Math.round((rows * 1000) / ms).toLocaleString('en').padStart(10)} /s  ${String(peakMiB).padStart(5)} MiB at most`);
}

/** Another benchmark: what it prints is shown, and its last line is JSON. */
function beside(name: string, ...args: readonly string[]): object {
  const script = fileURLToPath(new URL(`./${name}`, import.meta.url));
  const lines = execFileSync(process.execPath, ['--conditions=matrix-erasure-source', script, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim().split('\n');
  for (const text of lines.slice(0, -1)) console.log(text);
  return JSON.parse(lines.at(-1) ?? '{}');
}

/** What an erasure of any size may take. */
const PEAK_MIB = 300;
const round = (ratio: number): number => Math.round(ratio * 1000) / 1000;

try {
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}; ${events.toLocaleString('en')} events in ${ROOMS.toLocaleString('en')} rooms\n`);
  // Once, so that later phases are not measured with the program that takes types out of sources.
  measure('none');
  writeCorpus(path('corpus.ndjson'), events);
  console.log(`SQLite (event file of ${Math.round(statSync(path('corpus.ndjson')).size / 1024 / 1024)} MiB)`);
  const imported = measure('import', path('store.db'), path('corpus.ndjson'));
  line('import', imported);
  const inserts = measure('bareInserts', path('bare.db'), path('store.db'));
  line('bare inserts of the same rows, one transaction', inserts);
  copyFileSync(path('store.db'), path('updated.db'));
  const hidden = measure('hide', path('store.db'));
  line('hide: one record', hidden);
  line('plan, with the index of every room', measure('plan', path('store.db')));
  const redacted = measure('redact', path('store.db'));
  const rows = redacted.counts?.redacted ?? 0;
  line(`redact ${rows.toLocaleString('en')} events`, redacted, rows);
  const updates = measure('bareUpdates', path('updated.db'), path('store.db'));
  line('bare updates of the same rows, by sixteen rooms', updates, rows);
  if (redacted.peakMiB >= PEAK_MIB) console.log(`  redact took ${redacted.peakMiB} MiB, ${PEAK_MIB} at most: missed`);
  process.exitCode = redacted.peakMiB >= PEAK_MIB ? 1 : 0;
  const sqlite = { import: round(inserts.ms / imported.ms), hide: round(1000 / hidden.ms), redact: round(updates.ms / redacted.ms) };
  console.log('\nPlanning and serving');
  const lookedUp = beside('look-up.ts', '10000', String(events));
  console.log('');
  console.log(`\n${JSON.stringify({ ...sqlite, ...lookedUp, ...beside('workers.ts', String(events)) })}`);
} finally {
  if (values.keep) console.log(`kept in ${folder}`);
  else rmSync(folder, { recursive: true });
}
