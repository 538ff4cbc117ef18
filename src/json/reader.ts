import { jsonFloat, type JsonValue, MAX_JSON_DEPTH } from './value.ts';

/** What is wrong with a JSON text. */
export type JsonTextFault = 'syntax' | 'end-of-text' | 'byte-order-mark' | 'depth' | 'duplicate-key' | 'long-integer';

/** What to do when an object has a key twice. */
export type DuplicateKeys = 'last' | 'error';

// No event of 65,536 bytes has a longer one, and reading one takes more than linear time.
const MAX_INTEGER_DIGITS = 65_536;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const BYTE_ORDER_MARK = 0xfeff;
const FIRST_PRINTABLE = 0x20;

type Cursor = { readonly text: string; readonly duplicateKeys: DuplicateKeys; at: number; depth: number };

/**
 * Reads JSON text digit by digit. Slower than `JSON.parse`; it knows floats from integers and the place of an error.
 * @throws {JsonSyntaxError} when the text is no JSON, or is refused by the options
 */
export function readExactly(text: string, duplicateKeys: DuplicateKeys): JsonValue {
  const cursor: Cursor = { text, duplicateKeys, at: 0, depth: 0 };
  if (text.charCodeAt(0) === BYTE_ORDER_MARK) throw fault(cursor, 'byte-order-mark');
  const value = readValue(cursor);
  if (cursor.at < text.length) throw fault(cursor, 'syntax');
  return value;
}

function readValue(cursor: Cursor): JsonValue {
  const unit = skipSpace(cursor);
  const value = unit === OPEN_OBJECT ? readObject(cursor) : unit === OPEN_ARRAY ? readArray(cursor) : readScalar(cursor, unit);
  skipSpace(cursor);
  return value;
}

function readObject(cursor: Cursor): JsonValue {
  const value: Record<string, JsonValue> = {};
  enter(cursor);
  if (skipSpace(cursor) === CLOSE_OBJECT) return leave(cursor, value);
  for (;;) {
    readMember(cursor, value);
    if (cursor.text.charCodeAt(cursor.at) === CLOSE_OBJECT) return leave(cursor, value);
    expect(cursor, COMMA);
    skipSpace(cursor);
  }
}

function readMember(cursor: Cursor, into: Record<string, JsonValue>): void {
  const start = cursor.at;
  if (cursor.text.charCodeAt(start) !== QUOTE) throw fault(cursor, 'syntax');
  const key = readString(cursor);
  if (cursor.duplicateKeys === 'error' && Object.hasOwn(into, key)) throw fault(cursor, 'duplicate-key', start);
  skipSpace(cursor);
  expect(cursor, COLON);
  const value = readValue(cursor);
  if (key === '__proto__') Object.defineProperty(into, key, { value, writable: true, enumerable: true, configurable: true });
  else into[key] = value;
}

function readArray(cursor: Cursor): JsonValue {
  const items: JsonValue[] = [];
  enter(cursor);
  if (skipSpace(cursor) === CLOSE_ARRAY) return leave(cursor, items);
  for (;;) {
    items.push(readValue(cursor));
    if (cursor.text.charCodeAt(cursor.at) === CLOSE_ARRAY) return leave(cursor, items);
    expect(cursor, COMMA);
  }
}

function readScalar(cursor: Cursor, unit: number): JsonValue {
  if (unit === QUOTE) return readString(cursor);
  if (unit === 0x74) return readWord(cursor, 'true', true);
  if (unit === 0x66) return readWord(cursor, 'false', false);
  if (unit === 0x6e) return readWord(cursor, 'null', null);
  return readNumber(cursor);
}

function readWord<T extends JsonValue>(cursor: Cursor, word: string, value: T): T {
  if (!cursor.text.startsWith(word, cursor.at)) throw fault(cursor, 'syntax');
  cursor.at += word.length;
  return value;
}

function readString(cursor: Cursor): string {
  const start = cursor.at;
  let escapes = false;
  let end = start + 1;
  for (;;) {
    const unit = cursor.text.charCodeAt(end);
    if (unit === QUOTE) break;
    if (!(unit >= FIRST_PRINTABLE)) throw fault(cursor, 'syntax', end);
    if (unit === BACKSLASH) escapes = true;
    end += unit === BACKSLASH ? 2 : 1;
  }
  cursor.at = end + 1;
  return escapes ? unescape(cursor, start) : cursor.text.slice(start + 1, end);
}

function unescape(cursor: Cursor, start: number): string {
  try {
    return String(JSON.parse(cursor.text.slice(start, cursor.at)));
  } catch {
    throw fault(cursor, 'syntax', start);
  }
}

function readNumber(cursor: Cursor): JsonValue {
  const start = cursor.at;
  if (cursor.text[cursor.at] === '-') cursor.at++;
  const first = cursor.at;
  const digits = skipDigits(cursor);
  if (digits === 0 || (digits > 1 && cursor.text[first] === '0')) throw fault(cursor, 'syntax', first);
  const fraction = skipFraction(cursor);
  const exponent = skipExponent(cursor);
  const source = cursor.text.slice(start, cursor.at);
  if (fraction || exponent) return jsonFloat(Number(source));
  if (Number.isSafeInteger(Number(source))) return Number(source);
  if (digits > MAX_INTEGER_DIGITS) throw fault(cursor, 'long-integer', start);
  return BigInt(source);
}

function skipFraction(cursor: Cursor): boolean {
  if (cursor.text[cursor.at] !== '.') return false;
  cursor.at++;
  if (skipDigits(cursor) === 0) throw fault(cursor, 'syntax');
  return true;
}

function skipExponent(cursor: Cursor): boolean {
  if (!isOneOf(cursor, 'eE')) return false;
  cursor.at++;
  if (isOneOf(cursor, '+-')) cursor.at++;
  if (skipDigits(cursor) === 0) throw fault(cursor, 'syntax');
  return true;
}

function isOneOf(cursor: Cursor, characters: string): boolean {
  const character = cursor.text[cursor.at];
  return character !== undefined && characters.includes(character);
}

function skipDigits(cursor: Cursor): number {
  const start = cursor.at;
  for (;;) {
    const unit = cursor.text.charCodeAt(cursor.at);
    if (!(unit >= 0x30 && unit <= 0x39)) return cursor.at - start;
    cursor.at++;
  }
}

function skipSpace(cursor: Cursor): number {
  for (;;) {
    const unit = cursor.text.charCodeAt(cursor.at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return unit;
    cursor.at++;
  }
}

function enter(cursor: Cursor): void {
  if (cursor.depth >= MAX_JSON_DEPTH) throw fault(cursor, 'depth');
  cursor.depth++;
  cursor.at++;
}

function leave(cursor: Cursor, value: JsonValue): JsonValue {
  cursor.depth--;
  cursor.at++;
  return value;
}

function expect(cursor: Cursor, unit: number): void {
  if (cursor.text.charCodeAt(cursor.at) !== unit) throw fault(cursor, 'syntax');
  cursor.at++;
}

function fault(cursor: Cursor, reason: JsonTextFault, offset: number = cursor.at): JsonSyntaxError {
  const ended = reason === 'syntax' && offset >= cursor.text.length;
  return new JsonSyntaxError(ended ? 'end-of-text' : reason, cursor.text, Math.min(offset, cursor.text.length));
}

const EXPLANATIONS: Readonly<Record<JsonTextFault, string>> = {
  syntax: 'this is not JSON (RFC 8259); correct it there',
  'end-of-text': 'the text ends in the middle of a value; get all of it',
  'byte-order-mark': 'the text starts with a byte-order mark; remove it',
  depth: `more than ${MAX_JSON_DEPTH} arrays and objects inside each other; flatten the value`,
  'duplicate-key': 'an object has the same key twice; remove one of them',
  'long-integer': `an integer of more than ${MAX_INTEGER_DIGITS} digits; write it as a string`,
};

/** A text is not JSON, or not JSON that is accepted. The text is not repeated: it may be personal data. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
  readonly reason: JsonTextFault;
  /** Where, in UTF-16 units from 0. */
  readonly offset: number;
  /** The line of that place, from 1. */
  readonly line: number;
  /** The column of that place in its line, in UTF-16 units from 1. */
  readonly column: number;

  constructor(reason: JsonTextFault, text: string, offset: number) {
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    const column = offset - before.lastIndexOf('\n');
    super(`invalid JSON text at line ${line}, column ${column} (offset ${offset}): ${EXPLANATIONS[reason]}`);
    this.reason = reason;
    this.offset = offset;
    this.line = line;
    this.column = column;
  }
}
