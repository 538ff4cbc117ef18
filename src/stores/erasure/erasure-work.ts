import type { DueErasure, ErasureStore } from '../store.ts';
import { applyRoom } from './apply-room.ts';
import { finishErasure } from './run.ts';

/** What jobs call: the parts of an erasure that any number of processes may carry out at once, again, and after any of them was killed. */
export type StoreWork = {
  /** Erasures that are under way, oldest first. */
  readonly running: () => Promise<readonly string[]>;
  readonly pendingRooms: (erasure: string, page: { readonly after?: string; readonly limit: number }) => Promise<readonly string[]>;
  readonly carryOutRoom: (erasure: string, roomId: string) => Promise<'done' | 'waiting'>;
  /** Notes that a room failed for good; `error` is the name of an error, never its text. */
  readonly failRoom: (erasure: string, roomId: string, error: string) => Promise<void>;
  readonly finish: (erasure: string) => Promise<'done' | 'waiting'>;
  readonly dueBy: (at: number) => Promise<readonly DueErasure[]>;
};

/** The work of a store. */
export function storeWork(store: ErasureStore, now: () => number): StoreWork {
  return {
    running: async () => (await store.erasures.list()).filter(({ status }) => status === 'running').map(({ id }) => id),
    pendingRooms: (erasure, page) => store.erasures.roomsOf(erasure, 'planned', page),
    carryOutRoom: async (erasure, roomId) => ((await applyRoom(store, erasure, roomId)).outcome === 'done' ? 'done' : 'waiting'),
    failRoom: async (erasure, roomId, error) => {
      await store.erasures.setPart(erasure, roomId, { status: 'failed' });
      await store.ledger.append([{ at: now(), erasureId: erasure, step: 'room-failed', detail: { error } }]);
    },
    finish: async (erasure) => ((await finishErasure(store, erasure, { now })) === 'done' ? 'done' : 'waiting'),
    dueBy: (at) => store.erasures.takeDues(at),
  };
}
