/**
 * How a SQLite store grows: import, size by table, an erasure recorded, planned and carried out, at several sizes. The last line is JSON. Sizes as arguments; above a million events only import,
 * size and the record are measured: `node --conditions=matrix-erasure-source bench/stores/scale.ts 100000 1000000 10000000`
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeCorpus } from './corpus.ts';

const PHASE = fileURLToPath(new URL('./phase.ts', import.meta.url));
const WHOLE_UP_TO = 1_000_000;
const MIB = 1024 * 1024;

type Measured = { readonly ms: number; readonly peakMiB: number };

function measure(...args: readonly string[]): Measured {
  return JSON.parse(execFileSync(process.execPath, ['--conditions=matrix-erasure-source', PHASE, ...args], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '');
}

/** Bytes of each table with its indexes. */
function sizesOf(path: string): Readonly<Record<string, number>> {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare('SELECT m.tbl_name AS name, sum(d.bytes) AS bytes FROM (SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name) d JOIN sqlite_schema m ON m.name = d.name GROUP BY 1 ORDER BY 2 DESC').all();
  database.close();
  return Object.fromEntries(rows.map(({ name, bytes }) => [String(name), Number(bytes)]));
}

const grown: Record<string, object> = {};
for (const events of process.argv.slice(2).map(Number)) {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-erasure-scale-'));
  const [store, corpus] = [join(folder, 'store.db'), join(folder, 'corpus.ndjson')];
  try {
    writeCorpus(corpus, events);
    const input = statSync(corpus).size;
    const imported = measure('import', store, corpus);
    rmSync(corpus);
    const bytes = statSync(store).size;
    const hidden = measure('hide', store);
    const rest = events <= WHOLE_UP_TO ? { plan: measure('plan', store), redact: measure('redact', store) } : {};
    const tables = sizesOf(store);
    grown[events] = { inputMiB: Math.round(input / MIB), storeMiB: Math.round(bytes / MIB), import: imported, hide: hidden, ...rest, tables: Object.fromEntries(Object.entries(tables).slice(0, 8).map(([name, size]) => [name, Math.round(size / events)])) };
    console.log(`${events.toLocaleString('en')}: ${JSON.stringify(grown[events])}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
console.log(JSON.stringify(grown));
