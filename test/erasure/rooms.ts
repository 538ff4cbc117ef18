import { readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createKeyRing, type KeyRing } from '../../src/crypto/key-ring.ts';
import { readRecord, type EventRecord } from '../../src/event/record.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import type { StoredEvent } from '../../src/erasure/apply.ts';
import { storedEvents } from './build-room.ts';

const FOLDER = new URL('../../examples/rooms/', import.meta.url);

/** The subject of the recorded rooms. */
export const RECORDED_ALICE = '@alice:hs1.test:18441';

export const recordedRooms: readonly string[] = readdirSync(FOLDER).filter((file) => file.endsWith('.ndjson.gz')).sort();

/** A recorded room, read anew. */
export function readRoom(file: string): readonly StoredEvent[] {
  return storedEvents(readRecords(file));
}

export function readRecords(file: string): readonly EventRecord[] {
  const text = gunzipSync(readFileSync(new URL(file, FOLDER))).toString();
  return text.split('\n').filter((line) => line !== '').map((line) => readRecord(parseJson(line)).record);
}

/** The public keys of the servers that the rooms were recorded from. */
export function recordedKeys(): KeyRing {
  return createKeyRing(JSON.parse(readFileSync(new URL('keys.json', FOLDER), 'utf8')));
}
