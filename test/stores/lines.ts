import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc, { type Arbitrary } from 'fast-check';
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

/** What a server that is not perfect has of a room: events that it lacks, refuses or holds outside the history, by their place in a pattern that repeats. */
export type Damage = { readonly streams: boolean; readonly pattern: readonly ('fine' | 'missing' | 'rejected' | 'soft-failed' | 'outlier' | 'late')[] };

/** Damages of every kind; most events are fine. */
export function arbitraryDamage(): Arbitrary<Damage> {
  const kind = fc.oneof({ weight: 20, arbitrary: fc.constant('fine' as const) }, { weight: 1, arbitrary: fc.constantFrom('missing', 'rejected', 'soft-failed', 'outlier', 'late') });
  return fc.record({ streams: fc.boolean(), pattern: fc.array(kind, { minLength: 1, maxLength: 60, size: 'max' }) });
}

/** The lines of a generated room, one second apart, in the order of arrival. */
export function generatedLines({ rules, events }: Pick<Room, 'rules' | 'events'>, { streams, pattern }: Damage): readonly ImportedLine[] {
  const records = events.map((event, index): EventRecord => {
    const kind = index === 0 ? 'fine' : pattern[index % pattern.length];
    const time = kind === 'late' ? (index + 1) * 700 : (index + 1) * 1000;
    return {
      ...event, room_version: rules.id, received_ts: time, ...(streams ? { stream_ordering: index + 1 } : {}),
      ...(kind === 'rejected' ? { rejected: 'auth' } : {}), soft_failed: kind === 'soft-failed', outlier: kind === 'outlier',
    };
  });
  const kept = records.filter((_, index) => index === 0 || pattern[index % pattern.length] !== 'missing');
  return linesOfRecords(kept, { roomVersion: rules.id });
}
