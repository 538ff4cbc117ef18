import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readRecord, type EventRecord } from '../../src/event/record.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { stringifyJson } from '../../src/json/stringify-json.ts';
import { asJson } from '../../src/event/pdu.ts';
import { createRecordResolver } from '../../src/room/resolve-record.ts';
import type { ImportedLine } from '../../src/stores/import/imported-event.ts';
import type { Room } from '../../src/testing.ts';

const FOLDER = new URL('../../examples/rooms/', import.meta.url);

/** The lines of a recorded room, as an import reads them. */
export function recordedLines(file: string): readonly ImportedLine[] {
  return linesOf(gunzipSync(readFileSync(new URL(file, FOLDER))).toString().split('\n').filter((line) => line !== ''));
}

/** Lines of an event file, read. */
export function linesOf(texts: readonly string[], options: { readonly roomVersion?: string } = {}): readonly ImportedLine[] {
  const { resolve } = createRecordResolver(options);
  return texts.map((text) => {
    const { record, bare } = readRecord(parseJson(text));
    return { text, bare, record, event: resolve(record) };
  });
}

/** Records as lines. */
export function linesOfRecords(records: readonly EventRecord[], options: { readonly roomVersion?: string } = {}): readonly ImportedLine[] {
  return linesOf(records.map((record) => stringifyJson(asJson(record))), options);
}

/** The lines of a generated room, one second apart, in the order of arrival. */
export function generatedLines({ rules, events }: Pick<Room, 'rules' | 'events'>, { streams = true }: { readonly streams?: boolean } = {}): readonly ImportedLine[] {
  return linesOfRecords(events.map((event, index) => ({
    ...event, room_version: rules.id, received_ts: (index + 1) * 1000, ...(streams ? { stream_ordering: index + 1 } : {}),
  })), { roomVersion: rules.id });
}
