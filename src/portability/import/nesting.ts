const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** How far into a JSON text a reader is: how many braces and brackets are open, and whether it is inside of a string. */
export type Nesting = { depth: number; inText: boolean; escaped: boolean };

/** Where reading begins. */
export function atStart(): Nesting {
  return { depth: 0, inText: false, escaped: false };
}

/**
 * Goes on until what was opened is closed again. Gives the place behind that, or -1 when the text ends before; then it goes on with the next piece.
 * Only braces, brackets and strings are looked at: whether the rest is JSON is for the parser to say. `onString` gets the strings that stand one deep.
 */
export function findEnd(nesting: Nesting, text: string, from: number, onString?: (begin: number, end: number) => void): number {
  let { depth, inText, escaped } = nesting;
  let [at, begin] = [from, from];
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (inText) {
      if (escaped) escaped = false;
      else if (unit === BACKSLASH) escaped = true;
      else if (unit === QUOTE) {
        inText = false;
        if (depth === 1) onString?.(begin, at + 1);
      }
    } else if (unit === QUOTE) [inText, begin] = [true, at];
    else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) depth += 1;
    else if ((unit === CLOSE_BRACE || unit === CLOSE_BRACKET) && (depth -= 1) <= 0) break;
  }
  Object.assign(nesting, { depth: Math.max(depth, 0), inText, escaped });
  return at < text.length ? at + 1 : -1;
}

const KEY = /^[ \t\r\n]*:/;

/** The keys of an object that begins at a place, as far as the text goes: the object need not end in it. */
export function keysOf(text: string, from: number): ReadonlySet<string> {
  const keys = new Set<string>();
  findEnd(atStart(), text, from, (begin, end) => {
    if (KEY.test(text.slice(end, end + 16))) keys.add(textOf(text.slice(begin, end)));
  });
  return keys;
}

function textOf(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}
