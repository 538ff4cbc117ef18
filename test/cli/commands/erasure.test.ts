import { once } from 'node:events';
import { appendFile, chmod, copyFile, link, lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { assertUnchanged, InputChangedError, stampFiles } from '../../../src/cli/io/unchanged-files.ts';
import type { ErasurePlan } from '../../../src/erasure/plan.ts';
import type { Verification } from '../../../src/erasure/verification.ts';
import { folder, lines, runCli, startCli, type Result } from '../run.ts';

const ROOMS = fileURLToPath(new URL('../../../examples/rooms/', import.meta.url));
const ALICE = '@alice:hs1.test:18441';
const WHEN = ['--effective-at', '1795500000000'];

/** A folder with a recorded room, its plan and its result. */
let at: (name: string) => string;

beforeEach(async () => {
  const path = await folder();
  at = (name) => join(path, name);
  await copyFile(join(ROOMS, 'v10-shared.ndjson.gz'), at('room.ndjson.gz'));
  await copyFile(join(ROOMS, 'alone-v10.ndjson.gz'), at('alone.ndjson.gz'));
  await writeFile(at('room.ndjson'), gunzipSync(await readFile(at('room.ndjson.gz'))));
});

const plan = (file: string, ...more: readonly string[]): Promise<Result> => runCli(['plan', at(file), '--subject', ALICE, ...WHEN, ...more]);
const planned = async (file: string): Promise<ErasurePlan> => {
  const { code } = await plan(file, '--out', at('plan.json'));
  expect(code).toBe(0);
  return JSON.parse(await readFile(at('plan.json'), 'utf8'));
};

describe('the main job', () => {
  test('plan, apply, verify and show fit together', async () => {
    const { totals, digest } = await planned('room.ndjson');
    expect(totals.redact + totals.hide).toBeGreaterThan(20);
    expect(await runCli(['apply', at('plan.json'), at('room.ndjson'), '--out', at('erased.ndjson')])).toMatchObject({ code: 0, stderr: '' });
    const verify = ['verify', at('plan.json'), '--original', at('room.ndjson'), '--result', at('erased.ndjson'), '--keys', join(ROOMS, 'keys.json')];
    const { code, stdout } = await runCli([...verify, '--json', '--out', at('found.json')]);
    const found: Verification = JSON.parse(stdout);
    expect([code, found.verdict]).toEqual([0, 'clean']);
    expect(JSON.parse(await readFile(at('found.json'), 'utf8'))).toEqual(found);
    const shown = await runCli(['show', at('plan.json'), '--verification', at('found.json'), '--html', at('plan.html')]);
    expect([shown, (await readFile(at('plan.html'), 'utf8')).includes(digest)]).toMatchObject([{ code: 0 }, true]);
  });

  test('applied twice, nothing changes the second time, to the byte', async () => {
    await planned('room.ndjson');
    await runCli(['apply', at('plan.json'), at('room.ndjson'), '--out', at('once.ndjson')]);
    const again = await runCli(['apply', at('plan.json'), at('once.ndjson'), '--out', at('twice.ndjson')]);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to change') });
    expect(await readFile(at('twice.ndjson'))).toEqual(await readFile(at('once.ndjson')));
  });

  test('in place: the file is its own result', async () => {
    await planned('room.ndjson');
    await chmod(at('room.ndjson'), 0o640);
    await runCli(['apply', at('plan.json'), at('room.ndjson'), '--out', at('erased.ndjson')]);
    expect(await runCli(['apply', at('plan.json'), at('room.ndjson'), '--out', at('room.ndjson')])).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(at('room.ndjson'))).toEqual(await readFile(at('erased.ndjson')));
    expect((await stat(at('room.ndjson'))).mode & 0o777).toBe(0o640);
  });

  test('a plan for other events is refused with 3, and one that was edited with 1', async () => {
    const made = await planned('room.ndjson');
    const other = await runCli(['apply', at('plan.json'), at('alone.ndjson.gz'), '--out', at('erased.ndjson')]);
    expect(other).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('made for other events') });
    await writeFile(at('more.ndjson'), `${await readFile(at('room.ndjson'), 'utf8')}${lines(await readFile(at('room.ndjson'), 'utf8')).find((line) => line.includes(ALICE))?.replace('"pdu":{', '"pdu":{"x":1,').replace(/"event_id":"[^"]*"/, '"event_id":"$more"')}\n`);
    const drifted = await runCli(['apply', at('plan.json'), at('more.ndjson'), '--out', at('erased.ndjson')]);
    expect(drifted).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('not what the plan was made on') });
    await writeFile(at('plan.json'), JSON.stringify({ ...made, rooms: [] }));
    const edited = await runCli(['apply', at('plan.json'), at('room.ndjson'), '--out', at('erased.ndjson')]);
    expect(edited).toMatchObject({ code: 1, stderr: expect.stringMatching(/PlanDigestError/) });
    expect(await readdir(at('.'))).not.toContain('erased.ndjson');
  });

  test('verify finds what is left, and exits with 4', async () => {
    await planned('room.ndjson');
    const { code, stdout } = await runCli(['verify', at('plan.json'), '--original', at('room.ndjson'), '--result', at('room.ndjson')]);
    expect([code, stdout]).toEqual([4, expect.stringContaining('Something is left over')]);
  });

  test('verify of nothing is unknown, never clean', async () => {
    await planned('room.ndjson');
    await writeFile(at('empty'), '');
    const { stdout } = await runCli(['verify', at('plan.json'), '--original', at('empty'), '--result', at('empty'), '--json']);
    const { verdict, checks }: Verification = JSON.parse(stdout);
    expect([verdict, checks.map(({ status }) => status)]).toEqual(['unknown', checks.map(() => 'unknown')]);
  });
});

describe('no input is ever replaced by an output', () => {
  const refused = (path: string): object => ({ code: 64, stdout: '', stderr: expect.stringMatching(new RegExp(`${basename(path)} is read by this command`)) });

  test.each(['room.ndjson', 'hard', 'soft', './room.ndjson'])('by plan: %s', async (name) => {
    await link(at('room.ndjson'), at('hard'));
    await symlink(at('room.ndjson'), at('soft'));
    const before = await readFile(at('room.ndjson'));
    expect(await plan('room.ndjson', '--out', at(name))).toEqual(refused(name));
    expect(await plan('room.ndjson', '--html', at(name))).toEqual(refused(name));
    expect(await readFile(at('room.ndjson'))).toEqual(before);
  });

  test('by show, verify and apply', async () => {
    await planned('room.ndjson');
    const made = await readFile(at('plan.json'));
    expect(await runCli(['show', at('plan.json'), '--html', at('plan.json')])).toEqual(refused('plan.json'));
    const verify = ['verify', at('plan.json'), '--original', at('room.ndjson'), '--result', at('room.ndjson'), '--out'];
    for (const name of ['plan.json', 'room.ndjson']) expect(await runCli([...verify, at(name)])).toEqual(refused(name));
    expect(await runCli(['apply', at('plan.json'), at('room.ndjson'), '--out', at('plan.json')])).toEqual(refused('plan.json'));
    // One of several inputs would be lost, though not the only one.
    const two = ['apply', at('plan.json'), at('room.ndjson'), at('alone.ndjson.gz'), '--out', at('alone.ndjson.gz')];
    expect(await runCli(two)).toEqual(refused('alone.ndjson.gz'));
    expect(await readFile(at('plan.json'))).toEqual(made);
  });

  test('and no output by another', async () => {
    for (const name of ['both', '-']) {
      expect(await plan('room.ndjson', '--out', name === '-' ? name : at(name), '--html', name === '-' ? name : at(name))).toMatchObject({ code: 64, stderr: expect.stringMatching(/would be written twice/) });
    }
    expect(await plan('room.ndjson', '--out', '-', '--json')).toMatchObject({ code: 64, stderr: expect.stringMatching(/standard output would be written twice/) });
    expect(await plan('room.ndjson', '--out', '/dev/null', '--html', '/dev/null')).toMatchObject({ code: 0 });
  });
});

test('a document on standard output stands alone; what people read goes to standard error', async () => {
  const { stdout, stderr } = await plan('room.ndjson', '--out', '-');
  const made: ErasurePlan = JSON.parse(stdout);
  expect([made.format, lines(stderr).at(-1)]).toEqual(['matrix-erasure/plan', expect.stringMatching(/^Plan: /)]);
  await planned('room.ndjson');
  const applied = await runCli(['apply', at('plan.json'), at('room.ndjson'), '--out', '-']);
  expect(lines(applied.stdout).map((line) => typeof JSON.parse(line)).every((type) => type === 'object')).toBe(true);
  expect(applied.stderr).toContain('Applied: ');
});

describe('what cannot be read', () => {
  test('a line of which nobody knows: then nobody was alone in any room', async () => {
    expect(JSON.parse((await plan('alone.ndjson.gz', '--json')).stdout).totals).toMatchObject({ hide: 0, purge: expect.any(Number) });
    await writeFile(at('torn.ndjson'), `${gunzipSync(await readFile(at('alone.ndjson.gz'))).toString()}{"pdu":`);
    const { code, stdout, stderr } = await plan('torn.ndjson', '--json');
    const made: ErasurePlan = JSON.parse(stdout);
    expect([code, made.totals.purge, made.warnings.map(({ code: warning }) => warning)]).toEqual([1, 0, expect.arrayContaining(['unreadable-lines'])]);
    expect(stderr).toMatch(/torn\.ndjson:\d+: .*\(JsonSyntaxError\)/);
  });

  test('an event that comes twice is reported with its line', async () => {
    const text = (await readFile(at('room.ndjson'), 'utf8')).trimEnd();
    const [first = ''] = text.split('\n');
    await writeFile(at('twice.ndjson'), `${text}\n${first}\n`);
    const { code, stderr } = await plan('twice.ndjson');
    expect([code, stderr]).toEqual([1, expect.stringMatching(new RegExp(`twice\\.ndjson:${text.split('\n').length + 1}: .*\\(DuplicateEventError\\)`))]);
    expect(await plan('twice.ndjson', '--strict')).toMatchObject({ code: 1, stdout: '' });
    await planned('room.ndjson');
    const verify = ['verify', at('plan.json'), '--original', at('twice.ndjson'), '--result', at('twice.ndjson')];
    expect(await runCli(verify)).toMatchObject({ code: 1, stderr: expect.stringMatching(/twice\.ndjson:\d+: /) });
  });

  test('rooms in which nothing is done are counted all the same', async () => {
    const { stdout } = await runCli(['plan', at('room.ndjson'), at('alone.ndjson.gz'), '--subject', '@bob:hs1.test:18441', ...WHEN]);
    expect(stdout).toMatch(/^\d+ events read in 2 rooms\. 1 room holds nothing of the person\./m);
  });

  test.each(['-1', '1.5', '1e3', '', 'now', '253402300800000', '9007199254740993'])('a time of %j', async (time) => {
    expect(await runCli(['plan', at('room.ndjson'), '--subject', ALICE, '--effective-at', time])).toMatchObject({ code: 64, stdout: '' });
    expect(await runCli(['plan', at('room.ndjson'), '--subject', ALICE, '--effective-at', '253339228799999'])).toMatchObject({ code: 0 });
  });
});

test('redact leaves the file that was there when not one line could be used', async () => {
  await writeFile(at('old.ndjson'), 'old');
  await writeFile(at('wrong.ndjson'), '{"not":"an event"}\n');
  expect(await runCli(['redact', at('wrong.ndjson'), '--out', at('old.ndjson')])).toMatchObject({ code: 1, stderr: expect.stringMatching(/\(NothingUsableError\)/) });
  expect(await readFile(at('old.ndjson'), 'utf8')).toBe('old');
});

test('a folder for more files than may be open at once', async () => {
  const made = await planned('alone.ndjson.gz');
  expect(made.totals.purge).toBeGreaterThan(0);
  await mkdir(at('many'));
  const names = Array.from({ length: 40 }, (_, index) => at(`many/${index}.ndjson`));
  await Promise.all(names.map((name) => writeFile(name, '')));
  const args = ['apply', at('plan.json'), at('alone.ndjson.gz'), ...names, '--out', at('erased/')];
  const child = startCli(args, { openFiles: 30 });
  const [code] = (await once(child, 'close')) as [number];
  expect([code, (await readdir(at('erased'))).length]).toEqual([0, 41]);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s leaves no half-written file behind', async (signal) => {
  const child = startCli(['redact', '-', '--out', at('out.ndjson')]);
  child.stdin?.on('error', () => undefined);
  child.stdin?.write(await readFile(at('room.ndjson')));
  while (!(await readdir(at('.'))).some((name) => name.endsWith('.tmp'))) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill(signal);
  const [code] = (await once(child, 'close')) as [number];
  expect([code, (await readdir(at('.'))).filter((name) => name.startsWith('.') || name.startsWith('out'))]).toEqual([{ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal], []]);
});

describe('outputs that are links', () => {
  test('to what is not there yet stay, and lead where they lead', async () => {
    await symlink('new.json', at('link.json'));
    expect(await plan('room.ndjson', '--out', at('link.json'))).toMatchObject({ code: 0 });
    expect((await lstat(at('link.json'))).isSymbolicLink()).toBe(true);
    expect(JSON.parse(await readFile(at('new.json'), 'utf8')).format).toBe('matrix-erasure/plan');
  });

  test('in a circle are told of', async () => {
    await symlink('two', at('one'));
    await symlink('one', at('two'));
    expect(await plan('room.ndjson', '--out', at('one'))).toMatchObject({ code: 1, stderr: expect.stringContaining('links lead in a circle') });
  });

  test('to another output are refused: one of two files would be lost', async () => {
    await planned('room.ndjson');
    await mkdir(at('out'));
    await symlink('room.ndjson', at('out/alone.ndjson.gz'));
    const result = await runCli(['apply', at('plan.json'), at('room.ndjson'), at('alone.ndjson.gz'), '--out', at('out/')]);
    expect(result).toMatchObject({ code: 64, stdout: '', stderr: expect.stringContaining('would be written twice') });
  });
});

test('who may not read the input may not read the result', async () => {
  await planned('room.ndjson');
  await chmod(at('room.ndjson'), 0o600);
  await runCli(['apply', at('plan.json'), at('room.ndjson'), '--out', at('erased.ndjson')]);
  expect((await stat(at('erased.ndjson'))).mode & 0o777).toBe(0o600);
});

test('what is no file cannot be read twice, and is refused', async () => {
  await planned('room.ndjson');
  expect(await runCli(['apply', at('plan.json'), '/dev/null', '--out', at('erased.ndjson')])).toMatchObject({ code: 64, stderr: expect.stringContaining('reads its input twice') });
});

test('files that change while they are read are left alone', async () => {
  const stamps = await stampFiles([at('room.ndjson')]);
  await assertUnchanged(stamps);
  await appendFile(at('room.ndjson'), '\n');
  await expect(assertUnchanged(stamps)).rejects.toThrow(InputChangedError);
  await rm(at('room.ndjson'));
  await expect(assertUnchanged(stamps)).rejects.toThrow(InputChangedError);
});

test('a key that stands twice: the line is written anew, and verify does not pass it over', async () => {
  const [first = '', ...rest] = (await readFile(at('room.ndjson'), 'utf8')).trimEnd().split('\n');
  const doubled = first.replace('"pdu":{', '"pdu":{"content":{"secret":"gone"},');
  await writeFile(at('room.ndjson'), `${[doubled, ...rest].join('\n')}\n`);
  await planned('room.ndjson');
  await runCli(['apply', at('plan.json'), at('room.ndjson'), '--out', at('erased.ndjson')]);
  expect(await readFile(at('erased.ndjson'), 'utf8')).not.toContain('"gone"');
  const verify = (result: string): Promise<Result> => runCli(['verify', at('plan.json'), '--original', at('room.ndjson'), '--result', at(result)]);
  expect(await verify('erased.ndjson')).toMatchObject({ code: 0 });
  expect(await verify('room.ndjson')).toMatchObject({ code: 1, stderr: expect.stringMatching(/room\.ndjson:1: .*\(RepeatedKeyError\)/) });
});

test('the exit code stays what it is when nobody reads the output', async () => {
  await planned('room.ndjson');
  const commands: readonly (readonly [number, readonly string[]])[] = [
    [4, ['verify', at('plan.json'), '--original', at('room.ndjson'), '--result', at('room.ndjson')]], [2, ['plan', at('room.ndjson'), '--subject', ALICE, '--check']],
  ];
  for (const [expected, args] of commands) {
    const child = startCli(args);
    child.stdout?.destroy();
    expect(await once(child, 'close')).toEqual([expected, null]);
  }
});

test('remedies that cannot be written leave the events as they were', async () => {
  await planned('room.ndjson');
  const before = await readFile(at('room.ndjson'));
  const result = await runCli(['apply', at('plan.json'), at('room.ndjson'), '--out', at('room.ndjson'), '--remedies', at('missing/remedies.json')]);
  expect(result).toMatchObject({ code: 64, stderr: expect.stringContaining('the folder does not exist') });
  expect(await readFile(at('room.ndjson'))).toEqual(before);
  expect((await readdir(at('.'))).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('the answer is due by the days of the controller, and the purge sooner if that is promised', async () => {
  const { stdout } = await plan('room.ndjson', '--json', '--time-zone', 'Pacific/Kiritimati', '--holidays', '2026-12-24,2026-12-25', '--purge-within', '7');
  const { deadlines, media }: ErasurePlan = JSON.parse(stdout);
  const due = 1_795_500_000_000 + 7 * 24 * 60 * 60 * 1000;
  // Monday, as the two holidays are followed by a weekend; the day ends there at 10:00 UTC.
  expect([new Date(deadlines.answer).toISOString(), deadlines.purge, media.due]).toEqual(['2026-12-28T09:59:59.999Z', due, due]);
  for (const wrong of [['--time-zone', 'Middle/Earth'], ['--holidays', '2026-02-30'], ['--purge-within', '31']]) {
    expect((await plan('room.ndjson', ...wrong)).code).toBeGreaterThan(0);
  }
});

test('a registration that is no YAML is told of', async () => {
  await writeFile(at('broken.yaml'), 'id: *nothing\n');
  expect(await plan('room.ndjson', '--registration', at('broken.yaml'))).toMatchObject({ code: 1, stderr: expect.stringContaining('it is not YAML') });
});
