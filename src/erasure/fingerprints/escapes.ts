/** What the escape at a place of a text means, and how long it is. */
export type Escape = { readonly meaning: string; readonly length: number };

/** The most characters that are looked at for one escape: a text that ends within so many may go on with the rest of one. */
export const LONGEST_ESCAPE = 96;

const LETTER_ESCAPES: { readonly [letter: string]: string } = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', 0: '\0' };
const NAMES: { readonly [name: string]: string } = { lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', szlig: 'ß', aelig: 'æ', AElig: 'Æ', oelig: 'œ', OElig: 'Œ' };
// A letter and its accent, which does not count.
const ACCENTED = /^([A-Za-z])(?:acute|grave|circ|uml|tilde|ring|cedil|slash|caron)$/;

// Texts are escaped twice where one format holds another: then the sign of the escape is escaped itself.
const BACKSLASH = /\\{1,16}(?:u([0-9A-Fa-f]{4})(?:\\{1,16}u([Dd][C-Fc-f][0-9A-Fa-f]{2}))?|x([0-9A-Fa-f]{2})|([nrtbfv0]))/y;
// In URLs the signs within an entity are escaped too.
const HASH = '(?:#|%(?:25){0,4}23)';
const END = '(?:;|%(?:25){0,4}3[Bb])';
const ENTITY = new RegExp(`&(?:amp${END}){0,4}(?:${HASH}x([0-9A-Fa-f]{1,6})${END}|${HASH}(\\d{1,7})${END}|([A-Za-z]{2,8})${END}|(?<=amp${END}))`, 'y');
const PERCENT_BYTE = /%(?:25){0,4}([0-9A-Fa-f]{2})/y;

/** The escape that begins at a place of a text: of JSON and its like, of HTML, or of URLs, one within another as well. `undefined` where there is none. */
export function escapeAt(text: string, at: number): Escape | undefined {
  const outer = oneEscapeAt(text, at);
  if (outer === undefined || !OPENERS.has(outer.meaning)) return outer;
  const inner = escapeAt(outer.meaning + text.slice(at + outer.length, at + LONGEST_ESCAPE), 0);
  return inner === undefined ? outer : { meaning: inner.meaning, length: outer.length + inner.length - 1 };
}

const OPENERS: ReadonlySet<string> = new Set(['\\', '&', '%']);

function oneEscapeAt(text: string, at: number): Escape | undefined {
  switch (text[at]) {
    case '\\':
      return backslash(text, at);
    case '&':
      return entity(text, at);
    case '%':
      return percent(text, at);
    default:
      return undefined;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function backslash(text: string, at: number): Escape | undefined {
  const match = matchAt(BACKSLASH, text, at);
  if (match === null) return undefined;
  const [whole, unit, low, byte, letter] = match;
  if (letter !== undefined) return { meaning: LETTER_ESCAPES[letter] ?? '', length: whole.length };
  const first = String.fromCharCode(Number.parseInt(unit ?? byte ?? '', 16));
  if (low === undefined) return { meaning: first, length: whole.length };
  // Two escapes are one character only if the first is the first half of it.
  if (/[\ud800-\udbff]/.test(first)) return { meaning: first + String.fromCharCode(Number.parseInt(low, 16)), length: whole.length };
  return { meaning: first, length: whole.lastIndexOf('u') - (/\\+$/.exec(whole.slice(0, whole.lastIndexOf('u')))?.[0].length ?? 0) };
}

function entity(text: string, at: number): Escape | undefined {
  const match = matchAt(ENTITY, text, at);
  if (match === null) return undefined;
  const [whole, hex, decimal, name] = match;
  const meaning = name !== undefined ? named(name) : hex === undefined && decimal === undefined ? '&' : numbered(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  return meaning === undefined ? undefined : { meaning, length: whole.length };
}

function named(name: string): string | undefined {
  return Object.hasOwn(NAMES, name) ? NAMES[name] : ACCENTED.exec(name)?.[1];
}

function numbered(point: number): string | undefined {
  return point > 0x10ffff ? undefined : String.fromCodePoint(point);
}

/** One character: up to four bytes of UTF-8. */
function percent(text: string, at: number): Escape | undefined {
  let [bytes, length, wanted] = ['', 0, 1];
  for (let count = 0; count < wanted; count++) {
    const match = matchAt(PERCENT_BYTE, text, at + length);
    if (match === null) return undefined;
    if (count === 0) wanted = bytesOf(Number.parseInt(match[1] ?? '', 16));
    bytes += `%${match[1] ?? ''}`;
    length += match[0].length;
  }
  try {
    return { meaning: decodeURIComponent(bytes), length };
  } catch {
    return undefined;
  }
}

/** How many bytes a character has that begins with this one. */
function bytesOf(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}
