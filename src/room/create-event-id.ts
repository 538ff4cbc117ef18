import type { RoomContext } from './auth-context.ts';

/** The ID of a room's create event: as the caller names it, or as the event does. */
export function createEventIdOf(context: RoomContext): string | undefined {
  return context.createEventId ?? context.create.event_id;
}
