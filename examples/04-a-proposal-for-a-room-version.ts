/** Tries a change to the redaction rules on a recorded room: which events would it change, and whose IDs? */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { defineRoomVersion, roomVersion } from '../src/index.ts';
import { parseJson } from '../src/json.ts';
import { compareRules } from '../src/lab.ts';
import { createRecordResolver, readRecord } from '../src/index.ts';

const base = roomVersion('12');
const proposal = defineRoomVersion('org.example.keep-topics', base, {
  redaction: { ...base.redaction, content: { ...base.redaction.content, 'm.room.topic': { topic: true } } },
});

const lines = gunzipSync(readFileSync(new URL('rooms/v12-shared.ndjson.gz', import.meta.url))).toString('utf8').trim().split('\n');
const { resolve } = createRecordResolver();
for (const { pdu, eventId } of lines.map((line) => resolve(readRecord(parseJson(line)).record))) {
  const difference = compareRules(pdu, base, proposal);
  if (difference !== undefined) console.log(`${eventId} ${pdu.type}: also keeps ${difference.onlySecond.join(', ')}${difference.idChanges ? ', and gets another ID' : ''}`);
}
