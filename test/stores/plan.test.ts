import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beginPlan, planErasure } from '../../src/erasure/planner.ts';
import type { ErasureRequest } from '../../src/erasure/request.ts';
import type { UserId } from '../../src/identifiers/identifiers.ts';
import { mediaReferences } from '../../src/event/media.ts';
import type { ImportedLine } from '../../src/stores/import/imported-event.ts';
import { planFromStore, type StorePlanOptions } from '../../src/stores/plan/plan-from-store.ts';
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts';
import type { ErasureStore } from '../../src/stores/store.ts';
import { arbitraryRoom } from '../../src/testing.ts';
import { recordedRooms } from '../erasure/rooms.ts';
import { everybody } from '../laws/rooms/planned.ts';
import { arbitraryDamage, generatedLines, recordedLines } from './lines.ts';
import { arbitraryLife, fewPeople } from './lives.ts';
import { memoryStore } from './memory-store.ts';

type Opened = { readonly store: ErasureStore; readonly fill: (lines: readonly ImportedLine[]) => Promise<void> };

const stores: readonly (readonly [name: string, open: () => Opened])[] = [
  ['maps', () => {
    const store = memoryStore();
    return { store, fill: async (lines) => store.add(lines) };
  }],
  ['SQLite', () => {
    const store = openSqliteStore(':memory:', { create: true });
    return { store, fill: async (lines) => void await store.importEvents([lines]) };
  }],
];

// After all that was recorded.
const REQUESTED = 1_795_500_000_000;

/** Requests of each kind, of one person of a room. */
function requestsOf(subject: UserId, lines: readonly ImportedLine[]): readonly ErasureRequest[] {
  const others = peopleOf(lines).filter((user) => user !== subject);
  const times = lines.map(({ event }) => event.receivedTs ?? event.pdu.origin_server_ts ?? 0).sort((one, other) => one - other);
  const middle = times[times.length >> 1] ?? 0;
  const changes: readonly Partial<ErasureRequest>[] = [
    {}, { profile: 'strict' }, { profile: 'spec' }, { profile: 'synapse' }, { effectiveAt: middle },
    { scope: { before: middle } }, { scope: { after: middle }, keepLabels: true }, { scope: { types: ['m.room.message', 'm.room.member'] } }, { scope: { rooms: ['!elsewhere:a'] } },
    { holds: [{ id: 'h', ground: 'legal-hold', basis: 'case', reviewAt: REQUESTED + 1, scope: { before: middle, types: ['m.room.message'] } }] },
    { alreadyErased: others.slice(0, 2) }, { alreadyErased: others, effectiveAt: middle }, { subjects: [subject, ...others.slice(0, 1)] }, { subjects: [subject, ...others] },
    { services: [{ id: 'irc', senderLocalpart: 'bot', users: ['@a.*'], rooms: [], aliases: ['#.*'] }] },
    { services: [{ id: 'irc', senderLocalpart: 'bot', users: [], rooms: [], aliases: ['#.*'] }], alreadyErased: others },
    { redactEvents: true, ...(others[0] === undefined ? {} : { remedySender: others[0] }) }, { effectiveAt: middle - 1, revokedAt: middle },
  ];
  return changes.map((change) => ({ subjects: [subject], requestedAt: 0, effectiveAt: REQUESTED, profile: 'notice', scope: {}, ...change }));
}

function peopleOf(lines: readonly ImportedLine[]): readonly UserId[] {
  return [...new Set(lines.flatMap(({ event }) => event.pdu.sender ?? []))].sort() as readonly UserId[];
}

/** A store of each kind, with these events. */
async function filled(lines: readonly ImportedLine[]): Promise<readonly ErasureStore[]> {
  return Promise.all(stores.map(async ([, open]) => {
    const { store, fill } = open();
    await fill(lines);
    return store;
  }));
}

async function expectSamePlan(opened: readonly ErasureStore[], lines: readonly ImportedLine[], request: ErasureRequest, options: StorePlanOptions = {}): Promise<void> {
  const plan = planErasure(lines.map(({ event }) => event), request, options);
  for (const store of opened) {
    const found = await planFromStore(store, request, options);
    // Shown as a whole only where there is something to show: plans are large.
    expect(found.digest === plan.digest ? [] : found).toEqual(found.digest === plan.digest ? [] : plan);
  }
}

const { numRuns = 100 } = fc.readConfigureGlobal();

describe('a plan from a store is the plan from the files, digest included', () => {
  test.each(recordedRooms)('for everybody in %s and requests of every kind', async (file) => {
    const lines = recordedLines(file);
    const opened = await filled(lines);
    for (const subject of peopleOf(lines)) for (const request of requestsOf(subject, lines)) await expectSamePlan(opened, lines, request);
    await closeAll(opened);
  });

  test('for all rooms together, with a list of uploads and lines that could not be read', async () => {
    const lines = recordedRooms.flatMap(recordedLines);
    const opened = await filled(lines);
    const [subject = '@a:b'] = peopleOf(lines);
    const uploads = ['mxc://hs1.test/one', ...lines.flatMap(({ event }) => mediaReferences(event.pdu)).slice(0, 3)] as const;
    for (const request of requestsOf(subject, lines).slice(0, 6)) await expectSamePlan(opened, lines, request, { uploads });
    await closeAll(opened);
  });

  test('in generated rooms, forks and damage among them', async () => {
    const requests = fc.record({ subject: fc.constantFrom(...everybody), kind: fc.nat(), other: fc.nat() });
    await fc.assert(fc.asyncProperty(arbitraryRoom({ signed: false }), arbitraryDamage(), requests, async (room, damage, { subject, kind, other }) => {
      const lines = generatedLines(room, damage);
      const opened = await filled(lines);
      const all = requestsOf(subject, lines);
      for (const at of [0, kind, other]) await expectSamePlan(opened, lines, all[at % all.length] as ErasureRequest);
      await closeAll(opened);
    }));
  });

  test('in small rooms, in which somebody is often alone', async () => {
    await fc.assert(fc.asyncProperty(arbitraryLife(), fc.constantFrom(...fewPeople), fc.nat(), async (lines, subject, kind) => {
      const store = memoryStore();
      store.add(lines);
      const all = requestsOf(subject, lines);
      for (const request of [all[0], all[4], all[kind % all.length]]) await expectSamePlan([store], lines, request as ErasureRequest);
    }), { numRuns: 3 * numRuns });
  });

  test('where lines could not be read, nobody is said to have been alone', async () => {
    const lines = recordedLines('alone-v10.ndjson.gz');
    const store = memoryStore();
    store.add(lines);
    const [request] = requestsOf(peopleOf(lines)[0] ?? '@a:b', lines) as readonly [ErasureRequest];
    const planner = beginPlan(request);
    for (const { event } of lines) planner.add(event);
    expect((await planFromStore(store, request)).totals.purge).toBeGreaterThan(0);
    store.noteUnreadable(2);
    expect(await planFromStore(store, request)).toEqual(planner.finish([{ code: 'unreadable-lines', count: 2 }]));
  });
});

async function closeAll(opened: readonly ErasureStore[]): Promise<void> {
  for (const store of opened) await store.close();
}
