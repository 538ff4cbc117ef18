import type { RoomPlan } from '../../erasure/plan.ts';
import type { ErasureRequest } from '../../erasure/request.ts';
import { planRoomFromStore } from '../plan/plan-from-store.ts';
import type { ErasureStore } from '../store.ts';

/** What is planned of a room: its part of the plan, and the revision of the room that it was made for. */
export type PlannedPart = { readonly plan: RoomPlan; readonly revision: number };

/** Plans one room of a store; `undefined` where there are no events of it. Events that come while it is planned make the part out of date, not wrong. */
export async function planPart(store: ErasureStore, roomId: string, request: ErasureRequest): Promise<PlannedPart | undefined> {
  const room = await store.events.room(roomId);
  if (room === undefined) return undefined;
  const planned = await planRoomFromStore(store, roomId, { request, complete: (await store.events.unreadable()) === 0 });
  return planned === undefined ? undefined : { plan: planned.plan, revision: room.revision };
}
