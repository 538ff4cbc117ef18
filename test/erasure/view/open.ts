import type { StoredEvent } from '../../../src/erasure/apply.ts';
import { erasureProfile } from '../../../src/erasure/profiles.ts';
import type { ViewedRoom, ViewOptions } from '../../../src/erasure/view/room-facts.ts';
import { openRoom } from '../../../src/room/graph.ts';
import { ALICE } from '../build-room.ts';

/** A room to look at, from stored events. */
export function opened(stored: readonly StoredEvent[]): ViewedRoom {
  const events = stored.map(({ event }) => event);
  const graph = openRoom(stored.map(({ record, event }) => ({ ...record, event_id: event.eventId })), events[0] === undefined ? {} : { rules: events[0].rules });
  return { roomId: events[0]?.roomId ?? '', graph, events };
}

type Changes = Partial<ViewOptions['erasure']> & { readonly of?: string };

/** An erasure of Alice at a time, under the notice, but for the changes. */
export function erasureAt(effectiveAt: number, { of: profile = 'notice', ...changes }: Changes = {}): ViewOptions['erasure'] {
  return { profile: erasureProfile(profile), subjects: [ALICE], effectiveAt, ...changes };
}
