/** Finds who holds copies of a person's data in recorded rooms, builds the notices to them, and signs the one to another server. */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createRecordResolver, generateSigningKey, planErasure, readRecord, type ErasureRequest } from '../src/index.ts';
import { parseJson } from '../src/json.ts';
import { buildErasureNotices, findRecipients, signRequest } from '../src/notices.ts';
import { openRoom } from '../src/room.ts';

const server = 'hs1.test:18441';
const request: ErasureRequest = {
  subjects: [`@alice:${server}`], requestedAt: 1_795_500_000_000, effectiveAt: 1_795_500_000_000, profile: 'notice', scope: {},
};

const folder = new URL('rooms/', import.meta.url);
const rooms = readdirSync(folder).filter((name) => /^(?:v10|dm|restricted|alone).*\.gz$/.test(name)).map((name) => {
  const { resolve } = createRecordResolver();
  const lines = gunzipSync(readFileSync(new URL(name, folder))).toString('utf8').trim().split('\n');
  const records = lines.map((line) => readRecord(parseJson(line)).record);
  const events = records.map(resolve);
  const graph = openRoom(records.map((record, index) => ({ ...record, event_id: events[index]?.eventId ?? '' })));
  return { roomId: events[0]?.roomId ?? '', graph, events };
});

const recipients = findRecipients(rooms, request, { server, bindings: [{ server: 'identity.example' }] });
for (const { kind, id, channel, since, reasons, rooms: in_ } of recipients) {
  const when = since === undefined ? 'unknown' : new Date(since).toISOString().slice(0, 16);
  console.log(`${kind} ${id}: ${in_.length} rooms, since ${when}, because ${reasons.join(', ')}; by ${channel}`);
}

const plan = planErasure(rooms.flatMap(({ events }) => events), request);
const notices = buildErasureNotices(plan, recipients, { server, operator: server, contact: 'dpo@hs1.test' });
const [first] = notices;
if (first?.channel === 'federation') {
  const key = generateSigningKey(new Uint8Array(32), '1');
  const { destination, method, paths: { stable: uri }, body: content } = first;
  console.log(`\n${method} ${uri}\nAuthorization: ${signRequest({ method, uri, destination, content }, { server, ...key }).replace(/sig="[^"]+"/, 'sig="…"')}\n\n${JSON.stringify(content)}`);
}
for (const notice of notices) if (notice.channel === 'person') console.log(`\n${notice.body}`);
