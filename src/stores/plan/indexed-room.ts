import { roomVersion } from '../../rules/room-versions.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import { createRoomIndexer } from '../index-room.ts';
import { pagesOf } from '../pages.ts';
import type { ErasureStore, RoomRow, RoomSummary } from '../store.ts';
import { rowReader, type RowReader } from '../stored-event.ts';

/** A room of a store whose index is there. */
export type IndexedRoom = { readonly room: RoomRow; readonly rules: RoomVersionRules; readonly summary: RoomSummary; readonly read: RowReader };

/**
 * A room and its index, which is made where there is none for the room as it is now; `undefined` where the store has no events of it. Made once, an index
 * lasts until the room changes.
 */
export async function indexedRoom(store: ErasureStore, roomId: string): Promise<IndexedRoom | undefined> {
  // Events may come while the room is read. In the end it is read while nobody else may change it.
  for (let attempt = 0; attempt < 3; attempt++) {
    const found = await findOrMake(store, roomId);
    if (found !== 'changed') return found;
  }
  const found = await store.inRoom(roomId, (alone) => findOrMake(alone, roomId));
  if (found === 'changed') throw new UnindexedRoomError(roomId);
  return found;
}

async function findOrMake(store: ErasureStore, roomId: string): Promise<IndexedRoom | undefined | 'changed'> {
  const room = await store.events.room(roomId);
  if (room === undefined || room.events === 0) return undefined;
  const rules = roomVersion(room.roomVersion);
  const read = rowReader(room);
  const known = await store.index.summary(roomId);
  if (known !== undefined) return { room, rules, summary: known, read };
  const indexer = createRoomIndexer(rules);
  for await (const rows of pagesOf((page) => store.events.inRoom(roomId, page))) for (const row of rows) indexer.add(read(row).event, row.place);
  const index = indexer.finish();
  await store.index.put(room, index);
  return (await store.index.summary(roomId)) === undefined ? 'changed' : { room, rules, summary: index.summary, read };
}

/** The store did not keep the index of a room although nobody else could change it: it breaks its contract. */
export class UnindexedRoomError extends Error {
  override readonly name = 'UnindexedRoomError';

  constructor(roomId: string) {
    super(`${roomId}: the store did not keep the index that was made of it; try the conformance tests on it`);
  }
}
