import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { erasureIdOf } from '../../../src/stores/erasure/record.ts';
import { barText } from '../../../src/cli/stores/bar.ts';
import type { ErasurePlan } from '../../../src/erasure/plan.ts';
import { RECORDED_ALICE } from '../../erasure/rooms.ts';
import { folder, runCli, startCli } from '../run.ts';

const ROOMS = ['v10-shared', 'alone-v10', 'v12-shared'].map((name) => `examples/rooms/${name}.ndjson.gz`);
const REQUEST = ['--subject', RECORDED_ALICE, '--requested-at', '1995464429461', '--effective-at', '1995464429461'];

async function imported(): Promise<{ readonly at: string; readonly store: string }> {
  const at = await folder();
  const store = join(at, 'erasure.db');
  expect(await runCli(['import', ...ROOMS, '--store', store])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Imported: \d+ events in 3 rooms; 0 were there already\.\n$/), stderr: '' });
  return { at, store };
}

describe('a store', () => {
  test('is filled, planned as the files are, erased, and asked for its status', async () => {
    const { at, store } = await imported();
    const [fromStore, fromFiles] = [join(at, 'store.json'), join(at, 'files.json')];
    expect((await runCli(['plan', '--store', store, ...REQUEST, '--out', fromStore])).code).toBe(0);
    expect((await runCli(['plan', ...ROOMS, ...REQUEST, '--out', fromFiles])).code).toBe(0);
    expect(await readFile(fromStore, 'utf8')).toBe(await readFile(fromFiles, 'utf8'));

    const { code, stdout, stderr } = await runCli(['apply', fromStore, '--store', store]);
    expect([code, stderr]).toEqual([0, '']);
    const { totals }: ErasurePlan = JSON.parse(await readFile(fromStore, 'utf8'));
    const [, id = '', hidden] = /^Erasure ([\w-]{22}): .* (\d+) hidden, .*; 3 of 3 rooms done\.\n$/.exec(stdout) ?? [];
    expect(Number(hidden)).toBe(totals.hide);
    expect((await runCli(['status', '--store', store])).stdout).toContain(`${id}  done  ${RECORDED_ALICE}  (notice)`);
    expect(await runCli(['apply', id, '--store', store])).toEqual({ code: 0, stdout, stderr: '' });
    // What comes in again is erased on its way.
    expect(await runCli(['import', ...ROOMS, '--store', store])).toMatchObject({ code: 0, stderr: '1 erasure was applied to what came\n' });
    expect((await readFile(store)).includes('Alice')).toBe(false);
  });

  test('takes the ID of an erasure that looks like an option, as it told it', async () => {
    const { store } = await imported();
    const idAt = (time: number): string => erasureIdOf({ subjects: [RECORDED_ALICE], requestedAt: time, effectiveAt: time, profile: 'notice', scope: {} });
    let time = 1995464429461;
    while (!idAt(time).startsWith('-')) time += 1;
    const { stdout } = await runCli(['plan', '--store', store, '--subject', RECORDED_ALICE, '--requested-at', String(time), '--effective-at', String(time), '--record']);
    expect(stdout).toContain(`to carry it out: matrix-erasure apply ${idAt(time)} --store `);
    expect(await runCli(['apply', idAt(time), '--store', store])).toMatchObject({ code: 0, stderr: '' });
    expect((await runCli(['cancel', idAt(time), '--store', store])).stderr).not.toContain('option');
    expect(await runCli(['cancel', '--storre-and-no-id', '--store', store])).toMatchObject({ code: 64, stderr: expect.stringContaining("unknown option '--storre-and-no-id'") });
  });

  test('keeps a plan that is recorded in it, and cancels it', async () => {
    const { store } = await imported();
    const { code, stdout } = await runCli(['plan', '--store', store, ...REQUEST, '--record']);
    const [, id = ''] = /^Recorded: erasure ([\w-]{22}), \d+ events in 3 rooms\. It hides from now on; to carry it out: matrix-erasure apply \1 --store /.exec(stdout) ?? [];
    expect([code, id.length]).toEqual([0, 22]);
    expect((await runCli(['cancel', id, '--store', store])).stdout).toMatch(/is cancelled: nothing more is done, and nothing is hidden any more\. So far: 0 redacted/);
    expect(await runCli(['apply', id, '--store', store])).toMatchObject({ code: 1, stderr: 'it is cancelled, and nothing more was done\n' });
    expect(await runCli(['cancel', id, '--store', store, '--revoke'])).toMatchObject({ code: 1, stderr: 'matrix-erasure: the erasure is cancelled, which cannot be revoked\n' });
  });

  test('that was restored from an older copy is erased again', async () => {
    const { at, store } = await imported();
    const [older, erasures] = [join(at, 'older.db'), join(at, 'erasures.json')];
    await copyFile(store, older);
    const [, id = ''] = /erasure ([\w-]{22})/.exec((await runCli(['plan', '--store', store, ...REQUEST, '--record'])).stdout) ?? [];
    await runCli(['apply', id, '--store', store]);
    await writeFile(erasures, (await runCli(['status', '--store', store, '--json'])).stdout);
    expect(await runCli(['replay', '--store', older, '--from', erasures])).toEqual({ code: 0, stdout: 'Applied again: 1 erasure, in 3 rooms that had changed.\n', stderr: '' });
    expect((await readFile(older)).includes('Alice')).toBe(false);
  });
});

describe('mistakes are told in one line', () => {
  test.each([
    [['import', 'x'], "required option '--store <store>' not specified; see \"matrix-erasure import --help\""],
    [['apply', 'plan.json'], "missing required argument 'files'; see \"matrix-erasure apply --help\""],
    [['apply', 'plan.json', 'room.ndjson'], "required option '--out <path>' not specified; see \"matrix-erasure apply --help\""],
    [['apply', 'plan.json', '--store', 'x.db', '--out', 'y'], '--store goes without FILES, --out and --remedies: events are changed where they are'],
    [['plan', 'room.ndjson', '--store', 'x.db', ...REQUEST], '--store and FILES exclude each other; "matrix-erasure import" puts files into a store'],
    [['plan', 'room.ndjson', ...REQUEST, '--record'], '--record is for --store'],
    [['cancel', 'x', '--store', 'x.db', '--revoke', '--pause'], '--revoke and --pause exclude each other'],
  ])('%j', async (args, message) => {
    expect(await runCli(args)).toEqual({ code: 64, stdout: '', stderr: `matrix-erasure: ${message}\n` });
  });

  test('a server that is not there, without the password', async () => {
    const { code, stderr } = await runCli(['status', '--store', 'postgres://bob:secret-word@127.0.0.1:1/none']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^matrix-erasure: postgres:\/\/bob@127\.0\.0\.1:1\/none: the server cannot be reached: .* \(StoreError\)\n$/);
  });
});

test('a signal stops an import between two steps, says how to go on, and the same command does', async () => {
  const at = await folder();
  const store = join(at, 'erasure.db');
  const [line = ''] = (await runCli(['redact', 'examples/rooms/v10-shared.ndjson.gz'])).stdout.split('\n').slice(-2);
  const event = JSON.parse(line);
  const child = startCli(['import', '-', '--store', store, '--room-version', '10']);
  let told = '';
  child.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const many = (from: number, to: number): string => [...Array(to - from).keys()].map((index) => `${JSON.stringify({ ...event, depth: from + index })}\n`).join('');
  // Once it stops it reads no more.
  child.stdin?.on('error', () => undefined);
  child.stdin?.write(many(0, 3000));
  // From when the file is there, a signal is taken as what it is.
  while (!existsSync(store)) await setTimeout(20);
  child.kill('SIGINT');
  while (!told.includes('stopping')) await once(child.stderr ?? child, 'data');
  child.stdin?.end(many(3000, 3100));
  expect(await once(child, 'close')).toEqual([130, null]);
  expect(told).toBe('\nmatrix-erasure: stopping after this step; once more to stop at once\nstopped: run the same command again to import the rest\n');
  const again = await runCli(['import', '-', '--store', store, '--room-version', '10'], { stdin: many(0, 3100) });
  expect(again.stdout).toMatch(/^Imported: [\d,]+ events? in \d rooms?; [\d,]+ were there already\.\n$/);
});

test('a bar has a rate and the time that is left', () => {
  const state = { value: 1500, total: 100_000, first: 500, startTime: 0, unit: 'events' };
  expect(barText('carrying out', state, 2000)).toBe('carrying out [------------------------] 1,500 of 100,000 events, 500 a second, 3 min 17 s left');
  expect(barText('planning', { ...state, value: 500 }, 2000)).toBe('planning [------------------------] 500 of 100,000 events, 0 a second');
});
