import { floatValue } from '../json/value.ts';

type Float = { readonly [floatValue]: unknown };
type Keyed = { readonly [key: string]: unknown };

/** Whether two values are the same JSON: own keys only and in any order, -0 apart from 0, and 1.0 apart from 1. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (isFloat(a)) return isFloat(b) && Object.is(a[floatValue], b[floatValue]);
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (!isKeyed(a)) return Object.is(a, b);
  if (!isKeyed(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}

/** Whether one value is another one from which keys of objects were taken, and nothing else was done. Arrays are whole or not there. */
export function isPartOf(part: unknown, whole: unknown): boolean {
  if (!isKeyed(part) || !isKeyed(whole)) return sameJson(part, whole);
  return Object.keys(part).every((key) => Object.hasOwn(whole, key) && isPartOf(part[key], whole[key]));
}

/** Whether a value is an object with keys: no array and no float. */
export function isKeyed(value: unknown): value is Keyed {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isFloat(value);
}

/** The same value with each object's entries passed through a function, at every depth. Nothing is shared with the original. */
function rebuilt<T>(value: T, change: (entries: readonly (readonly [string, unknown])[]) => readonly (readonly [string, unknown])[]): T {
  if (typeof value !== 'object' || value === null || isFloat(value)) return value;
  const rebuild = (part: unknown): unknown => rebuilt(part, change);
  const copy = Array.isArray(value) ? value.map(rebuild) : Object.fromEntries(change(Object.entries(value)).map(([key, part]) => [key, rebuild(part)]));
  // JSON has no other kinds of objects, so the copy is of the same type.
  return copy as T;
}

/** A copy that shares nothing with its original. */
export function copyOf<T>(value: T): T {
  return rebuilt(value, (entries) => entries);
}

/** A copy whose objects have their keys in the opposite order, where engines let them. */
export function reversedKeys<T>(value: T): T {
  return rebuilt(value, (entries) => entries.toReversed());
}

/** The same value, frozen at every depth. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

function isFloat(value: unknown): value is Float {
  return typeof value === 'object' && value !== null && floatValue in value;
}
