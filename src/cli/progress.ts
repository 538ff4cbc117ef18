import { formatCount } from './text/numbers.ts';

const INTERVAL_MS = 200;

/** Tells how far long work is. */
export type Progress = {
  /** So many lines more are done. */
  readonly advance: (lines: number) => void;
  /** Removes the last message from the terminal. Call it before anything else is written there. */
  readonly clear: () => void;
};

/** Where progress is shown. */
export type Terminal = { readonly isTTY?: boolean; readonly write: (text: string) => unknown };

/** Shows lines and their rate on a terminal, five times a second at most; shows nothing where there is none. */
export function createProgress(label: string, terminal: Terminal = process.stderr, now: () => number = Date.now): Progress {
  if (terminal.isTTY !== true) return { advance: () => undefined, clear: () => undefined };
  const start = now();
  let [done, shownAt, shown] = [0, start, false];
  return {
    advance: (lines) => {
      done += lines;
      const time = now();
      if (time - shownAt < INTERVAL_MS) return;
      [shownAt, shown] = [time, true];
      terminal.write(`\r\x1b[K${label}: ${formatCount(done)} lines, ${formatCount(Math.round((done * 1000) / (time - start)))} a second`);
    },
    clear: () => {
      if (shown) terminal.write('\r\x1b[K');
      shown = false;
    },
  };
}
