import { compareCodePoints } from './compare.ts';
import { isPlainArray, isPlainObject, type PlainObject } from './plain.ts';
import { floatValue, MAX_JSON_DEPTH } from './value.ts';

/** `JSON.stringify` alone would not be right, or the value is not canonical at all: `emit` has to see it. */
export const GIVE_UP: unique symbol = Symbol('give up');

type GiveUp = typeof GIVE_UP;

const FIRST_SURROGATE = 0xd800;

/**
 * A value whose text by `JSON.stringify` is its canonical JSON, lone surrogates aside; or {@link GIVE_UP}. Whatever is in
 * order already is not copied, so a value in canonical order comes back itself. No value is looked at more than once: objects
 * out of order inside of each other would else take exponential time.
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
function tidyOutermost(record: PlainObject): PlainObject | GiveUp {
  if (floatValue in record) return GIVE_UP;
  return isInOrder(record) ? tidyMembers(record) : tidyIntoOrder(record);
}

function isInOrder(record: PlainObject): boolean {
  let last = '';
  let lastUnit = -1;
  for (const key in record) {
    const unit = key.charCodeAt(0);
    if (!(unit > lastUnit && lastUnit < FIRST_SURROGATE) && compareCodePoints(last, key) >= 0) return false;
    last = key;
    lastUnit = unit;
  }
  return true;
}

function tidyMembers(record: PlainObject): PlainObject | GiveUp {
  let copy: Record<string, unknown> | undefined;
  for (const key in record) {
    const item = record[key];
    if (typeof item === 'string') continue;
    const tidied = tidyValue(item, 2);
    if (tidied === item) continue;
    if (tidied === GIVE_UP) return GIVE_UP;
    copy ??= { ...record };
    copy[key] = tidied;
  }
  return copy ?? record;
}

function tidyObject(record: PlainObject, depth: number): PlainObject | GiveUp {
  let copy: Record<string, unknown> | undefined;
  let ordered = true;
  let last = '';
  let lastUnit = -1;
  for (const key in record) {
    const unit = key.charCodeAt(0);
    if (!(unit > lastUnit && lastUnit < FIRST_SURROGATE) && compareCodePoints(last, key) >= 0) ordered = false;
    last = key;
    lastUnit = unit;
    const item = record[key];
    if (typeof item === 'string') continue;
    const tidied = tidyValue(item, depth + 1);
    if (tidied === item) continue;
    if (tidied === GIVE_UP) return GIVE_UP;
    copy ??= { ...record };
    copy[key] = tidied;
  }
  if (lastUnit < 0 && floatValue in record) return GIVE_UP;
  return ordered ? (copy ?? record) : intoOrder(copy ?? record);
}

function tidyArray(items: readonly unknown[], depth: number): readonly unknown[] | GiveUp {
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

function tidyIntoOrder(record: PlainObject): PlainObject | GiveUp {
  const keys = Object.keys(record);
  const values = sortTogether(record, keys);
  for (let i = 0; i < values.length; i++) {
    const item = values[i];
    if (typeof item === 'string') continue;
    const tidied = tidyValue(item, 2);
    if (tidied === GIVE_UP) return GIVE_UP;
    values[i] = tidied;
  }
  return fromSorted(keys, values);
}

function intoOrder(record: PlainObject): PlainObject | GiveUp {
  const keys = Object.keys(record);
  return fromSorted(keys, sortTogether(record, keys));
}

// An object has its keys in the order in which they were added, integers excepted; and to add `__proto__` would be to set it.
function fromSorted(keys: readonly string[], values: readonly unknown[]): PlainObject | GiveUp {
  const copy: Record<string, unknown> = {};
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? '';
    if (startsWithDigit(key) || key === '__proto__') return GIVE_UP;
    copy[key] = values[i];
  }
  return copy;
}

function startsWithDigit(key: string): boolean {
  const unit = key.charCodeAt(0);
  return unit >= 0x30 && unit <= 0x39;
}

const MAX_INSERTION_SORT = 32;

// Sorts the keys in place and returns the values in their order: to move them along costs less than to look each of them up.
function sortTogether(record: PlainObject, keys: string[]): unknown[] {
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
