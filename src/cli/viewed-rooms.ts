import { createEventIds, createRecordStore, type RecordStore } from '../erasure/record-store.ts';
import type { ViewedEvent } from '../erasure/view/places.ts';
import type { ViewedRoom } from '../erasure/view/room-facts.ts';
import { isStoredRedacted } from '../erasure/view/stored-form.ts';
import { openRoom } from '../room/graph.ts';
import { createIntColumn } from '../room/int-column.ts';
import { createInterner, DuplicateEventError } from '../room/room-columns.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { RoomVersionRules } from '../rules/types.ts';

/** Where an event went: its room, and its place among the room's events. */
export type Placed = { readonly roomId: string; readonly index: number };

/** Rooms that were read. */
export type CollectedRooms = {
  readonly rooms: ReadonlyMap<string, ViewedRoom>;
  readonly size: number;
  /** How many events do not say when the server received them. */
  readonly bySender: number;
  /** All events in the order in which they came. */
  readonly inOrder: () => Generator<Placed>;
};

/** Rooms in the making. */
export type RoomCollector = {
  /** Adds an event. @throws {DuplicateEventError} when its room has one of this ID */
  readonly add: (event: RoomEvent) => void;
  /** The rooms, opened. */
  readonly finish: () => CollectedRooms;
};

type Room = {
  readonly rules: RoomVersionRules;
  readonly records: RecordStore;
  readonly events: ViewedEvent[];
  readonly isNew: (eventId: string) => boolean;
};

/** Collects events by room: whole, or of those that are no state only what decides who may see them, so that a million fit. */
export function createRoomCollector({ whole }: { readonly whole: boolean }): RoomCollector {
  const rooms = new Map<string, Room>();
  const names = createInterner<string>();
  const order = createIntColumn();
  let bySender = 0;
  return {
    add: (event) => {
      const room = rooms.get(event.roomId) ?? emptyRoom(event.rules);
      if (!room.isNew(event.eventId)) throw new DuplicateEventError(event.eventId);
      rooms.set(event.roomId, room);
      const kept = room.records.add(event);
      room.events.push(whole ? event : slimmed(event, kept));
      if (event.receivedTs === undefined && !event.outlier) bySender += 1;
      order.push(names.number(event.roomId));
    },
    finish: () => ({
      rooms: new Map([...rooms].map(([roomId, room]) => [roomId, openViewed(roomId, room)])),
      size: order.length(),
      bySender,
      inOrder: function* inOrder() {
        const next = createIntColumn();
        for (let at = 0; at < order.length(); at++) {
          const room = order.at(at);
          yield { roomId: names.text(room) ?? '', index: next.at(room) };
          next.set(room, next.at(room) + 1);
        }
      },
    }),
  };
}

function emptyRoom(rules: RoomVersionRules): Room {
  const ids = createEventIds();
  const seen = createIntColumn();
  const isNew = (eventId: string): boolean => {
    const number = ids.number(eventId);
    if (seen.at(number) === 1) return false;
    seen.set(number, 1);
    return true;
  };
  return { rules, records: createRecordStore(ids), events: [], isNew };
}

/** All of one shape, as there may be a million of them. */
function slimmed(event: RoomEvent, { eventId, pdu }: Pick<ViewedEvent, 'eventId' | 'pdu'>): ViewedEvent {
  const { depth, origin_server_ts: sentTs } = event.pdu;
  return {
    eventId, pdu,
    streamOrdering: event.streamOrdering, receivedTs: event.receivedTs, outlier: event.outlier,
    depth: typeof depth === 'number' ? depth : undefined,
    sentTs: event.receivedTs === undefined && typeof sentTs === 'number' ? sentTs : undefined,
    isStoredRedacted: isStoredRedacted(event, event.rules),
  };
}

function openViewed(roomId: string, { rules, records, events }: Room): ViewedRoom {
  return { roomId, graph: openRoom(records, { rules }), events, records };
}
