import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { SqlStore } from '../../src/stores/sql/sql-store.ts';
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts';
import { storeConformance } from '../../src/testing/stores/store-conformance.ts';
import type { OpenStore } from '../../src/testing/stores/store-check.ts';
import { recordedLines } from './recorded.ts';

const folder = mkdtempSync(join(tmpdir(), 'matrix-erasure-store-'));
let opened: SqlStore[] = [];
let made = 0;

const open: OpenStore = async () => {
  const store = openSqliteStore(join(folder, `${made++}.db`), { create: true });
  opened.push(store);
  return { store, add: async (lines) => void (await store.importEvents([lines])), addAccountData: store.addAccountData };
};

afterEach(async () => {
  for (const store of opened) await store.close();
  opened = [];
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
});

describe('on generated rooms', () => {
  test.each(storeConformance(open))('$name', async ({ check }) => {
    await expect(check()).resolves.toBeUndefined();
  });
});

describe('on recorded rooms', () => {
  test.each(storeConformance(open, { rooms: recordedLines() }))('$name', async ({ check }) => {
    await expect(check()).resolves.toBeUndefined();
  });
});
