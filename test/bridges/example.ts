import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a program ended, and what it said. */
export type Finished = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs an example as its reader would, to its end. */
export function runExample(name: string, parameters: readonly string[]): Promise<Finished> {
  const path = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, ['--conditions=matrix-erasure-source', path, ...parameters], { encoding: 'utf8', timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
    });
  });
}
