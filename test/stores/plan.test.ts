import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planErasure } from '../../src/erasure/planner.ts';
import type { ErasureRequest } from '../../src/erasure/request.ts';
import type { UserId } from '../../src/identifiers/identifiers.ts';
import { roomVersion, stableRoomVersionIds } from '../../src/rules/room-versions.ts';
import type { ImportedLine } from '../../src/stores/import/imported-event.ts';
import { planFromStore } from '../../src/stores/plan/plan-from-store.ts';
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts';
import type { ErasureStore } from '../../src/stores/store.ts';
import { arbitraryRoom } from '../../src/testing.ts';
import { recordedRooms } from '../erasure/rooms.ts';
import { everybody } from '../laws/rooms/planned.ts';
import { generatedLines, recordedLines } from './lines.ts';
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

describe.each(stores)('a plan from a store in %s', (_, open) => {
  test.each(recordedRooms)('is the plan from the files, for everybody in %s and every request', async (file) => {
    const lines = recordedLines(file);
    const { store, fill } = open();
    await fill(lines);
    for (const subject of peopleOf(lines)) {
      for (const request of requestsOf(subject, lines)) expect(await planFromStore(store, request)).toEqual(planErasure(lines.map(({ event }) => event), request));
    }
    await store.close();
  });

  test('is the plan from the files of all rooms together', async () => {
    const lines = recordedRooms.flatMap(recordedLines);
    const { store, fill } = open();
    await fill(lines);
    for (const request of requestsOf(peopleOf(lines)[0] as UserId, lines)) {
      const uploads = ['mxc://hs1.test/one', 'mxc://hs1.test:18441/two'] as const;
      expect((await planFromStore(store, request, { uploads })).digest).toBe(planErasure(lines.map(({ event }) => event), request, { uploads }).digest);
    }
    await store.close();
  });
});

const { numRuns = 100 } = fc.readConfigureGlobal();

test.each(stableRoomVersionIds)('in generated rooms of version %s as well, forks among them', async (id) => {
  await fc.assert(fc.asyncProperty(arbitraryRoom({ rules: roomVersion(id), signed: false }), fc.constantFrom(...everybody), fc.boolean(), async (room, subject, streams) => {
    const lines = generatedLines(room, { streams });
    for (const [, open] of stores) {
      const { store, fill } = open();
      await fill(lines);
      for (const request of requestsOf(subject, lines)) expect(await planFromStore(store, request)).toEqual(planErasure(lines.map(({ event }) => event), request));
      await store.close();
    }
  }), { numRuns: Math.ceil(numRuns / 10) });
});
