import { roomVersion } from '../../rules/room-versions.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import { createRoomIndexer } from '../index-room.ts';
import type { ErasureStore, EventRow, Page, RoomRow, RoomSummary } from '../store.ts';
import { rowReader, type RowReader } from '../stored-event.ts';

/** A room of a store whose index is there. */
export type IndexedRoom = { readonly room: RoomRow; readonly rules: RoomVersionRules; readonly summary: RoomSummary; readonly read: RowReader };

/** So many rows are read at a time. */
export const AT_ONCE = 1000;

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
  for await (const row of rowsOf((page) => store.events.inRoom(roomId, page))) indexer.add(read(row).event, row.place);
  const index = indexer.finish();
  await store.index.put(room, index);
  return (await store.index.summary(roomId)) === undefined ? 'changed' : { room, rules, summary: index.summary, read };
}

/** Every row of a long list, page by page. */
export async function* rowsOf(read: (page: Page) => Promise<readonly EventRow[]>): AsyncGenerator<EventRow> {
  let after: number | undefined;
  for (;;) {
    const rows = await read({ ...(after === undefined ? {} : { after }), limit: AT_ONCE });
    yield* rows;
    if (rows.length < AT_ONCE) return;
    after = rows.at(-1)?.place ?? Number.POSITIVE_INFINITY;
  }
}

/** Asks for a long list in parts. */
export async function inParts<T, R>(items: readonly T[], ask: (part: readonly T[]) => Promise<readonly R[]>): Promise<readonly R[]> {
  const found: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) for (const one of await ask(items.slice(at, at + AT_ONCE))) found.push(one);
  return found;
}

/** The store did not keep the index of a room although nobody else could change it: it breaks its contract. */
export class UnindexedRoomError extends Error {
  override readonly name = 'UnindexedRoomError';

  constructor(roomId: string) {
    super(`${roomId}: the store did not keep the index that was made of it; try the conformance tests on it`);
  }
}
