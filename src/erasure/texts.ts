import { parseJson } from '../json/parse-json.ts';
import { isJsonObject, type JsonValue } from '../json/value.ts';

/** Every text in a value, at any depth; keys are not texts. Walks with a list: content may be nested deeply. */
export function textsIn(value: JsonValue | undefined): readonly string[] {
  const texts: string[] = [];
  walk(value, (scalar, isKey) => {
    if (typeof scalar === 'string' && !isKey) texts.push(scalar);
  });
  return texts;
}

/** A key as formats have them, which says what a value is: people write such words as well. */
const PLAIN_KEY = /^[\w.-]{1,64}$/;

/** All in which a text could hide: texts, keys that are no names of fields, long numbers, and what JSON in a text holds. */
function placesIn(value: JsonValue | undefined): readonly string[] {
  const places: string[] = [];
  walk(value, (scalar, isKey) => {
    const text = textOf(scalar);
    if (text === undefined || (isKey && PLAIN_KEY.test(text))) return;
    const inside = jsonIn(text);
    if (inside === undefined) places.push(text);
    else places.push(...placesIn(inside));
  });
  return places;
}

/** Calls `see` for every scalar and every key of a value. */
function walk(value: JsonValue | undefined, see: (scalar: JsonValue, isKey: boolean) => void): void {
  const rest: (JsonValue | undefined)[] = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (Array.isArray(next)) for (const item of next) rest.push(item);
    else if (isJsonObject(next)) {
      for (const [key, item] of Object.entries(next)) {
        see(key, true);
        rest.push(item);
      }
    } else if (next !== undefined) see(next, false);
  }
}

/** The object or list that a text is the JSON of. */
export function jsonIn(text: string): JsonValue | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** As long as a telephone number: shorter numbers are counts, sizes and flags. */
const LONG_NUMBER = 1_000_000;

function textOf(scalar: JsonValue): string | undefined {
  if (typeof scalar === 'string') return scalar;
  const isNumber = typeof scalar === 'number' || typeof scalar === 'bigint';
  return isNumber && (scalar >= LONG_NUMBER || scalar <= -LONG_NUMBER) ? String(scalar) : undefined;
}

/** What only the subjects wrote: the texts of their events less those of anybody else's. */
export type PrivateTexts = {
  readonly addOwn: (content: JsonValue, kept: JsonValue) => void;
  readonly addOthers: (content: JsonValue) => void;
  readonly findIn: (value: JsonValue | undefined) => boolean;
};

/**
 * Identifiers and event types are not free text, and stand in `unsigned` in their own right: a sigil with a localpart and a server name, an event ID
 * made from a hash, or a name of the specification's.
 */
const IDENTIFIER = /^(?:[@!$#][^\s:]{1,255}:[a-z0-9.-]+(?::\d{1,5})?|[!$][\w+/-]{43}|(?:m|org\.matrix)\.[a-z0-9_.]+)$/;

/** As long as this, a text is found inside of others too: a quote, a summary, a notification. */
const ANYWHERE = 12;
/** As long as this, it is found where it stands between words; a shorter one only where it stands alone. */
const AMONG_WORDS = 6;

/** Texts by their first characters, so that looking through a long text takes one look-up for each of its characters. */
type Probes = { readonly add: (text: string) => void; readonly anyIn: (text: string, counts: (found: string) => boolean) => boolean };

function createProbes(): Probes {
  const byStart = new Map<string, string[]>();
  const startsAt = (text: string, at: number, counts: (found: string) => boolean): boolean =>
    byStart.get(text.slice(at, at + AMONG_WORDS))?.some((found) => text.startsWith(found, at) && standsOut(found, text, at) && counts(found)) === true;
  return {
    add: (text) => {
      if (text.length < AMONG_WORDS) return;
      const start = text.slice(0, AMONG_WORDS);
      const known = byStart.get(start);
      if (known === undefined) byStart.set(start, [text]);
      else known.push(text);
    },
    anyIn: (text, counts) => {
      for (let at = 0; at + AMONG_WORDS <= text.length; at++) if (startsAt(text, at, counts)) return true;
      return false;
    },
  };
}

const WORD = /[\p{L}\p{N}]/u;

/** Whether a text that was found inside of another is long enough to be one, or has no letters around it. */
function standsOut(found: string, text: string, at: number): boolean {
  if (found.length >= ANYWHERE) return true;
  const [before, after] = [text.charAt(at - 1), text.charAt(at + found.length)];
  return !WORD.test(before) && !WORD.test(after);
}

/** Collects texts. What is served all the same (a membership, a join rule) is not private, nor what others wrote as well. */
export function createPrivateTexts(): PrivateTexts {
  const mine = new Set<string>();
  const probes = createProbes();
  /** Texts that a new viewer may be served: others wrote them, or they stay. */
  const shared = new Set<string>();
  return {
    addOwn: (content, kept) => {
      walk(content, (scalar, isKey) => {
        const text = isKey ? undefined : textOf(scalar);
        if (text === undefined || text === '' || mine.has(text) || IDENTIFIER.test(text)) return;
        mine.add(text);
        probes.add(text);
      });
      for (const place of placesIn(kept)) shared.add(place);
    },
    addOthers: (content) => {
      for (const place of placesIn(content)) if (place !== '') shared.add(place);
    },
    findIn: (value) => placesIn(value).some((text) =>
      !shared.has(text) && !IDENTIFIER.test(text) && (mine.has(text) || probes.anyIn(text, (found) => !shared.has(found)))),
  };
}
