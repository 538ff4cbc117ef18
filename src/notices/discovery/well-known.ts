import { isJsonObject, own, type JsonValue } from '../../json/value.ts';
import { parseJson } from '../../json/parse-json.ts';
import { JsonSyntaxError } from '../../json/reader.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const SHORTEST = 5 * 60 * 1000;
const FIRST_ERROR = 60 * 1000;

/** The answer to a request for `/.well-known/matrix/server`, redirects followed. */
export type WellKnownAnswer = { readonly status: number; readonly body: string; readonly cacheControl?: string | null; readonly age?: string | null };

/**
 * The `m.server` of an answer, or `undefined` where it is not valid.
 * @see https://spec.matrix.org/v1.19/server-server-api/#getwell-knownmatrixserver
 * @example readWellKnown({ status: 200, body: '{"m.server":"matrix.example.org"}' }) // 'matrix.example.org'
 */
export function readWellKnown({ status, body }: WellKnownAnswer): string | undefined {
  const value = status === 200 ? parsed(body) : undefined;
  const server = value !== undefined && isJsonObject(value) ? own(value, 'm.server') : undefined;
  return typeof server === 'string' && server !== '' ? server : undefined;
}

function parsed(body: string): JsonValue | undefined {
  try {
    return parseJson(body);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/**
 * How long (ms) a valid answer counts: what it says itself, from five minutes to 48 hours; 24 hours where it says nothing.
 * @see https://spec.matrix.org/v1.19/server-server-api/#getwell-knownmatrixserver
 * @example wellKnownLifetime({ status: 200, body: '{}', cacheControl: 'public, max-age=3600' }) // 3600000
 */
export function wellKnownLifetime({ cacheControl, age }: WellKnownAnswer): number {
  const directives = (cacheControl ?? '').toLowerCase().split(',').map((part) => part.trim());
  if (directives.includes('no-store') || directives.includes('no-cache')) return SHORTEST;
  const seconds = directives.map((part) => /^max-age="?(\d{1,10})"?$/.exec(part)?.[1]).find((text) => text !== undefined);
  const spent = /^\d{1,10}$/.test(age ?? '') ? Number(age) * 1000 : 0;
  const said = seconds === undefined ? DAY : Number(seconds) * 1000 - spent;
  return Math.min(2 * DAY, Math.max(SHORTEST, said));
}

/**
 * How long (ms) a failure counts, by how many there were in a row: a minute, then twice as long each time, an hour at most.
 * @example wellKnownErrorLifetime(3) // 240000
 */
export function wellKnownErrorLifetime(failures: number): number {
  return Math.min(HOUR, FIRST_ERROR * 2 ** Math.max(0, failures - 1));
}
