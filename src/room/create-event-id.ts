import { eventId } from '../crypto/event-hashes.ts';
import type { RoomContext } from './auth-context.ts';

/** The ID of a room's create event: as the caller names it, or as the event does, or computed; `undefined` where it has none. */
export function createEventIdOf({ createEventId, create, rules }: RoomContext): string | undefined {
  return createEventId ?? create.event_id ?? (rules.format.eventId === 'opaque' ? undefined : eventId(create, rules));
}
