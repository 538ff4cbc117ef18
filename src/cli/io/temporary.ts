import { rmSync } from 'node:fs';

/** Temporary files and folders by the output they stand for. Signals can come at any time, so this is known to the whole program. */
const pending = new Map<string, string>();

/** Notes a temporary file or folder, so that it goes when the program is interrupted. */
export function noteTemporaryFile(path: string, output: string): void {
  pending.set(path, output);
}

/** A temporary file has become an output, or is gone. */
export function forgetTemporaryFile(path: string): void {
  pending.delete(path);
}

/** Removes every temporary file at once, for signal handlers; gives the outputs that have not been written because of it. */
export function removeTemporaryFiles(): readonly string[] {
  const outputs = [...pending.values()];
  for (const path of pending.keys()) removeFile(path);
  pending.clear();
  return outputs;
}

function removeFile(path: string): void {
  try {
    // Something may still be written into a folder while it is removed.
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    // It is gone already, or cannot be removed: neither should keep the program from ending.
  }
}
