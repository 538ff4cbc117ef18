import { EXIT } from './exit-codes.ts';
import { removeTemporaryFiles } from './io/temporary.ts';

/** Ends the program on SIGINT, SIGTERM and, when its terminal goes, SIGHUP, without leaving half-written files behind. */
export function handleSignals(): void {
  process.once('SIGINT', () => interrupt(EXIT.interrupted));
  process.once('SIGTERM', () => interrupt(EXIT.terminated));
  process.once('SIGHUP', () => interrupt(EXIT.hungUp));
}

function interrupt(code: number): void {
  const outputs = removeTemporaryFiles();
  const lost = outputs.length === 0 ? '' : `; nothing was written to ${outputs.join(', ')}`;
  process.stderr.write(`\nmatrix-erasure: interrupted${lost}\n`);
  process.exit(code);
}

/** A wish to stop, for commands that run until they are told to. */
export type Stop = { readonly requested: Promise<void>; readonly now: () => void };

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** From now on the first signal is a wish to stop, and the second ends the program. */
export function untilStopped(): Stop {
  const wish = new AbortController();
  const requested = new Promise<void>((resolve) => wish.signal.addEventListener('abort', () => resolve()));
  const now = (): void => {
    for (const signal of SIGNALS) process.removeAllListeners(signal);
    handleSignals();
    wish.abort();
  };
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    process.once(signal, now);
  }
  return { requested, now };
}
