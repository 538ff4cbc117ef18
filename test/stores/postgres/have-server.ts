import { startServer, type TestServer } from './server.ts';

/** A server for tests, or `undefined` where none can be had: that is said in one line, and the tests pass. `CI` always has one. */
export async function serverIfAny(): Promise<TestServer | undefined> {
  try {
    return await startServer();
  } catch (error) {
    if (process.env['CI'] !== undefined) throw error;
    process.stderr.write(`no PostgreSQL server can be started here (${error instanceof Error ? error.name : 'unknown'}): its tests are skipped\n`);
    return undefined;
  }
}
