import { type Dialect, emitText, type JsonFault } from './emit.ts';
import { type JsonPath, showPath } from './json-path.ts';
import { ordinaryNumber } from './numbers.ts';
import { isPlainArray, isPlainObject } from './plain.ts';
import { floatValue, type JsonValue, MAX_JSON_DEPTH } from './value.ts';

/**
 * JSON text from which {@link parseJson} reads the same value again, with the keys in their order.
 * @throws {JsonValueError} when the value is none that JSON has
 * @example stringifyJson(parseJson('{"b": 1.0, "a": 9007199254740993}')) // '{"b":1.0,"a":9007199254740993}'
 */
export function stringifyJson(value: JsonValue): string {
  return isOrdinary(value, 0) ? JSON.stringify(value) : emitText(value, ORDINARY);
}

// Whether `JSON.stringify` writes the value as it is.
function isOrdinary(value: unknown, depth: number): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || depth >= MAX_JSON_DEPTH) return false;
  if (Array.isArray(value)) return isPlainArray(value) && hasOrdinaryItems(value, depth);
  return isPlainObject(value) && !(floatValue in value) && hasOrdinaryMembers(value, depth);
}

function hasOrdinaryItems(items: readonly unknown[], depth: number): boolean {
  for (let i = 0; i < items.length; i++) if (!isOrdinary(items[i], depth + 1)) return false;
  return true;
}

function hasOrdinaryMembers(record: { readonly [key: string]: unknown }, depth: number): boolean {
  for (const key in record) if (!isOrdinary(record[key], depth + 1)) return false;
  return true;
}

const ORDINARY: Dialect = {
  sortedKeys: false,
  loneSurrogates: true,
  number: ordinaryNumber,
  error: (fault, path) => new JsonValueError(fault, path),
};

/** A value is none that JSON text can express. The message names no key that could be personal data; `path` has them all. */
export class JsonValueError extends Error {
  override readonly name = 'JsonValueError';
  readonly reason: JsonFault;
  /** The keys and indices that lead to the value, from the outermost. Keys of content may be personal data. */
  readonly path: JsonPath;

  constructor(reason: JsonFault, path: JsonPath) {
    super(`no JSON text for the value at ${showPath(path)} (${reason}); use null, booleans, finite numbers, bigints, strings, arrays and plain objects`);
    this.reason = reason;
    this.path = Object.freeze([...path]);
  }
}
