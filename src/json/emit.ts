import { compareCodePoints } from './compare.ts';
import type { JsonPath } from './json-path.ts';
import { isPlainArray, isPlainObject, type PlainObject } from './plain.ts';
import { floatValue, type JsonFloat, MAX_JSON_DEPTH } from './value.ts';

/** Why a value cannot be written. */
export type JsonFault =
  | 'float'
  | 'negative-zero'
  | 'not-finite'
  | 'unsafe-integer'
  | 'lone-surrogate'
  | 'depth'
  | 'cycle'
  | 'unsupported-type';

/** The text of a number, or why it has none. */
export type NumberText = { readonly text: string } | { readonly fault: JsonFault };

/** What the kinds of JSON text differ in. */
export type Dialect = {
  readonly sortedKeys: boolean;
  readonly loneSurrogates: boolean;
  readonly number: (value: number | bigint | JsonFloat) => NumberText;
  readonly error: (fault: JsonFault, path: JsonPath) => Error;
};

type Walk = {
  readonly dialect: Dialect;
  readonly write: (chunk: string) => void;
  readonly open: Set<object>;
  readonly path: (string | number)[];
};

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Writes JSON text piece by piece. It is right for every key, integer-like ones and `__proto__` included, and knows the place
 * of a fault: it is what the fast encoders leave to when they cannot do it.
 * @throws what `dialect.error` makes
 */
export function emit(value: unknown, dialect: Dialect, write: (chunk: string) => void): void {
  emitValue(value, { dialect, write, open: new Set(), path: [] });
}

/** The same as one string. */
export function emitText(value: unknown, dialect: Dialect): string {
  let text = '';
  emit(value, dialect, (chunk) => (text += chunk));
  return text;
}

function emitValue(value: unknown, walk: Walk): void {
  if (value === null || typeof value === 'boolean') return walk.write(String(value));
  if (typeof value === 'string') return emitString(value, walk);
  if (typeof value === 'number' || typeof value === 'bigint') return emitNumber(value, walk);
  if (typeof value !== 'object') throw walk.dialect.error('unsupported-type', walk.path);
  if (isFloat(value)) return emitNumber(value, walk);
  return Array.isArray(value) ? emitArray(value, walk) : emitObject(value, walk);
}

function emitString(text: string, walk: Walk): void {
  if (!walk.dialect.loneSurrogates && LONE_SURROGATE.test(text)) throw walk.dialect.error('lone-surrogate', walk.path);
  walk.write(JSON.stringify(text));
}

function emitNumber(value: number | bigint | JsonFloat, walk: Walk): void {
  const number = walk.dialect.number(value);
  if ('fault' in number) throw walk.dialect.error(number.fault, walk.path);
  walk.write(number.text);
}

function emitArray(items: readonly unknown[], walk: Walk): void {
  enter(items, isPlainArray(items), walk);
  walk.write('[');
  for (let i = 0; i < items.length; i++) {
    if (i > 0) walk.write(',');
    walk.path.push(i);
    emitValue(items[i], walk);
    walk.path.pop();
  }
  walk.write(']');
  walk.open.delete(items);
}

function emitObject(value: object, walk: Walk): void {
  enter(value, isPlainObject(value), walk);
  const record = value as PlainObject;
  const keys = Object.keys(record);
  if (walk.dialect.sortedKeys) keys.sort(compareCodePoints);
  walk.write('{');
  for (const [i, key] of keys.entries()) {
    if (i > 0) walk.write(',');
    walk.path.push(key);
    emitString(key, walk);
    walk.write(':');
    emitValue(record[key], walk);
    walk.path.pop();
  }
  walk.write('}');
  walk.open.delete(value);
}

function enter(value: object, plain: boolean, walk: Walk): void {
  if (!plain) throw walk.dialect.error('unsupported-type', walk.path);
  if (walk.open.has(value)) throw walk.dialect.error('cycle', walk.path);
  if (walk.open.size >= MAX_JSON_DEPTH) throw walk.dialect.error('depth', walk.path);
  walk.open.add(value);
}

function isFloat(value: object): value is JsonFloat {
  return floatValue in value && typeof value[floatValue] === 'number' && Object.keys(value).length === 0;
}
