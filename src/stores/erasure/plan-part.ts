import { subjectNames } from '../../erasure/about.ts';
import { factsFromGraph } from '../../erasure/graph-facts.ts';
import { createMediaNotes } from '../../erasure/media-notes.ts';
import { planRoom } from '../../erasure/plan-room.ts';
import type { RoomPlan } from '../../erasure/plan.ts';
import { createEventIds } from '../../erasure/record-store.ts';
import type { ErasureRequest } from '../../erasure/request.ts';
import { createRoomReader, type RoomReader } from '../../erasure/room-reader.ts';
import { rowReader } from '../stored-event.ts';
import type { ErasureStore, RoomRow } from '../store.ts';
import { pagesOf } from './pages.ts';

/** What is planned of a room: its part of the plan, and the revision of the room that it was made for. */
export type PlannedPart = { readonly plan: RoomPlan; readonly revision: number };

/** How a room is planned. */
export type PartOptions = { readonly request: ErasureRequest; readonly hasRoom: (roomId: string) => boolean };

/** Plans one room of a store by all of its events; `undefined` where there are none. */
export async function planPart(store: ErasureStore, roomId: string, { request, hasRoom }: PartOptions): Promise<PlannedPart | undefined> {
  const room = await store.events.room(roomId);
  if (room === undefined || room.events === 0) return undefined;
  const reader = await readRoom(store, room, request);
  const complete = (await store.events.unreadable()) === 0;
  return reader === undefined ? undefined : { plan: planRoom(factsFromGraph(reader.notes()), { request, complete, hasRoom }).plan, revision: room.revision };
}

async function readRoom(store: ErasureStore, room: RoomRow, request: ErasureRequest): Promise<RoomReader | undefined> {
  const read = rowReader(room);
  const options = { names: subjectNames(request.subjects), request, media: createMediaNotes(request.subjects, []), ids: createEventIds() };
  let reader: RoomReader | undefined;
  for await (const rows of pagesOf((page) => store.events.inRoom(room.roomId, page))) {
    for (const row of rows) {
      const { event } = read(row);
      reader ??= createRoomReader(event, options);
      reader.add(event);
    }
  }
  return reader;
}
