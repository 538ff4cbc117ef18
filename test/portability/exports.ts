import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { StoredEvent } from '../../src/erasure/apply.ts';
import { readRecord } from '../../src/event/record.ts';
import { parseJson } from '../../src/json/parse-json.ts';
import { stringifyJson } from '../../src/json/stringify-json.ts';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { createMemoryExport, exportSubjectData, publishedSchemas, type ExportManifest, type ExportRequest } from '../../src/portability.ts';
import { createRecordResolver } from '../../src/room/resolve-record.ts';
import type { RoomVersionRules } from '../../src/rules/types.ts';

export const ALICE = '@alice:hs1.test:18441';
const folder = new URL('../../examples/rooms/', import.meta.url);

/** The lines of every recorded room, by file. */
export const recordings: ReadonlyMap<string, readonly string[]> = new Map(
  readdirSync(folder).filter((name) => name.endsWith('.ndjson.gz')).map((name) => [name, gunzipSync(readFileSync(new URL(name, folder))).toString('utf8').split('\n').filter((line) => line !== '')]),
);

/** Events as they are stored, from lines of event files. */
export function storedEvents(lines: readonly string[], roomVersion?: string): readonly StoredEvent[] {
  const { resolve } = createRecordResolver(roomVersion === undefined ? {} : { roomVersion });
  return lines.map((line) => readRecord(parseJson(line)).record).map((record) => ({ record, event: resolve(record) }));
}

/** An event as it is stored, of a room of the given rules. */
export function stored(pdu: object, rules: RoomVersionRules, more: object = {}): StoredEvent {
  const { record } = readRecord(parseJson(stringifyJson({ room_version: rules.id, ...more, pdu } as JsonValue)));
  return { record, event: createRecordResolver().resolve(record) };
}

export type Made = { readonly manifest: ExportManifest; readonly files: ReadonlyMap<string, string> };

/** An export in memory. */
export async function exported(events: Iterable<StoredEvent>, request: Partial<ExportRequest> = {}): Promise<Made> {
  const { place, files } = createMemoryExport();
  const manifest = await exportSubjectData(events, { subjects: [ALICE], at: 1_795_600_000_000, ...request }, place);
  return { manifest, files };
}

/** The lines of the files whose path matches, parsed. */
export function linesOf({ files }: Pick<Made, 'files'>, path: RegExp): readonly JsonObject[] {
  const texts = [...files].filter(([name]) => path.test(name)).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  return texts.flatMap((text) => text.split('\n').slice(0, -1)).map((line) => parseJson(line) as JsonObject);
}

export const EVENTS = /^rooms\/[^/]+\/events-\d{4}\.jsonl$/;

const ajv = new Ajv2020({ allErrors: true });
const validators = new Map(Object.entries(publishedSchemas).map(([name, schema]) => [name, ajv.compile(schema)]));

/** What is wrong with a value by a published schema; nothing if it is as it should be. */
export function faultsOf(value: unknown, schema: string): readonly string[] {
  const validate = validators.get(schema);
  if (validate === undefined) return [`no schema ${schema}`];
  return validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Checks every file of an export against its schema, and its size and hash against the manifest; gives how many values were checked. */
export function checkFiles({ manifest, files }: Made): number {
  let checked = 1;
  expect(faultsOf(JSON.parse(files.get('manifest.json') ?? ''), 'export-manifest.schema.json')).toEqual([]);
  for (const { path, schema } of manifest.files) {
    if (schema === undefined) continue;
    expect(files.has(schema)).toBe(true);
    const text = files.get(path) ?? '';
    const values = path.endsWith('.jsonl') ? text.split('\n').slice(0, -1) : [text];
    for (const value of values) {
      checked += 1;
      expect(faultsOf(JSON.parse(value), schema.replace('schema/', ''))).toEqual([]);
    }
  }
  return checked;
}
