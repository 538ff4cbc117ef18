/** Plans the erasure of a person from one recorded room, and prints what happens to each kind of event and why. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createRecordResolver, planErasure, readRecord } from '../src/index.ts';
import { parseJson } from '../src/json.ts';

const lines = gunzipSync(readFileSync(new URL('rooms/v11-shared.ndjson.gz', import.meta.url))).toString('utf8').trim().split('\n');
const { resolve } = createRecordResolver();
const events = lines.map((line) => resolve(readRecord(parseJson(line)).record));

const plan = planErasure(events, {
  subjects: ['@alice:hs1.test:18441'], requestedAt: 1_795_500_000_000, effectiveAt: 1_795_500_000_000, profile: 'notice', scope: {},
});

const counts = new Map<string, number>();
for (const { treatment, reason, hazard, type } of plan.rooms.flatMap((room) => room.entries)) {
  const line = [treatment.padEnd(6), hazard ?? reason, type].join('  ');
  counts.set(line, (counts.get(line) ?? 0) + 1);
}
for (const [line, count] of [...counts].sort()) console.log(`${String(count).padStart(3)}  ${line}`);
