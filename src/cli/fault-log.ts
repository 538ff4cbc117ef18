import type { LineError } from './errors.ts';
import type { Progress } from './progress.ts';
import { countOf } from './text/numbers.ts';
import { visible } from './text/visible.ts';

const SHOWN = 20;

/** Collects the lines that could not be used, so that none is left out in silence. */
export type FaultLog = {
  /** Shows the fault, or throws it where the first one is to end the command. @throws {LineError} with `strict` */
  readonly add: (fault: LineError) => void;
  /** Says something that is no fault, such as what a file holds that is not read; the same thing once. */
  readonly note?: (text: string) => void;
  readonly count: () => number;
  /** Says how many there were, if any. */
  readonly finish: () => void;
};

/** How to report faults. */
export type FaultLogOptions = {
  /** End at the first fault. */
  readonly strict?: boolean;
  /** What is on the terminal and must be removed before a message. */
  readonly progress?: Progress;
  /** Where messages go; standard error unless given. */
  readonly write?: (text: string) => void;
};

/** A log of faults that shows the first twenty, and counts all. */
export function createFaultLog({ strict = false, progress, write = writeError }: FaultLogOptions = {}): FaultLog {
  let count = 0;
  const said = new Set<string>();
  return {
    add: (fault) => {
      if (strict) throw fault;
      count += 1;
      if (count > SHOWN) return;
      progress?.clear();
      write(`${visible(fault.message)}\n`);
    },
    note: (text) => {
      if (said.has(text)) return;
      said.add(text);
      progress?.clear();
      write(`${visible(text)}\n`);
    },
    count: () => count,
    finish: () => {
      if (count > 0) write(`${countOf(count, 'line')} could not be used${count > SHOWN ? `; the first ${SHOWN} are shown` : ''}\n`);
    },
  };
}

function writeError(text: string): void {
  process.stderr.write(text);
}
