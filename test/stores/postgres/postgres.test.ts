import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { openPostgresStore, storeName } from '../../../src/stores/postgres/open-postgres-store.ts';
import type { SqlStore } from '../../../src/stores/sql/sql-store.ts';
import { StoreError } from '../../../src/stores/store-error.ts';
import { storeConformance } from '../../../src/testing/stores/store-conformance.ts';
import type { OpenStore } from '../../../src/testing/stores/store-check.ts';
import { recordedLines } from '../recorded.ts';
import { serverIfAny } from './have-server.ts';

const server = await serverIfAny();
const url = (await server?.database()) ?? '';
let opened: SqlStore[] = [];
let made = 0;

const open: OpenStore = async () => {
  const store = await openPostgresStore(url, { create: true, schema: `tried_${made++}`, connections: 2 });
  opened.push(store);
  return { store, add: async (lines) => void (await store.importEvents([lines])), addAccountData: store.addAccountData };
};

afterEach(async () => {
  for (const store of opened) await store.close();
  opened = [];
});

afterAll(async () => {
  await server?.stop();
});

describe.skipIf(server === undefined)('on generated rooms', () => {
  test.each(storeConformance(open))('$name', async ({ check }) => {
    await expect(check()).resolves.toBeUndefined();
  });
});

describe.skipIf(server === undefined)('on recorded rooms', () => {
  const rooms = recordedLines(['alone-v10.ndjson.gz', 'v10-shared.ndjson.gz', 'v12-shared.ndjson.gz', 'dm-fed-v11.ndjson.gz']);
  test.each(storeConformance(open, { rooms }))('$name', async ({ check }) => {
    await expect(check()).resolves.toBeUndefined();
  });
});

describe.skipIf(server === undefined)('a store that cannot be had', () => {
  const reasonOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'opened', (error: unknown) => (error instanceof StoreError ? error.reason : error));

  test('is missing where nobody made it', async () => {
    expect(await reasonOf(openPostgresStore(url, { schema: 'nobody_made' }))).toBe('missing');
  });

  test('is refused to whoever may not in, and the message has no password', async () => {
    const wrong = url.replace(':postgres@', ':secret-word@');
    expect(await reasonOf(openPostgresStore(wrong))).toBe('refused');
    await expect(openPostgresStore(wrong)).rejects.toThrow(/^postgres:\/\/postgres@127\.0\.0\.1:\d+\/test1: /);
  });

  test('is unreachable where no server is', async () => {
    expect(await reasonOf(openPostgresStore('postgres://127.0.0.1:1/none'))).toBe('unreachable');
  });

  test('has a name without a password', () => {
    expect(storeName('postgres://bob:secret-word@db.example/erasures?sslmode=require')).toBe('postgres://bob@db.example/erasures');
    expect(storeName('nonsense')).toBe('postgres:');
  });
});
