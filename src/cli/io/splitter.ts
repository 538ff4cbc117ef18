import { isAscii, isUtf8 } from 'node:buffer';
import { LineError } from '../errors.ts';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = 0xfeff;
const SPACE = 0x20;
const BLANK = /^[ \t\r]*$/;

/** A line that was read. */
export type TextLine = { readonly source: string; readonly line: number; readonly text: string; readonly error?: undefined };

/** A line that cannot be read as text: too long, or no UTF-8. */
export type BrokenLine = { readonly source: string; readonly line: number; readonly error: LineError };

/** One line of an input; `line` counts from 1, blank lines included. */
export type InputLine = TextLine | BrokenLine;

/** Cuts a stream of bytes into lines: `push` gives those that a piece completes, `end` the one without a newline. */
export type Splitter = { readonly push: (chunk: Buffer) => readonly InputLine[]; readonly end: () => readonly InputLine[] };

/** What has been read of a line that has not ended yet; of one that is too long only its length is kept. */
type Unfinished = { pieces: Buffer[]; bytes: number };

type State = { readonly source: string; readonly maxBytes: number; readonly unfinished: Unfinished; line: number };

/** A {@link Splitter} for one input. It holds no more than `maxBytes` and a piece. */
export function createSplitter(source: string, maxBytes: number): Splitter {
  const state: State = { source, maxBytes, unfinished: { pieces: [], bytes: 0 }, line: 0 };
  return {
    push: (chunk) => {
      const lines: InputLine[] = [];
      const first = chunk.indexOf(NEWLINE);
      if (first < 0) return hold(state, chunk), lines;
      const afterLast = chunk.lastIndexOf(NEWLINE) + 1;
      finishLine(state, chunk.subarray(0, first), lines);
      addBlock(state, chunk.subarray(first + 1, afterLast), lines);
      hold(state, chunk.subarray(afterLast));
      return lines;
    },
    end: () => {
      const lines: InputLine[] = [];
      if (state.unfinished.bytes > 0) finishLine(state, Buffer.alloc(0), lines);
      return lines;
    },
  };
}

function hold({ unfinished, maxBytes }: State, piece: Buffer): void {
  unfinished.bytes += piece.length;
  if (unfinished.bytes > maxBytes + 1) unfinished.pieces = [];
  // A copy, so that a few bytes do not keep a whole piece in memory.
  else if (piece.length > 0) unfinished.pieces.push(Buffer.from(piece));
}

function finishLine(state: State, ending: Buffer, lines: InputLine[]): void {
  const { unfinished, maxBytes } = state;
  const { pieces, bytes } = unfinished;
  unfinished.pieces = [];
  unfinished.bytes = 0;
  if (bytes + ending.length > maxBytes + 1) addFault(state, new LineTooLongError(maxBytes), lines);
  else addBytes(state, withoutReturn(pieces.length === 0 ? ending : Buffer.concat([...pieces, ending])), lines);
}

/** Adds whole lines, each with its newline. A block that is ASCII is cut as one text; a faulty one is looked at line by line. */
function addBlock(state: State, block: Buffer, lines: InputLine[]): void {
  if (isAscii(block)) return addTexts(state, block.toString('latin1'), lines);
  const sound = isUtf8(block);
  for (let from = 0, to = block.indexOf(NEWLINE); to >= 0; from = to + 1, to = block.indexOf(NEWLINE, from)) {
    const end = block[to - 1] === CARRIAGE_RETURN && to > from ? to - 1 : to;
    if (sound && end - from <= state.maxBytes) addText(state, block.toString('utf8', from, end), lines);
    else addBytes(state, block.subarray(from, end), lines);
  }
}

function addTexts(state: State, block: string, lines: InputLine[]): void {
  for (let from = 0, to = block.indexOf('\n'); to >= 0; from = to + 1, to = block.indexOf('\n', from)) {
    const end = block.charCodeAt(to - 1) === CARRIAGE_RETURN && to > from ? to - 1 : to;
    if (end - from > state.maxBytes) addFault(state, new LineTooLongError(state.maxBytes), lines);
    else addText(state, block.slice(from, end), lines);
  }
}

function addBytes(state: State, bytes: Buffer, lines: InputLine[]): void {
  if (bytes.length > state.maxBytes) addFault(state, new LineTooLongError(state.maxBytes), lines);
  else if (isUtf8(bytes)) addText(state, bytes.toString('utf8'), lines);
  else addFault(state, new InvalidUtf8Error(), lines);
}

function addText(state: State, text: string, lines: InputLine[]): void {
  state.line += 1;
  const shown = state.line === 1 && text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
  if (!isBlank(shown)) lines.push({ source: state.source, line: state.line, text: shown });
}

function addFault(state: State, cause: Error, lines: InputLine[]): void {
  state.line += 1;
  const place = { source: state.source, line: state.line };
  lines.push({ ...place, error: new LineError(place, cause) });
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes;
}

function isBlank(text: string): boolean {
  return text.length === 0 || (text.charCodeAt(0) <= SPACE && BLANK.test(text));
}

/** A line is over the limit of bytes: it holds more than one record, or the file is none of events. */
export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`the line is over the limit of ${maxBytes} bytes; write one record a line`);
    this.maxBytes = maxBytes;
  }
}

/** A line holds bytes that are no UTF-8: the file is damaged, or written in another encoding. */
export class InvalidUtf8Error extends Error {
  override readonly name = 'InvalidUtf8Error';

  constructor() {
    super('the line is not UTF-8; convert the file to UTF-8');
  }
}
