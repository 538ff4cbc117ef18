import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { backendName } from '#crypto-backend';
import type { CryptoBackend } from '../../crypto/backend.ts';
import { EXIT } from '../exit-codes.ts';

/** One of the two backends of the crypto layer. */
export type BackendName = CryptoBackend['backendName'];

const PORTABLE = '--conditions=matrix-erasure-portable';

/** Whether the program runs on a backend. A condition of package.json chose it when the program started. */
export function runsOn(backend: BackendName): boolean {
  return backendName === backend;
}

/**
 * Runs the same command line again on the portable backend, with the same standard streams; gives its exit code.
 * @throws {BackendError} when this already is such a run
 */
export async function runAgainOnPortable(): Promise<number> {
  if (process.execArgv.includes(PORTABLE)) throw new BackendError('portable');
  const child = spawn(process.execPath, [...process.execArgv, PORTABLE, ...process.argv.slice(1)], { stdio: 'inherit' });
  const stop = (): void => void child.kill();
  process.once('exit', stop);
  const [code]: readonly unknown[] = await once(child, 'exit');
  process.off('exit', stop);
  return typeof code === 'number' ? code : EXIT.error;
}

/** The backend that was asked for is not there. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly backend: BackendName;

  constructor(backend: BackendName) {
    super(`the ${backend} backend is not there; use --crypto ${backend === 'native' ? 'portable' : 'native'}, or leave the option out`);
    this.backend = backend;
  }
}
