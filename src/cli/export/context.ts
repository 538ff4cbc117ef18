import { erasureProfile } from '../../erasure/profiles.ts';
import { viewRoom } from '../../erasure/view/view-room.ts';
import type { UserId } from '../../identifiers/identifiers.ts';
import type { RoomEvent } from '../../room/resolve-record.ts';
import type { FaultLog } from '../fault-log.ts';
import { readEvents, useLine } from '../records.ts';
import { createRoomCollector } from '../viewed-rooms.ts';

/**
 * Which events a person could see, by the history visibility and the memberships of each room. Reads all events, and keeps of them what decides that.
 */
export async function seenBy(subjects: readonly UserId[], inputs: readonly string[], roomVersion: string | undefined): Promise<(event: RoomEvent) => boolean> {
  // Lines that cannot be used are named when they are read for the export.
  const faults: FaultLog = { add: () => undefined, count: () => 0, finish: () => undefined };
  const collector = createRoomCollector({ whole: false });
  for await (const batch of readEvents(inputs, { faults, roomVersion })) for (const line of batch) useLine(line, { use: ({ event }) => collector.add(event), faults });
  const { rooms } = collector.finish();
  const erasure = { profile: erasureProfile('notice'), subjects: [], effectiveAt: Number.MAX_SAFE_INTEGER };
  const byRoom = new Map<string, ReadonlySet<string>>();
  for (const [roomId, room] of rooms) {
    const ids = subjects.flatMap((id) => viewRoom(room, { kind: 'user', id }, { erasure, surface: 'messages' }).flatMap(({ seen }, index) => (seen === 'full' ? [room.events[index]?.eventId ?? ''] : [])));
    byRoom.set(roomId, new Set(ids));
  }
  return ({ roomId, eventId }) => byRoom.get(roomId)?.has(eventId) === true;
}
