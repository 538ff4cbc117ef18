import { describe, expect, test } from 'vitest';
import { createPartsDigest } from '../../src/stores/plan/parts-digest.ts';
import { planFromStore, planRoomFromStore } from '../../src/stores/plan/plan-from-store.ts';
import type { OpenStore } from '../../src/testing/stores/store-check.ts';
import { storeConformance } from '../../src/testing/stores/store-conformance.ts';
import { recordedRooms } from '../erasure/rooms.ts';
import { requestOf } from '../erasure/erase.ts';
import { recordedLines } from './lines.ts';
import { memoryStore } from './memory-store.ts';

const open: OpenStore = async () => {
  const store = memoryStore();
  return { store, add: async (lines) => store.add(lines), addAccountData: async (...held) => store.addAccountData(...held) };
};

describe('a store in maps conforms on generated rooms', () => {
  test.each(storeConformance(open))('$name', ({ check }) => expect(check()).resolves.toBeUndefined());
});

describe('plans of single rooms', () => {
  const lines = recordedRooms.slice(0, 4).flatMap(recordedLines);
  const request = requestOf({ subjects: ['@alice:hs1.test:18441'], effectiveAt: 1_795_500_000_000 });

  test('are those of the plan of all, and have one digest in any order', async () => {
    const store = memoryStore();
    store.add(lines);
    const whole = await planFromStore(store, request);
    const parts = await Promise.all(whole.rooms.map(async ({ room_id: roomId }) => (await planRoomFromStore(store, roomId, { request, complete: true }))?.plan));
    expect(parts).toEqual(whole.rooms);
    const digests = [whole.rooms, whole.rooms.toReversed(), [...whole.rooms, ...whole.rooms]].map((rooms) => {
      const digest = createPartsDigest(request);
      for (const room of rooms) digest.add(room);
      return digest.finish();
    });
    expect(new Set(digests).size).toBe(1);
    const other = createPartsDigest(request);
    for (const room of whole.rooms.slice(1)) other.add(room);
    expect(other.finish()).not.toBe(digests[0]);
  });

  test('are none where there is no such room', async () => {
    expect(await planRoomFromStore(memoryStore(), '!none:a', { request, complete: true })).toBeUndefined();
  });
});
