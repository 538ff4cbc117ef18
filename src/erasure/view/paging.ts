import { depthOf, type ViewedEvent } from './places.ts';
import type { RoomNotes, ViewedRoom, ViewOptions } from './room-facts.ts';
import { lastLeaveIn } from './state-read.ts';

/** Whether paging through the history does not come to an event, by its index. */
export type BeyondPaging = (event: ViewedEvent, index: number) => boolean;

/**
 * Where Synapse's paging stops: backwards it begins at the leave of whoever left, in the order of depths; forwards it begins at the first event that the
 * server did not fetch later, and does not stop. `/sync` ends at the leave as well.
 */
export function pagingIn(room: ViewedRoom, notes: RoomNotes, { surface = 'messages', forwards = false }: Pick<ViewOptions, 'surface' | 'forwards'>): BeyondPaging {
  if (surface === 'messages' && forwards) return ({ streamOrdering = 0 }) => streamOrdering < 0;
  const isPaged = surface === 'messages' || surface === 'sync';
  const leave = isPaged && notes.now.membership === 'leave' ? lastLeaveIn(room, notes) : undefined;
  if (leave === undefined) return () => false;
  const { places } = notes;
  const left = room.events[leave];
  const [end, depth] = [places.at(leave), left && depthOf(left)];
  return (event, index) => {
    const [place, own] = [places.at(index), surface === 'messages' ? depthOf(event) : undefined];
    return own === undefined || depth === undefined || own === depth ? place > end : own > depth;
  };
}
