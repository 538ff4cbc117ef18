import { applyPlan } from '../../erasure/apply.ts';
import { planErasure } from '../../erasure/planner.ts';
import { asJson } from '../../event/pdu.ts';
import { stringifyJson } from '../../json/stringify-json.ts';
import { runErasure, type RunOptions } from '../../stores/erasure/run.ts';
import { erasureIdOf, planRecorded, recordErasure } from '../../stores/erasure/record.ts';
import { orderErasure } from '../../stores/erasure/status.ts';
import { planFromStore } from '../../stores/plan/plan-from-store.ts';
import type { ImportedLine } from '../../stores/import/imported-event.ts';
import type { ErasureStore } from '../../stores/store.ts';
import { roomIdOf, sendersIn } from './engine-answers.ts';
import { requestOf } from './erasure-checks.ts';
import { allRows } from './event-checks.ts';
import { assertAnswer, type OpenStore, type StoreCheck } from './store-check.ts';

const NOW = 2_000_000_000_000;
const options: RunOptions = { now: () => NOW };

/** What has to come out of an erasure as a whole, for each of some people. */
export function wholeErasureChecks(open: OpenStore, rooms: readonly (readonly ImportedLine[])[]): readonly StoreCheck[] {
  const lines = rooms.flat();
  const subjects = [...new Set(rooms.flatMap((room) => sendersIn(room).slice(0, 2)))].slice(0, 4);
  const each = async (check: (tried: Tried) => Promise<void>): Promise<void> => {
    for (const subject of subjects) {
      const { store, add } = await open();
      for (const room of rooms) await add(room);
      await check({ store, subject, lines, rooms: rooms.map(roomIdOf) });
    }
  };
  return [
    { name: 'a plan from the store is the plan from the files, its digest included', check: () => each(checkPlan) },
    { name: 'an erasure leaves what applying its plan to the files leaves', check: () => each(checkResult) },
    { name: 'an erasure that is stopped and goes on leaves the same; once more, it changes nothing', check: () => each(checkStopped) },
    { name: 'an erasure that was taken back changes nothing more', check: () => each(checkRevoked) },
  ];
}

type Tried = { readonly store: ErasureStore; readonly subject: string; readonly lines: readonly ImportedLine[]; readonly rooms: readonly string[] };

async function checkPlan({ store, subject, lines }: Tried): Promise<void> {
  for (const profile of ['notice', 'strict']) {
    const request = requestOf(subject, { profile });
    const expected = planErasure(lines.map(({ event }) => event), request);
    const plan = await planFromStore(store, request);
    assertAnswer('the plan from the store', plan, expected);
  }
}

async function checkResult({ store, subject, lines, rooms }: Tried): Promise<void> {
  const request = requestOf(subject);
  await recordErasure(store, request, { now: NOW });
  await planRecorded(store, erasureIdOf(request));
  assertAnswer('the run', await runErasure(store, erasureIdOf(request), options), { outcome: 'done', drifted: [] });
  assertAnswer('events after an erasure', await textsIn(store, rooms), expectedTexts(lines, subject));
}

/** What applying a plan to files leaves, but for the marks of hidden events: the record of the erasure stands for those. */
function expectedTexts(lines: readonly ImportedLine[], subject: string): readonly string[] {
  const plan = planErasure(lines.map(({ event }) => event), requestOf(subject));
  return [...applyPlan(plan, lines)].flatMap(({ change, record }, index) => {
    const line = lines[index];
    if (record === undefined || line === undefined) return [];
    if (change === 'none') return [line.text];
    const { erasure: _, ...unmarked } = record;
    return [stringifyJson(asJson(line.bare ? record.pdu : { ...unmarked, ...(line.record['erasure'] === undefined ? {} : { erasure: line.record['erasure'] }) }))];
  });
}

async function textsIn(store: ErasureStore, rooms: readonly string[]): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const roomId of rooms) texts.push(...(await allRows((page) => store.events.inRoom(roomId, page))).map(({ text }) => text));
  return texts;
}

async function checkStopped({ store, subject, lines, rooms }: Tried): Promise<void> {
  const request = requestOf(subject);
  const id = await recordErasure(store, request, { now: NOW });
  await planRecorded(store, id);
  // Stopped after every room.
  for (let outcome = 'stopped'; outcome === 'stopped';) {
    const signal = { aborted: false };
    const stop = (): void => {
      signal.aborted = true;
    };
    ({ outcome } = await runErasure(store, id, { ...options, signal, onRoom: stop }));
  }
  assertAnswer('events after an erasure in parts', await textsIn(store, rooms), expectedTexts(lines, subject));
  const [progress, revisions] = [await store.erasures.progress(id), (await store.events.rooms()).map(({ revision }) => revision)];
  assertAnswer('recording it again', await recordErasure(store, request, { now: NOW }), id);
  await runErasure(store, id, options);
  assertAnswer('running it again: progress', await store.erasures.progress(id), progress);
  assertAnswer('running it again: revisions', (await store.events.rooms()).map(({ revision }) => revision), revisions);
}

async function checkRevoked({ store, subject, lines, rooms }: Tried): Promise<void> {
  const id = await recordErasure(store, requestOf(subject), { now: NOW });
  await planRecorded(store, id);
  assertAnswer('revoking', await orderErasure(store, id, { order: 'revoke', now: NOW + 1 }), true);
  assertAnswer('running what is revoked', await runErasure(store, id, options), { outcome: 'stopped', drifted: [] });
  assertAnswer('events after that', await textsIn(store, rooms), lines.map(({ text }) => text));
  assertAnswer('when it was revoked', (await store.erasures.ofSubjects([subject])).map(({ request }) => request.revokedAt), [NOW + 1]);
}
