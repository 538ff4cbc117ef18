const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Where a string of a JSON text ends, after its quote, from any place inside of it that is no second half of an escape. */
export function endOfString(text: string, inside: number): number {
  for (let at = inside; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at + 1;
    if (unit === BACKSLASH) at++;
  }
  return text.length;
}

/** Where a value of a JSON text ends, which has to be known to be one; -1 where the text ends before it does. */
export function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      at = endOfString(text, at + 1) - 1;
      if (depth === 0) return at + 1;
    } else if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) depth++;
    else if (unit === CLOSE_OBJECT || unit === CLOSE_ARRAY) {
      if (depth <= 1) return at + depth;
      depth--;
    } else if (unit === COMMA && depth === 0) return at;
  }
  return -1;
}
