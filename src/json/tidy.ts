import { compareCodePoints } from './compare.ts';
import { isPlainArray, isPlainObject, type PlainObject } from './plain.ts';
import { floatValue, MAX_JSON_DEPTH } from './value.ts';

/** `JSON.stringify` alone would not be right, or the value is not canonical at all: `emit` has to see it. */
export const GIVE_UP: object = Object.freeze({});

const FIRST_SURROGATE = 0xd800;

/**
 * A value whose text by `JSON.stringify` is its canonical JSON, lone surrogates aside; or {@link GIVE_UP}. Whatever is in
 * order already is not copied, so a value in canonical order comes back itself. No value is looked at more than once: objects
 * out of order inside of each other would else take exponential time. What is written twice here was measured (bench/README.md).
 */
export function tidy(value: unknown): unknown {
  if (isCanonicalScalar(value)) return value;
  if (typeof value !== 'object' || value === null) return GIVE_UP;
  if (Array.isArray(value)) return tidyArray(value, 1);
  return isPlainObject(value) ? tidyOutermost(value) : GIVE_UP;
}

function isCanonicalScalar(value: unknown): boolean {
  if (typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  return value === null || typeof value === 'boolean';
}

function tidyContainer(value: object, depth: number): object {
  if (depth > MAX_JSON_DEPTH) return GIVE_UP;
  if (Array.isArray(value)) return tidyArray(value, depth);
  return isPlainObject(value) ? tidyObject(value, depth) : GIVE_UP;
}

// An event off the wire is seldom in order, and what is inside of it mostly is. So the outermost object's order is found out
// before its values are looked at, and that of any other object at the same time.
function tidyOutermost(record: PlainObject): object {
  const sorted = sortedPrefix(record);
  return sorted === undefined ? tidyMembers(record) : tidyIntoOrder(record, sorted);
}

// How many keys are in order before the first that is not, if there is one.
function sortedPrefix(record: PlainObject): number | undefined {
  let last = '';
  let lastUnit = -1;
  let length = 0;
  for (const key in record) {
    const unit = key.charCodeAt(0);
    if (!(unit > lastUnit && lastUnit < FIRST_SURROGATE) && compareCodePoints(last, key) >= 0) return length;
    last = key;
    lastUnit = unit;
    length++;
  }
  return undefined;
}

// Two loops: the first does little with each value, so the processor fetches the next ones from memory meanwhile.
function tidyMembers(record: PlainObject): object {
  const items = Object.values(record);
  let keys: readonly string[] | undefined;
  let result = record;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item !== 'object' && !isCanonicalScalar(item)) return GIVE_UP;
  }
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item !== 'object' || item === null) continue;
    const tidied = tidyContainer(item, 2);
    if (tidied === item) continue;
    if (tidied === GIVE_UP) return GIVE_UP;
    keys ??= Object.keys(record);
    result = withMember(record, result, keys[i] ?? '', tidied);
  }
  return items.length === 0 && floatValue in record ? GIVE_UP : result;
}

function tidyObject(record: PlainObject, depth: number): object {
  let result = record;
  let ordered = true;
  let last = '';
  let lastUnit = -1;
  for (const key in record) {
    const unit = key.charCodeAt(0);
    if (!(unit > lastUnit && lastUnit < FIRST_SURROGATE) && compareCodePoints(last, key) >= 0) ordered = false;
    last = key;
    lastUnit = unit;
    const item = record[key];
    if (isCanonicalScalar(item)) continue;
    if (typeof item !== 'object' || item === null) return GIVE_UP;
    const tidied = tidyContainer(item, depth + 1);
    if (tidied === item) continue;
    if (tidied === GIVE_UP) return GIVE_UP;
    result = withMember(record, result, key, tidied);
  }
  if (lastUnit < 0 && floatValue in record) return GIVE_UP;
  return ordered ? result : intoOrder(result);
}

function tidyArray(items: readonly unknown[], depth: number): object {
  if (!isPlainArray(items)) return GIVE_UP;
  let copy: unknown[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (isCanonicalScalar(item)) continue;
    if (typeof item !== 'object' || item === null) return GIVE_UP;
    const tidied = tidyContainer(item, depth + 1);
    if (tidied === item) continue;
    if (tidied === GIVE_UP) return GIVE_UP;
    copy ??= items.slice();
    copy[i] = tidied;
  }
  return copy ?? items;
}

// A spread keeps an own `__proto__`, and to assign to it then changes it.
function withMember(original: PlainObject, result: PlainObject, key: string, value: object): PlainObject {
  const copy: Record<string, unknown> = result === original ? { ...original } : result;
  copy[key] = value;
  return copy;
}

function tidyIntoOrder(record: PlainObject, sorted: number): object {
  const keys = Object.keys(record);
  if (isHardToOrder(record, keys)) return GIVE_UP;
  const values = sortTogether(record, keys, sorted);
  const copy: Record<string, unknown> = {};
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? '';
    const item = values[i];
    if (isCanonicalScalar(item)) copy[key] = item;
    else if (typeof item !== 'object' || item === null) return GIVE_UP;
    else {
      const tidied = tidyContainer(item, 2);
      if (tidied === GIVE_UP) return GIVE_UP;
      copy[key] = tidied;
    }
  }
  return copy;
}

function intoOrder(record: PlainObject): object {
  const keys = Object.keys(record);
  if (isHardToOrder(record, keys)) return GIVE_UP;
  const values = sortTogether(record, keys, 1);
  const copy: Record<string, unknown> = {};
  for (let i = 0; i < keys.length; i++) copy[keys[i] ?? ''] = values[i];
  return copy;
}

// An object has its keys in the order in which they were added, but for integers, which come first; and to add `__proto__` would
// be to set it.
function isHardToOrder(record: PlainObject, keys: readonly string[]): boolean {
  const unit = (keys[0] ?? '').charCodeAt(0);
  return (unit >= 0x30 && unit <= 0x39) || Object.hasOwn(record, '__proto__');
}

const MOST_KEYS_TO_INSERT = 32;

// Sorts the keys in place, of which the first `sorted` are in order, and returns the values in that order: to move them along
// costs less than to look each of them up.
function sortTogether(record: PlainObject, keys: string[], sorted: number): readonly unknown[] {
  if (keys.length > MOST_KEYS_TO_INSERT) return keys.sort(compareCodePoints).map((key) => record[key]);
  const values = Object.values(record);
  for (let i = sorted; i < keys.length; i++) {
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
