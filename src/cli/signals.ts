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
