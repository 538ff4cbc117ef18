import { displayName, readBytes } from './inputs.ts';
import { createSplitter, type InputLine } from './splitter.ts';

/** Bytes that a line may have unless a command says otherwise. An event has 65,536 at most, its record little more. */
export const MAX_LINE_BYTES: number = 16 * 1024 * 1024;

/** How to read lines. */
export type LineOptions = {
  /** A longer line comes as a broken line, and is not held in memory. */
  readonly maxLineBytes?: number;
};

/**
 * The lines of a file or of standard input (`-`), in batches: as many as one piece of the input completes, so that there is
 * one `await` for hundreds of lines. The next piece is read when the batch has been dealt with. Blank lines are left out, as
 * are a carriage return before the newline and a byte-order mark at the start; the last line may lack its newline.
 * @throws {InputFileError} when there is no such file, it is a folder, or it cannot be read
 * @throws {TruncatedGzipError} when packed data end too early
 * @throws {CorruptGzipError} when packed data are damaged
 */
export async function* readLines(input: string, options: LineOptions = {}): AsyncGenerator<readonly InputLine[]> {
  const splitter = createSplitter(displayName(input), options.maxLineBytes ?? MAX_LINE_BYTES);
  for await (const chunk of readBytes(input)) {
    const lines = splitter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = splitter.end();
  if (last.length > 0) yield last;
}
