import { compareCodePoints } from './compare.ts';
import { isPlainArray, isPlainObject, type PlainObject } from './plain.ts';
import { floatValue, MAX_JSON_DEPTH } from './value.ts';

/** `JSON.stringify` alone would not be right, or the value is not canonical at all: `emit` has to see it. */
export const GIVE_UP: unique symbol = Symbol('give up');

const MAX_INSERTION_SORT = 32;
const FIRST_SURROGATE = 0xd800;

/**
 * A value whose text by `JSON.stringify` is its canonical JSON, lone surrogates aside; or {@link GIVE_UP}. Whatever is in
 * order already is not copied, so a value in canonical order comes back itself.
 */
export function tidy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return tidyValue(value, 1);
  if (Array.isArray(value)) return tidyArray(value, 1);
  return isPlainObject(value) ? tidyOutermost(value) : GIVE_UP;
}

function tidyValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : GIVE_UP;
  if (typeof value !== 'object' || depth > MAX_JSON_DEPTH) return GIVE_UP;
  if (Array.isArray(value)) return tidyArray(value, depth);
  return isPlainObject(value) ? tidyObject(value, depth) : GIVE_UP;
}

// An event off the wire is seldom in order, and what is inside of it mostly is. So the outermost object's order is found out
// before its values are looked at, and that of any other object at the same time.
function tidyOutermost(record: PlainObject): unknown {
  let last = '';
  let lastUnit = -1;
  for (const key in record) {
    const unit = key.charCodeAt(0);
    if (!(unit > lastUnit && lastUnit < FIRST_SURROGATE) && compareCodePoints(last, key) >= 0) return rebuild(record, 1);
    last = key;
    lastUnit = unit;
  }
  return lastUnit < 0 && floatValue in record ? GIVE_UP : tidyMembers(record);
}

function tidyMembers(record: PlainObject): unknown {
  for (const key in record) {
    const item = record[key];
    if (typeof item === 'string') continue;
    const tidied = tidyValue(item, 2);
    if (tidied !== item) return tidied === GIVE_UP ? GIVE_UP : rebuild(record, 1);
  }
  return record;
}

function tidyObject(record: PlainObject, depth: number): unknown {
  let last = '';
  let lastUnit = -1;
  for (const key in record) {
    const unit = key.charCodeAt(0);
    if (!(unit > lastUnit && lastUnit < FIRST_SURROGATE) && compareCodePoints(last, key) >= 0) return rebuild(record, depth);
    last = key;
    lastUnit = unit;
    const item = record[key];
    if (typeof item === 'string') continue;
    const tidied = tidyValue(item, depth + 1);
    if (tidied !== item) return tidied === GIVE_UP ? GIVE_UP : rebuild(record, depth);
  }
  return lastUnit < 0 && floatValue in record ? GIVE_UP : record;
}

function tidyArray(items: readonly unknown[], depth: number): unknown {
  if (!isPlainArray(items)) return GIVE_UP;
  let copy: unknown[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item === 'string') continue;
    const tidied = tidyValue(item, depth + 1);
    if (tidied === item) continue;
    if (tidied === GIVE_UP) return GIVE_UP;
    copy ??= items.slice();
    copy[i] = tidied;
  }
  return copy ?? items;
}

// Only where something is out of order. A copy has its keys in the order in which they were added, integers excepted, and
// to add `__proto__` would be to set it.
function rebuild(record: PlainObject, depth: number): unknown {
  const keys = Object.keys(record);
  const values = sortedValues(record, keys);
  const copy: Record<string, unknown> = {};
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? '';
    if (startsWithDigit(key) || key === '__proto__') return GIVE_UP;
    const tidied = tidyValue(values[i], depth + 1);
    if (tidied === GIVE_UP) return GIVE_UP;
    copy[key] = tidied;
  }
  return copy;
}

function startsWithDigit(key: string): boolean {
  const unit = key.charCodeAt(0);
  return unit >= 0x30 && unit <= 0x39;
}

// Sorts the keys in place. To move the values along costs less than to look each of them up afterwards.
function sortedValues(record: PlainObject, keys: string[]): readonly unknown[] {
  if (keys.length > MAX_INSERTION_SORT) return keys.sort(compareCodePoints).map((key) => record[key]);
  const values = Object.values(record);
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i] ?? '';
    const value = values[i];
    let j = i - 1;
    for (; j >= 0 && precedes(key, keys[j] ?? ''); j--) {
      keys[j + 1] = keys[j] ?? '';
      values[j + 1] = values[j];
    }
    keys[j + 1] = key;
    values[j + 1] = value;
  }
  return values;
}

function precedes(a: string, b: string): boolean {
  const left = a.charCodeAt(0);
  const right = b.charCodeAt(0);
  return left !== right && left < FIRST_SURROGATE ? left < right : compareCodePoints(a, b) < 0;
}
