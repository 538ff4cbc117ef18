import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNgircd, startProsody } from './servers.ts';

const before = process.env['TMPDIR'];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'matrix-erasure-servers-'));
  process.env['TMPDIR'] = folder;
});
afterAll(() => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  rmSync(folder, { recursive: true });
});

function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(false); });
    socket.once('error', () => { resolve(true); });
  });
}

test.each([['ngIRCd', () => startNgircd()], ['Prosody', () => startProsody({})]] as const)('%s leaves nothing when it is stopped, once or twice', async (_name, start) => {
  const server = await start();
  expect(await refuses(server.port)).toBe(false);
  expect(readdirSync(folder)).toHaveLength(1);
  await server.stop();
  await server.stop();
  expect(await refuses(server.port)).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
});

test('a server that cannot be started says why, and leaves nothing', async () => {
  await expect(startProsody({ 'no name': '' })).rejects.toThrow('prosodyctl');
  expect(readdirSync(folder)).toEqual([]);
});
