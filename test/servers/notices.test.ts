import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runWorld } from './notices/world.ts';

test.each([
  ['on a good day', { erasures: 30, faults: false, kills: 0 }],
  ['under refused connections, errors, hangs, lost and slow answers, forgeries, and SIGKILL of senders and receivers', { erasures: 60, faults: true, kills: 2 }],
])('three servers tell each other of erasures %s: every ledger agrees with every receiver', async (_, options) => {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-erasure-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { tries, killedSenders, killedServers, ...outcome } = await runWorld({ folder, ...options });
  const notices = options.erasures * 6;
  expect(outcome).toEqual({ sent: notices, acknowledged: notices, lost: 0, duplicated: 0, unasked: 0, forged: 20, forgedAccepted: 0 });
  expect(killedServers).toBe(options.kills * 3);
  // The bad day was one.
  expect([killedSenders > 0, !options.faults || tries > notices]).toEqual([options.kills > 0, true]);
});
