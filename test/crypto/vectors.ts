import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseJson } from '../../src/json/parse-json.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../src/json/value.ts';
import type { Pdu } from '../../src/event/pdu.ts';

const FOLDER = new URL('../vectors/', import.meta.url);

/** The text of a vector file, unpacked where it is packed. */
export function readVector(path: string): string {
  const bytes = readFileSync(new URL(path, FOLDER));
  return path.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
}

/** A vector file of which no number has lost a digit. */
export function parseVector(path: string): JsonObject {
  return asObject(parseJson(readVector(path)));
}

/** The lines of a vector file of one object a line. */
export function parseVectorLines(path: string): readonly JsonObject[] {
  return readVector(path).split('\n').filter((line) => line !== '').map((line) => asObject(parseJson(line)));
}

export function asObject(value: JsonValue | Pdu | undefined): JsonObject {
  if (!isJsonObject(value as JsonValue)) throw new TypeError('the vector has no object here');
  return value as JsonObject;
}

export function asArray(value: JsonValue | undefined): readonly JsonValue[] {
  if (!Array.isArray(value)) throw new TypeError('the vector has no array here');
  return value;
}

export function asText(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new TypeError('the vector has no text here');
  return value;
}

/** An event as a vector has it, malformed ones included: what the types promise is what the tests put to the test. */
export function asPdu(value: JsonValue | Pdu | undefined): Pdu {
  return asObject(value) as Pdu;
}

export function at(object: JsonObject, ...path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, key) => (isJsonObject(value) ? own(value, key) : undefined), object);
}
