import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventRecord } from '../../src/event/record.ts';
import type { ErasurePlan } from '../../src/erasure/plan.ts';
import { carryOutSends, type CarryOutOptions, type SendOutcome } from '../../src/notices/carry-out-sends.ts';
import type { SendFetch } from '../../src/notices/client-server.ts';
import type { SendPlan } from '../../src/notices/send-plan.ts';
import { runCli } from '../cli/run.ts';
import { must } from './client.ts';
import type { Homeserver } from './homeserver.ts';
import type { Cast } from './rooms.ts';

/** Plans with the command line, from an event file. */
export async function planWith(records: readonly EventRecord[], flags: readonly string[]): Promise<ErasurePlan> {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-erasure-'));
  try {
    const [events, plan] = [join(folder, 'events.ndjson'), join(folder, 'plan.json')];
    await writeFile(events, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    const { code, stderr } = await runCli(['plan', events, '--out', plan, ...flags]);
    if (code !== 0) throw new Error(`plan exits with ${code}: ${stderr}`);
    return JSON.parse(await readFile(plan, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How Alice's erasure is carried out at a homeserver, by way of a `fetch`. */
export function carryOutOptions({ url }: Homeserver, { alice, bob, admin }: Cast, fetch: SendFetch): CarryOutOptions {
  return {
    baseUrl: url,
    fetch,
    wait: (ms) => pause(ms),
    accessTokens: { [alice.userId]: alice.token, [bob.userId]: bob.token },
    authenticate: (user, session) => ({
      type: 'm.login.password', identifier: { type: 'm.id.user', user }, password: alice.password, ...(session === undefined ? {} : { session }),
    }),
    isDeactivated: async (user) => (await must(admin.ask('GET', `/_synapse/admin/v2/users/${encodeURIComponent(user)}`))).deactivated === true,
    observer: bob.userId,
  };
}

/** Carries sends out, stopping after some outcomes as a crash would. */
export async function carryOut(plan: SendPlan, options: CarryOutOptions, until: number = Infinity): Promise<readonly SendOutcome[]> {
  const outcomes: SendOutcome[] = [];
  for await (const outcome of carryOutSends(plan, options)) {
    outcomes.push(outcome);
    if (outcomes.length >= until) break;
  }
  return outcomes;
}

/** The platform's `fetch`, but every so often the answer to something that was done is lost on its way. */
export function losingAnswers(every: number): { readonly fetch: SendFetch; readonly lost: () => number; readonly limited: () => number } {
  let [changes, lost, limited] = [0, 0, 0];
  const lossy: SendFetch = async (url, init) => {
    const answer = await fetch(url, init);
    if (answer.status === 429) limited += 1;
    if (init.method === 'GET' || answer.status !== 200) return answer;
    changes += 1;
    if (changes % every !== 0) return answer;
    lost += 1;
    throw new TypeError('connection lost');
  };
  return { fetch: lossy, lost: () => lost, limited: () => limited };
}
