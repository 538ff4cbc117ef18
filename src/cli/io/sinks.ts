import type { FileHandle } from 'node:fs/promises';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** Where text goes. `write` is done when there is room for more; `end` when everything has been handed on. */
export type Sink = { readonly write: (text: string) => Promise<void>; readonly end: () => Promise<void> };

/** A sink that writes to a file, packed or not, and leaves it open. */
export function fileSink(file: FileHandle, packed: boolean): Sink {
  return packed ? gzipSink(file) : plainSink(file);
}

/** Text is written while the caller makes more of it; a failure is told on the next call. */
function plainSink(file: FileHandle): Sink {
  let written = Promise.resolve();
  return {
    write: async (text) => {
      await written;
      written = file.writeFile(text);
      written.catch(() => undefined);
    },
    end: () => written,
  };
}

/**
 * A sink on standard output.
 * @throws {OutputClosedError} from `write`, when the reader has gone, as `head` does
 */
export function standardOutputSink(): Sink {
  // The callback of `write` has the error; without a listener the stream would throw it as well.
  if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', () => undefined);
  return { write: writeStandardOutput, end: () => Promise.resolve() };
}

function writeStandardOutput(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (!error) resolve();
      else reject('code' in error && error.code === 'EPIPE' ? new OutputClosedError() : error);
    });
  });
}

function gzipSink(file: FileHandle): Sink {
  const input = new PassThrough();
  const done = pipeline(input, createGzip(), toFile(file));
  // Whoever waits for room must hear of a failure; `end` reports it as well.
  done.catch(() => undefined);
  return {
    write: async (text) => {
      if (!input.write(text)) await Promise.race([once(input, 'drain'), done]);
    },
    end: async () => {
      input.end();
      await done;
    },
  };
}

function toFile(file: FileHandle): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, callback) => {
      file.writeFile(chunk).then(() => callback(), callback);
    },
  });
}

/** Nobody reads the output any more: the program ends, and that is no failure. */
export class OutputClosedError extends Error {
  override readonly name = 'OutputClosedError';

  constructor() {
    super('the reader of the output has gone');
  }
}
