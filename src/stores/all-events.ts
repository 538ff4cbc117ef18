import type { StoredEvent } from '../erasure/apply.ts';
import { pagesOf } from './pages.ts';
import { rowReader } from './stored-event.ts';
import type { ErasureStore } from './store.ts';

/**
 * All events of the rooms in which some people sent anything or are named, a batch at a time: what an export of their data reads.
 * @example typeof eventsAround // 'function'
 */
export async function* eventsAround(store: Pick<ErasureStore, 'events'>, users: readonly string[]): AsyncGenerator<readonly StoredEvent[]> {
  for (const roomId of await store.events.roomsOf(users)) {
    const room = await store.events.room(roomId);
    if (room === undefined) continue;
    const read = rowReader(room);
    for await (const rows of pagesOf((page) => store.events.inRoom(roomId, page))) yield rows.map(read);
  }
}
