/** Puts recorded rooms into a store, records an erasure, which hides at once, stops it halfway, goes on, and applies it again to an older copy. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createRecordResolver, parseUserId, readRecord } from '../src/index.ts';
import { parseJson } from '../src/json.ts';
import { openSqliteStore, planRecorded, recordErasure, replayErasures, runErasure, type ImportedLine, type SqlStore } from '../src/stores/sqlite.ts';

const alice = parseUserId('@alice:hs1.test:18441');
if (alice === undefined) throw new Error('not a user ID');

/** The lines of event files, as a store takes them. */
function linesOf(name: string): readonly ImportedLine[] {
  const { resolve } = createRecordResolver();
  const text = gunzipSync(readFileSync(new URL(`rooms/${name}.ndjson.gz`, import.meta.url))).toString();
  return text.split('\n').filter((line) => line !== '').map((line) => {
    const { record, bare } = readRecord(parseJson(line));
    return { text: line, record, bare, event: resolve(record) };
  });
}

// A file of its own in earnest: openSqliteStore('erasure.db', { create: true }).
async function filled(): Promise<SqlStore> {
  const store = openSqliteStore(':memory:', { create: true });
  await store.importEvents([linesOf('v10-shared'), linesOf('alone-v10')]);
  return store;
}

const [store, older] = [await filled(), await filled()];
const now = 1_995_464_429_461;
const id = await recordErasure(store, { subjects: [alice], requestedAt: now, effectiveAt: now, profile: 'notice', scope: {} }, { now });
console.log(`recorded, and hidden from newcomers: ${(await store.erasures.ofSubjects([alice])).length} erasure`);

await planRecorded(store, id);
const stopping = { aborted: true };
console.log(`stopped: ${(await runErasure(store, id, { now: () => now, signal: stopping })).outcome}`);
console.log(`went on: ${(await runErasure(store, id, { now: () => now })).outcome}`);
const { counts, roomsDone } = await store.erasures.progress(id);
console.log(`${roomsDone} rooms: ${counts.redacted} redacted, ${counts.hidden} hidden, ${counts.purged} purged`);

const replayed = await replayErasures(older, { now: () => now, erasures: await store.erasures.list() });
console.log(`applied to an older copy: ${replayed.length}, the same events: ${String((await older.events.totals()).events === (await store.events.totals()).events)}`);
await store.close();
await older.close();
