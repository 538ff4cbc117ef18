import { EXIT } from './exit-codes.ts';
import { removeTemporaryFiles } from './io/temporary.ts';

const SIGNALS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp } as const;

/** Work that can be stopped between two of its steps. */
export type Stopping = { readonly aborted: boolean; readonly exitCode: number };

type Stoppable = { stop: ((exitCode: number) => void) | undefined };

const current: Stoppable = { stop: undefined };

/** Ends the program on SIGINT, SIGTERM and, when its terminal goes, SIGHUP, without leaving half-written files behind. Work that can be stopped is stopped first. */
export function handleSignals(): void {
  for (const [signal, code] of Object.entries(SIGNALS)) process.on(signal, () => interrupt(code));
}

function interrupt(code: number): void {
  const { stop } = current;
  if (stop !== undefined) {
    // The next signal ends it at once.
    current.stop = undefined;
    stop(code);
    return;
  }
  const outputs = removeTemporaryFiles();
  const lost = outputs.length === 0 ? '' : `; nothing was written to ${outputs.join(', ')}`;
  process.stderr.write(`\nmatrix-erasure: interrupted${lost}\n`);
  process.exit(code);
}

/** Does work that looks between its steps whether it is to stop: the first signal asks it to. */
export async function stoppable<T>(work: (stopping: Stopping) => Promise<T>): Promise<T> {
  const stopping = { aborted: false, exitCode: 0 };
  current.stop = (exitCode) => {
    Object.assign(stopping, { aborted: true, exitCode });
    process.stderr.write('\nmatrix-erasure: stopping after this step; once more to stop at once\n');
  };
  try {
    return await work(stopping);
  } finally {
    current.stop = undefined;
  }
}
