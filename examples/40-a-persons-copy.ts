/** The copy of a person's data, in memory: what is in it, what is not and why, and that it is made of the same events. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createRecordResolver, readRecord } from '../src/index.ts';
import { parseJson } from '../src/json.ts';
import { createMemoryExport, exportSubjectData } from '../src/portability.ts';

const { resolve } = createRecordResolver();
const lines = gunzipSync(readFileSync(new URL('rooms/dm-fed-v11.ndjson.gz', import.meta.url))).toString('utf8').split('\n').filter((line) => line !== '');
const stored = lines.map((line) => readRecord(parseJson(line)).record).map((record) => ({ record, event: resolve(record) }));

const alice = '@alice:hs1.test:18441';
const { place, files } = createMemoryExport();
const { counts, missing } = await exportSubjectData(stored, { subjects: [alice], at: Date.UTC(2026, 10, 25) }, place);

console.log(`${counts.events} events, of them ${counts.messages} messages; ${files.size} files`);
for (const { what, reason, count } of missing) console.log(`not in it: ${what} (${reason}${count === undefined ? '' : `, ${count}`})`);

const [copied = ''] = [...files].filter(([path]) => path.endsWith('events-0001.jsonl')).map(([, text]) => text);
const again = copied.split('\n').filter((line) => line !== '').map((line) => resolve(readRecord(parseJson(line)).record));
const sent = stored.filter(({ event }) => event.pdu.sender === alice);
console.log(`read again: ${again.every(({ eventId }) => sent.some(({ event }) => event.eventId === eventId)) && again.length === sent.length ? 'the same events' : 'other events'}`);
