import type { StoredEvent } from '../../erasure/apply.ts';
import { erasureProfile } from '../../erasure/profiles.ts';
import { viewRoom } from '../../erasure/view/view-room.ts';
import type { UserId } from '../../identifiers/identifiers.ts';
import type { RoomEvent } from '../../room/resolve-record.ts';
import { isNamedError } from '../errors.ts';
import { createRoomCollector } from '../viewed-rooms.ts';

/**
 * Which events a person could see, by the history visibility and the memberships of each room. Reads all events, and keeps of them what decides that.
 */
export async function seenBy(subjects: readonly UserId[], batches: AsyncIterable<readonly StoredEvent[]>): Promise<(event: RoomEvent) => boolean> {
  const collector = createRoomCollector({ whole: false });
  for await (const batch of batches) for (const { event } of batch) addTo(collector, event);
  const { rooms } = collector.finish();
  const erasure = { profile: erasureProfile('notice'), subjects: [], effectiveAt: Number.MAX_SAFE_INTEGER };
  const byRoom = new Map<string, ReadonlySet<string>>();
  for (const [roomId, room] of rooms) {
    const ids = subjects.flatMap((id) => viewRoom(room, { kind: 'user', id }, { erasure, surface: 'messages' }).flatMap(({ seen }, index) => (seen === 'full' ? [room.events[index]?.eventId ?? ''] : [])));
    byRoom.set(roomId, new Set(ids));
  }
  return ({ roomId, eventId }) => byRoom.get(roomId)?.has(eventId) === true;
}

/** What cannot be used is named when it is read for the export. */
function addTo(collector: ReturnType<typeof createRoomCollector>, event: RoomEvent): void {
  try {
    collector.add(event);
  } catch (error) {
    if (!isNamedError(error)) throw error;
  }
}
