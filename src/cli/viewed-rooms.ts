import { isState, type Pdu } from '../event/pdu.ts';
import type { ViewedEvent } from '../erasure/view/places.ts';
import type { ViewedRoom } from '../erasure/view/room-facts.ts';
import { isStoredRedacted } from '../erasure/view/stored-form.ts';
import { openRoom, type RoomEventRecord } from '../room/graph.ts';
import { DuplicateEventError } from '../room/room-columns.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { RoomVersionRules } from '../rules/types.ts';

/** Where an event went: its room, and its place among the room's events. */
export type Placed = { readonly roomId: string; readonly index: number };

/** Rooms in the making. */
export type RoomCollector = {
  /** Adds an event. @throws {DuplicateEventError} when its room has one of this ID */
  readonly add: (event: RoomEvent) => void;
  /** The rooms, opened, and all events in the order in which they came. */
  readonly finish: () => { readonly rooms: ReadonlyMap<string, ViewedRoom>; readonly order: readonly Placed[] };
};

type Room = { readonly rules: RoomVersionRules; readonly events: (RoomEvent & ViewedEvent)[]; readonly ids: Set<string> };

/** Collects events by room: whole, or of those that are no state only what decides who may see them. */
export function createRoomCollector({ whole }: { readonly whole: boolean }): RoomCollector {
  const rooms = new Map<string, Room>();
  const order: Placed[] = [];
  return {
    add: (event) => {
      const room = rooms.get(event.roomId) ?? { rules: event.rules, events: [], ids: new Set() };
      if (room.ids.has(event.eventId)) throw new DuplicateEventError(event.eventId);
      rooms.set(event.roomId, room);
      room.ids.add(event.eventId);
      order.push({ roomId: event.roomId, index: room.events.push(whole ? event : { ...event, pdu: slimmed(event.pdu), isStoredRedacted: isStoredRedacted(event, event.rules) }) - 1 });
    },
    finish: () => ({ rooms: new Map([...rooms].map(([roomId, room]) => [roomId, openViewed(roomId, room)])), order }),
  };
}

function slimmed(pdu: Pdu): Pdu {
  const { hashes: _hashes, signatures: _signatures, unsigned: _unsigned, ...rest } = pdu;
  return isState(pdu) || pdu.type === 'm.room.redaction' ? rest : { ...rest, content: {} };
}

function openViewed(roomId: string, { rules, events }: Room): ViewedRoom {
  return { roomId, graph: openRoom(events.map(recordOf), { rules }), events };
}

function recordOf({ eventId, pdu, streamOrdering, ...flags }: RoomEvent & ViewedEvent): RoomEventRecord {
  return {
    event_id: eventId,
    pdu,
    ...(streamOrdering === undefined ? {} : { stream_ordering: streamOrdering }),
    rejected: flags.rejected ? 'recorded' : null,
    soft_failed: flags.softFailed,
    outlier: flags.outlier,
  };
}
