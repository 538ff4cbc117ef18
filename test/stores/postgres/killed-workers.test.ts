import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { AFTERWARDS, SUBJECT, writeCorpus } from '../../../bench/stores/corpus.ts';
import { planRecorded, recordErasure } from '../../../src/stores/erasure/record.ts';
import { runErasure } from '../../../src/stores/erasure/run.ts';
import { openPostgresStore } from '../../../src/stores/postgres/open-postgres-store.ts';
import { runCli, startCli } from '../../cli/run.ts';
import { requestOf } from '../../erasure/erase.ts';
import { linesOf } from '../lines.ts';
import { serverIfAny } from './have-server.ts';

/** A thousand rooms; `EVENTS=100000 ROUNDS=20 npm run test:postgres` is the long run. */
const EVENTS = Number(process.env['EVENTS'] ?? 10_000);
const ROUNDS = Number(process.env['ROUNDS'] ?? 2);
const AT_ONCE = 4;
const SEED = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 1e9));

const server = await serverIfAny();
afterAll(() => server?.stop());

/** Draws from 0 to 1: what is printed runs again. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Everything that an erasure leaves: events to the byte, what was done in each room, what was written down; but no time of day. */
async function contentsOf(url: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  const hash = createHash('sha256');
  const { rows: tables } = await client.query<{ readonly name: string }>("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'matrix_erasure' ORDER BY 1");
  for (const { name } of tables) {
    const { rows } = await client.query<{ readonly row: Record<string, unknown> }>(`SELECT to_jsonb(t) AS row FROM matrix_erasure.${name} t`);
    const texts = rows.map(({ row }) => JSON.stringify(withoutTimes(row))).sort();
    hash.update(`${name} ${texts.length}\n${texts.join('\n')}\n`);
  }
  await client.end();
  return hash.digest('hex');
}

/** When a step was taken, and in which order rooms came. */
const TIMES: ReadonlySet<string> = new Set(['at', 'created_at', 'changed_at', 'seq']);

function withoutTimes(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([key]) => !TIMES.has(key)));
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Two workers, killed at some moment, twice, and then left alone. */
async function round(url: string, id: string, random: () => number): Promise<void> {
  expect((await runCli(['apply', id, '--store', url, '--queue', '--yes'])).code).toBe(0);
  for (let kills = 0; kills < 2; kills += 1) {
    const workers = [0, 1].map(() => startCli(['work', '--store', url, '--until-idle']));
    await sleep(1000 + random() * 4000);
    for (const worker of workers) {
      worker.kill('SIGKILL');
      if (worker.exitCode === null && worker.signalCode === null) await once(worker, 'exit');
    }
  }
  const left = [0, 1].map(() => startCli(['work', '--store', url, '--until-idle']));
  for (const worker of left) if (worker.exitCode === null) await once(worker, 'exit');
  expect(left.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
}

describe.skipIf(server === undefined)('workers that are killed at any moment', () => {
  test(`leave what one that was left alone leaves, byte for byte (seed ${SEED})`, async () => {
    const at = mkdtempSync(join(tmpdir(), 'matrix-erasure-'));
    const url = (await server?.database()) ?? '';
    writeCorpus(join(at, 'events.ndjson'), EVENTS);
    const store = await openPostgresStore(url, { create: true });
    await store.importEvents([linesOf(readFileSync(join(at, 'events.ndjson'), 'utf8').trimEnd().split('\n'))]);
    rmSync(at, { recursive: true });
    const request = requestOf({ subjects: [SUBJECT], requestedAt: AFTERWARDS, effectiveAt: AFTERWARDS, profile: 'strict', redactEvents: true });
    const id = await recordErasure(store, request, { now: 1 });
    await planRecorded(store, id);
    await store.close();
    const alone = (await server?.copy(url)) ?? '';
    const inPeace = await openPostgresStore(alone);
    expect(await runErasure(inPeace, id, { now: () => 2 })).toEqual({ outcome: 'done', drifted: [] });
    await inPeace.close();
    const expected = await contentsOf(alone);
    const random = createRandom(SEED);
    for (let done = 0; done < ROUNDS; done += AT_ONCE) {
      const copies: string[] = [];
      for (let index = done; index < Math.min(ROUNDS, done + AT_ONCE); index += 1) copies.push((await server?.copy(url)) ?? '');
      await Promise.all(copies.map((copy) => round(copy, id, random)));
      for (const copy of copies) expect(await contentsOf(copy)).toBe(expected);
    }
    expect(expected).not.toBe(await contentsOf(url));
  }, 1_800_000);
});
