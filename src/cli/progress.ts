import { formatCount, formatTimeLeft } from './text/numbers.ts';

const INTERVAL_MS = 200;

/** Tells how far long work is. */
export type Progress = {
  /** So many bytes will be read, if that is known; after those of before, where there were any. */
  readonly expect: (bytes: number | undefined) => void;
  /** So many of them have been. */
  readonly read: (bytes: number) => void;
  /** So many lines more are done. */
  readonly advance: (lines: number) => void;
  /** Removes the last message from the terminal. Call it before anything else is written there. */
  readonly clear: () => void;
};

/** Where progress is shown. */
export type Terminal = { readonly isTTY?: boolean; readonly write: (text: string) => unknown };

/** Shows lines, their rate and the time that is left on a terminal, five times a second at most; shows nothing where there is none. */
export function createProgress(label: string, terminal: Terminal = process.stderr, now: () => number = Date.now): Progress {
  if (terminal.isTTY !== true) return { expect: () => undefined, read: () => undefined, advance: () => undefined, clear: () => undefined };
  const start = now();
  let [done, shownAt, shown] = [0, start, false];
  let [expected, bytes]: [number | undefined, number] = [0, 0];
  const left = (time: number): string => {
    if (expected === undefined || bytes === 0 || expected < bytes) return '';
    return `, ${formatTimeLeft(((expected - bytes) * (time - start)) / bytes / 1000)} left`;
  };
  return {
    expect: (more) => { expected = expected === undefined || more === undefined ? undefined : expected + more; },
    read: (more) => { bytes += more; },
    advance: (lines) => {
      done += lines;
      const time = now();
      if (time - shownAt < INTERVAL_MS) return;
      [shownAt, shown] = [time, true];
      terminal.write(`\r\x1b[K${label}: ${formatCount(done)} lines, ${formatCount(Math.round((done * 1000) / (time - start)))} a second${left(time)}`);
    },
    clear: () => {
      if (shown) terminal.write('\r\x1b[K');
      shown = false;
    },
  };
}
