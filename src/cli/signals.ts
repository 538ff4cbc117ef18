import { EXIT } from './exit-codes.ts';
import { removeTemporaryFiles } from './io/temporary.ts';

/** Ends the program on SIGINT and SIGTERM, without leaving half-written files behind. */
export function handleSignals(): void {
  process.once('SIGINT', () => interrupt(EXIT.interrupted));
  process.once('SIGTERM', () => interrupt(EXIT.terminated));
}

function interrupt(code: number): void {
  const outputs = removeTemporaryFiles();
  const lost = outputs.length === 0 ? '' : `; nothing was written to ${outputs.join(', ')}`;
  process.stderr.write(`\nmatrix-erasure: interrupted${lost}\n`);
  process.exit(code);
}
