/**
 * Reads the events of one room in four of the forms in which people have them, and shows that they are the same events with the same IDs. What clients are
 * served is recognised as what it is: nothing can be decided of a room from it.
 *
 *     node examples/42-import-what-people-have.ts
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createRecordResolver, type EventRecord } from '../src/index.ts';
import { importEvents } from '../src/portability.ts';

const packed = readFileSync(new URL('rooms/v12-shared.ndjson.gz', import.meta.url));
const stored = gunzipSync(packed).toString('utf8').trim().split('\n').map((line) => JSON.parse(line) as EventRecord);
const pdus = stored.map(({ pdu }) => pdu);

/** The form, and what it leaves out: event IDs, room IDs, versions. */
const forms: Readonly<Record<string, string>> = {
  'export-data': pdus.map((pdu) => JSON.stringify(pdu)).join(''),
  'room graph': stored.map(({ pdu, event_id: id }) => JSON.stringify({ ...pdu, event_id: id })).join('\n'),
  'event_json': stored.map(({ pdu, event_id: id, room_id: room }) => JSON.stringify({ event_id: id, room_id: room, internal_metadata: '{}', json: JSON.stringify(pdu) })).join('\n'),
  'transaction': JSON.stringify({ origin: 'hs1.test', pdus, edus: [] }),
};

for (const [name, text] of Object.entries(forms)) {
  const { format, records, faults } = importEvents(text);
  const { resolve } = createRecordResolver();
  const same = records.filter(({ record }, index) => resolve(record).eventId === stored[index]?.event_id).length;
  console.log(`${name}: ${format}, ${records.length} events, ${same === stored.length ? 'all' : same} with the IDs that the server gave them, ${faults.length} faults`);
}

const page = importEvents(JSON.stringify({ chunk: [{ type: 'm.room.message', content: {}, sender: '@alice:hs1.test', event_id: '$a', room_id: '!r:hs1.test' }] }));
console.log(`/messages: ${page.format}, ${page.records.filter(({ client }) => client).length} of a client`);
