import { createRecordStore } from '../../erasure/record-store.ts';
import { isStoredRedacted } from '../../erasure/view/stored-form.ts';
import { openRoom } from '../../room/graph.ts';
import type { RoomEvent } from '../../room/resolve-record.ts';
import { UsageError } from '../errors.ts';
import { countOf } from '../text/numbers.ts';
import type { DrawnEvent } from './facts.ts';
import { layoutRoom, type LayoutOptions } from './layout.ts';
import type { GraphModel } from './model.ts';

const ROOMS_NAMED = 5;

/** Takes events of any rooms, and keeps those of one: no content of messages, so that a large room fits. */
export type GraphReader = {
  readonly add: (event: RoomEvent) => void;
  readonly seen: () => number;
  /** The rooms that are not drawn. */
  readonly otherRooms: () => readonly string[];
  /** @throws {UsageError} when no event is of the room that was asked for */
  readonly draw: (options?: Omit<LayoutOptions, 'roomId'>) => GraphModel;
};

/** A reader of the room that is named, or else of the first one met. */
export function createGraphReader(named?: string): GraphReader {
  const rooms = new Map<string, number>();
  const store = createRecordStore();
  const stripped = new Set<string>();
  let room: Pick<RoomEvent, 'roomId' | 'rules'> | undefined;
  let seen = 0;

  const add = (event: RoomEvent): void => {
    seen += 1;
    rooms.set(event.roomId, (rooms.get(event.roomId) ?? 0) + 1);
    if (event.roomId !== (named ?? room?.roomId ?? event.roomId)) return;
    room ??= { roomId: event.roomId, rules: event.rules };
    const { eventId } = store.add(event);
    if (isStoredRedacted({ pdu: event.pdu }, event.rules)) stripped.add(eventId);
  };
  const draw: GraphReader['draw'] = (options = {}) => {
    if (room === undefined) throw new UsageError(`no event is of the room ${named ?? ''}; --rooms can be ${namesOf([...rooms.keys()])}`);
    const graph = openRoom(store, { rules: room.rules });
    const events = function* eventsOf(): Generator<DrawnEvent> {
      for (const record of store) yield { ...record, stripped: stripped.has(record.event_id) };
    };
    return layoutRoom(events(), graph, { ...options, roomId: room.roomId });
  };
  return { add, seen: () => seen, otherRooms: () => [...rooms.keys()].filter((id) => id !== room?.roomId), draw };
}

/** The rooms in words, the first few by name. */
export function namesOf(rooms: readonly string[]): string {
  const more = rooms.length - ROOMS_NAMED;
  return `${rooms.slice(0, ROOMS_NAMED).join(', ')}${more > 0 ? ` or one of ${countOf(more, 'other')}` : ''}`;
}
