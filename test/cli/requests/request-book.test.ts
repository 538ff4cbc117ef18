import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openRequestBook } from '../../../src/cli/requests/request-book.ts';
import { closeRequest, extendRequest, openRequest, type RightsRequest } from '../../../src/erasure/rights/request.ts';
import { folder, lines, runCli, startCli } from '../run.ts';

const RECEIVED = Date.UTC(2026, 0, 31, 12);
const make = (id: string): RightsRequest => openRequest({ id, kind: 'access', subjects: ['@alice:a.example'], receivedAt: RECEIVED });
const path = async (): Promise<string> => join(await folder(), 'requests.db');
const opening = { create: true, receivedAt: RECEIVED };

describe('a book of requests', () => {
  test('numbers by the year in which they came, wherever the controller is', async () => {
    const at = await path();
    const eve = Date.UTC(2026, 11, 31, 23, 30);
    const ids = [{ receivedAt: eve }, { receivedAt: eve }, { receivedAt: eve, timeZone: 'Europe/Berlin' }].map((options) => {
      const book = openRequestBook(at, { create: true, ...options });
      const { id } = book.open(make);
      book.close();
      return id;
    });
    expect(ids).toEqual(['2026-1', '2026-2', '2027-1']);
  });

  test('gives no number a second time, also when its case was forgotten', async () => {
    const at = await path();
    const book = openRequestBook(at, opening);
    book.open(make);
    const last = book.open(make);
    book.change(last.id, (request) => closeRequest(request, { at: RECEIVED, outcome: 'granted' }));
    book.forget(last.id);
    expect(book.open(make).id).toBe('2026-3');
    book.close();
  });

  test('holds a request as it was after each change, and no row of it can be changed', async () => {
    const at = await path();
    const book = openRequestBook(at, opening);
    const first = book.open(make);
    const extended = book.change(first.id, (request) => extendRequest(request, { at: RECEIVED, reason: 'complexity' }));
    const ended = book.change(first.id, (request) => closeRequest(request, { at: RECEIVED, outcome: 'granted' }));
    expect(book.history(first.id)).toEqual([first, extended, ended]);
    expect(book.all()).toEqual([ended]);
    book.close();
    const database = new DatabaseSync(at);
    expect(() => database.exec("UPDATE changes SET request = ''")).toThrow(/a change stays as it was/);
    database.close();
  });

  test('is as before when a change is refused', async () => {
    const book = openRequestBook(await path(), opening);
    const request = book.open(make);
    expect(() => book.change(request.id, (one) => closeRequest(one, { at: 0, outcome: 'granted' }))).toThrow(/before that of its receipt/);
    expect(() => book.open(() => request)).toThrow(/already a request/);
    expect(book.history(request.id)).toEqual([request]);
    book.close();
  });

  test.each<readonly [string, (database: DatabaseSync) => void, RegExp]>([
    ['another database', (database) => database.exec('CREATE TABLE other (a)'), /no book of requests/],
    ['the book of another version', (database) => database.exec('PRAGMA application_id = 1836610161; PRAGMA user_version = 99'), /another version/],
  ])('%s is none', async (_, prepare, message) => {
    const at = await path();
    const database = new DatabaseSync(at);
    prepare(database);
    database.close();
    const before = readFileSync(at);
    expect(() => openRequestBook(at)).toThrow(message);
    expect(readFileSync(at).equals(before)).toBe(true);
  });

  test('that somebody has damaged says so, and quotes nothing', async () => {
    const at = await path();
    openRequestBook(at, opening).close();
    const database = new DatabaseSync(at);
    database.exec(`INSERT INTO changes (id, revision, request) VALUES ('x', 1, '{"id": "x", "secret": "words"}')`);
    database.close();
    const book = openRequestBook(at);
    expect(() => book.all()).toThrow(expect.objectContaining({ name: 'RequestBookError', message: expect.not.stringMatching(/secret|words/) }));
    book.close();
  });

  test('in a folder that is not there cannot be made', () => {
    expect(() => openRequestBook(join('nowhere', 'at', 'all.db'), opening)).toThrow(/check the folder/);
  });
});

const OPEN = ['requests', 'open', '--kind', 'access', '--subject', '@alice:a.example', '--received-at', String(RECEIVED)];

describe('several at once', () => {
  test('each get a number of their own, and none is lost', async () => {
    const cwd = await folder();
    const results = await Promise.all(Array.from({ length: 6 }, () => runCli(OPEN, { cwd })));
    expect(results.map(({ code, stderr }) => [code, stderr])).toEqual(results.map(() => [0, '']));
    const listed = JSON.parse((await runCli(['requests', '--json', '--at', String(RECEIVED)], { cwd })).stdout);
    expect(listed.requests.map(({ id }: { readonly id: string }) => id).toSorted()).toEqual(['2026-1', '2026-2', '2026-3', '2026-4', '2026-5', '2026-6']);
  });

  test('only one ends a request', async () => {
    const cwd = await folder();
    await runCli(OPEN, { cwd });
    const results = await Promise.all(['granted', 'withdrawn', 'granted'].map((as) => runCli(['requests', 'close', '2026-1', '--as', as], { cwd })));
    expect(results.map(({ code }) => code).toSorted()).toEqual([0, 1, 1]);
    const book = openRequestBook(join(cwd, 'requests.db'));
    expect(book.history('2026-1').length).toBe(2);
    book.close();
  });

  // The program is stopped at whatever it is doing; what it had said was done is there.
  test('one that is killed leaves what it had written, and nothing by halves', async () => {
    const cwd = await folder();
    const said: string[] = [];
    for (const wait of [0, 1, 2, 3, 4, 5]) {
      const child = startCli(OPEN, { cwd });
      let output = '';
      child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const made = (): boolean => existsSync(join(cwd, 'requests.db')) && statSync(join(cwd, 'requests.db')).size > 0;
      while (child.exitCode === null && (said.length === 0 && wait === 0 ? !made() : output === '' && wait % 2 === 1)) await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise((resolve) => setTimeout(resolve, wait * 40));
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
      said.push(...lines(output).map((line) => /^Request (\S+):/.exec(line)?.[1] ?? ''));
    }
    const after = await runCli(OPEN, { cwd });
    expect([after.code, after.stderr]).toEqual([0, '']);
    const { stdout } = await runCli(['requests', '--json', '--at', String(RECEIVED)], { cwd });
    const ids = JSON.parse(stdout).requests.map(({ id }: { readonly id: string }) => id);
    expect(said.length).toBeGreaterThan(0);
    expect(ids).toEqual(expect.arrayContaining(said));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('one that waits too long for another says so', async () => {
    const at = await path();
    openRequestBook(at, opening).close();
    const other = new DatabaseSync(at);
    other.exec('BEGIN EXCLUSIVE');
    const book = (): unknown => openRequestBook(at, { wait: 50 });
    expect(book).toThrow(/another process/);
    other.exec('ROLLBACK');
    other.close();
  });
});
