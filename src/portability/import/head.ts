import { JsonSyntaxError } from '../../json/reader.ts';
import { parseJson } from '../../json/parse-json.ts';
import { isJsonObject, type JsonObject } from '../../json/value.ts';
import { atStart, findEnd, keysOf } from './nesting.ts';

/** What the start of a file shows of it. */
export type ImportHead = {
  readonly text: string;
  /** The first line that is not blank, as far as it was read. */
  readonly line: string;
  /** What it begins with: an object, an array, or something else. */
  readonly opening: 'object' | 'array' | 'other';
  /** The keys of the first object, which may go on behind the end of the text. */
  readonly keys: ReadonlySet<string>;
  /** The first object, when the whole of it was read and it is JSON. */
  readonly first: JsonObject | undefined;
  /** How the first object goes on: on more than one line, with another one behind it on its line, or neither. */
  readonly layout: 'lines' | 'joined' | 'spread';
};

const NO_SPACE = /[^ \t\r\n]/;

/**
 * Looks at the start of a text; a few hundred kilobytes of it are enough.
 * @example readHead('{"chunk": [').keys // new Set(['chunk'])
 */
export function readHead(text: string): ImportHead {
  const whole = text.startsWith('\ufeff') ? text.slice(1) : text;
  const start = Math.max(whole.search(NO_SPACE), 0);
  const opening = openingOf(whole[start]);
  const object = opening === 'object' ? start : opening === 'array' ? whole.indexOf('{', start) : -1;
  const end = object < 0 ? -1 : findEnd(atStart(), whole, object);
  return {
    text: whole, opening,
    line: whole.slice(start).split('\n', 1)[0] ?? '',
    keys: object < 0 ? new Set() : keysOf(end < 0 ? whole : whole.slice(0, end), object),
    first: end < 0 ? undefined : objectIn(whole.slice(object, end)),
    layout: end < 0 ? 'lines' : layoutOf(whole, object, end),
  };
}

/**
 * Whether more of the file would tell more: an object has begun that does not end.
 * @example isHeadOpen(readHead('{"chunk": [')) // true
 */
export function isHeadOpen({ opening, first, text, line }: ImportHead): boolean {
  if (opening === 'other') return !text.includes('\n', text.indexOf(line) + line.length);
  return first === undefined;
}

function openingOf(character: string | undefined): ImportHead['opening'] {
  if (character === '{') return 'object';
  return character === '[' ? 'array' : 'other';
}

function layoutOf(text: string, from: number, end: number): ImportHead['layout'] {
  if (text.slice(from, end).includes('\n')) return 'spread';
  return /^[ \t\r]*\{/.test(text.slice(end, end + 100)) ? 'joined' : 'lines';
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}
