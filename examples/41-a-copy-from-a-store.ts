/** A copy of events that a server has in a database: they come one at a time, and go into a place of your own, here one that only counts. */
import { createHash, type Hash } from 'node:crypto';
import { createRecordResolver, readRecord } from '../src/index.ts';
import { parseJson } from '../src/json.ts';
import { exportSubjectData, type ExportPlace, type StoredEvent } from '../src/portability.ts';

const alice = '@alice:example.org';
const { resolve } = createRecordResolver({ roomVersion: '11' });

/** What a query would give, row by row. */
async function* rows(): AsyncGenerator<StoredEvent> {
  for (let i = 0; i < 25_000; i++) {
    const { record } = readRecord(parseJson(`{"type":"m.room.message","sender":"${alice}","room_id":"!garden:example.org","origin_server_ts":${1_700_000_000_000 + i},"content":{"body":"Message ${i}"}}`));
    yield { record, event: resolve(record) };
  }
}

const growing = new Map<string, { readonly hash: Hash; bytes: number }>();
const scratch = new Map<string, string>();
const place: ExportPlace = {
  append: (path, text) => {
    const file = growing.get(path) ?? { hash: createHash('sha256'), bytes: 0 };
    file.hash.update(text);
    file.bytes += Buffer.byteLength(text);
    growing.set(path, file);
  },
  finish: (path) => ({ bytes: growing.get(path)?.bytes ?? 0, sha256: growing.get(path)?.hash.digest('hex') ?? '' }),
  scratch: {
    append: (name, text) => void scratch.set(name, (scratch.get(name) ?? '') + text),
    read: (name) => [scratch.get(name) ?? ''],
    remove: (name) => void scratch.delete(name),
  },
};

const { counts, files } = await exportSubjectData(rows(), { subjects: [alice], at: Date.UTC(2026, 10, 25) }, place);
console.log(`${counts.events} events`);
for (const { path, bytes } of files.filter(({ path: name }) => name.startsWith('rooms/') || name.startsWith('search/'))) console.log(`${path}: ${bytes > 1000 ? 'written' : 'short'}`);
console.log(`left behind: ${scratch.size}`);
