import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Pdu } from '../src/index.ts';
import { roomVersion } from '../src/index.ts';

const read = (name: string): Buffer => readFileSync(new URL(`data/${name}`, import.meta.url));

/** The lines of the 10,000 events. */
export const lines: readonly string[] = gunzipSync(read('events-10k.ndjson.gz')).toString('utf8').trim().split('\n');

/** The events, keys in the order in which they came over the wire. */
export const events: readonly Pdu[] = lines.map((line) => JSON.parse(line));

/** The same, parsed from texts with the keys of every object in canonical order, as most databases store them. */
export const sortedEvents: readonly Pdu[] = events.map((event) => JSON.parse(JSON.stringify(sortKeys(event))) as Pdu);

export const rules = roomVersion('10');

type ServerKey = { readonly keyId: string; readonly seed: string; readonly pub: string };

/** The keys that the events are signed with, by server. */
export const keys: { readonly servers: Readonly<Record<string, ServerKey>> } = JSON.parse(read('keys.json').toString('utf8'));

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sortKeys(item)]));
}

/** Runs over all items; the sum keeps the work from being optimised away. */
export function each<T>(items: readonly T[], use: (item: T) => unknown): () => number {
  return () => {
    let seen = 0;
    for (const item of items) seen += use(item) === undefined ? 0 : 1;
    if (seen !== items.length) throw new Error(`${items.length - seen} items gave no result`);
    return items.length;
  };
}
