/** One phase in a process of its own, so that its memory is its own: prints what it took as one line of JSON. `phase.ts NAME STORE …` */
import { DatabaseSync } from 'node:sqlite';
import type { ErasureRequest } from '../../src/erasure/request.ts';
import { AFTERWARDS, SUBJECT } from './corpus.ts';

const CHUNK = 10_000;

/** Messages are redacted for everybody, so that every event is rewritten. */
const request: ErasureRequest = { subjects: [SUBJECT], requestedAt: AFTERWARDS, effectiveAt: AFTERWARDS, profile: 'notice', scope: {}, redactEvents: true };

/** How long some work takes, in ms. */
async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const TABLES = ['rooms', 'users', 'events', 'names', 'refs', 'media_refs'] as const;

/** The same rows, put into the same tables in one transaction; reading them out is not counted. */
async function bareInserts(from: string, to: string): Promise<number> {
  const { openDatabase } = await import('../../src/stores/sqlite/open-database.ts');
  const [source, target] = [new DatabaseSync(from, { readOnly: true }), openDatabase(to, { create: true })];
  let ms = await timed(() => target.exec('BEGIN IMMEDIATE'));
  const last = Number(source.prepare('SELECT max(place) AS last FROM events').get()?.['last']);
  for (const table of TABLES) {
    const columns = source.prepare(`SELECT name FROM pragma_table_info('${table}')`).all().map(({ name }) => String(name));
    const insert = target.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
    const placed = columns.includes('place');
    const select = source.prepare(`SELECT ${columns.join(', ')} FROM ${table}${placed ? ' WHERE place > ? AND place <= ? ORDER BY place' : ''}`);
    select.setReturnArrays(true);
    for (let after = 0; after < (placed ? last : 1); after += CHUNK) {
      const rows = (placed ? select.all(after, after + CHUNK) : select.all()) as unknown as (string | number)[][];
      ms += await timed(() => {
        for (const row of rows) insert.run(...row);
      });
    }
  }
  ms += await timed(() => target.exec('COMMIT'));
  return ms;
}

const ROOMS_AT_ONCE = 16;

/** The same rows set to what the erasure made of them, a transaction for sixteen rooms as the erasure does it; reading them out is not counted. */
async function bareUpdates(done: string, target: string): Promise<number> {
  const { openDatabase } = await import('../../src/stores/sqlite/open-database.ts');
  const [source, database] = [new DatabaseSync(done, { readOnly: true }), openDatabase(target)];
  const update = database.prepare('UPDATE events SET json = ?, bare = ?, copies = ?, marked = ?, changed = ? WHERE place = ?');
  const select = source.prepare('SELECT json, bare, copies, marked, changed, place FROM events WHERE room = ? AND changed = 1 ORDER BY place');
  select.setReturnArrays(true);
  let ms = 0;
  const rooms = source.prepare('SELECT id FROM rooms ORDER BY room_id').all().map(({ id }) => Number(id));
  for (let at = 0; at < rooms.length; at += ROOMS_AT_ONCE) {
    const rows = rooms.slice(at, at + ROOMS_AT_ONCE).flatMap((room) => select.all(room) as unknown as (string | number)[][]);
    ms += await timed(() => {
      database.exec('BEGIN IMMEDIATE');
      for (const row of rows) update.run(...row);
      database.exec('COMMIT');
    });
  }
  return ms;
}

// The package as it is installed.
const { erasureIdOf, openSqliteStore, planRecorded, recordErasure, runErasure } = await import('../../dist/stores/sqlite.js');

const phases: Readonly<Record<string, (...paths: readonly string[]) => Promise<object>>> = {
  import: async (path = '', corpus = '') => {
    const { createFaultLog } = await import('../../src/cli/fault-log.ts');
    const { readEvents } = await import('../../src/cli/records.ts');
    const store = openSqliteStore(path, { create: true });
    const faults = createFaultLog({ strict: true });
    return { ms: await timed(() => store.importEvents(readEvents([corpus], { faults }))) };
  },
  bareInserts: async (path = '', from = '') => ({ ms: await bareInserts(from, path) }),
  hide: async (path = '') => {
    const store = openSqliteStore(path);
    return { ms: await timed(() => recordErasure(store, request, { now: AFTERWARDS })) };
  },
  plan: async (path = '') => {
    const store = openSqliteStore(path);
    return { ms: await timed(() => planRecorded(store, erasureIdOf(request))) };
  },
  redact: async (path = '') => {
    const store = openSqliteStore(path);
    const ms = await timed(() => runErasure(store, erasureIdOf(request), { now: () => AFTERWARDS }));
    return { ms, ...(await store.erasures.progress(erasureIdOf(request))) };
  },
  bareUpdates: async (path = '', done = '') => ({ ms: await bareUpdates(done, path) }),
};

const [name = '', ...paths] = process.argv.slice(2);
const result = await phases[name]?.(...paths);
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ ...result, cpuMs: Math.round((user + system) / 1000), peakMiB: Math.round(process.resourceUsage().maxRSS / 1024) }));
