import { isState } from '../event/pdu.ts';
import type { OwnEvent } from './own-event.ts';
import type { RoomFacts } from './room-facts.ts';

/**
 * Which of the events that are to be purged stay in redacted form: state, and whatever other events refer to. Also where those are purged
 * themselves: so events can go in any order, and at no time does the room miss one.
 */
export function leavingShells(purged: readonly OwnEvent[], { namedAmong }: RoomFacts): ReadonlySet<string> {
  const shells = new Set(purged.filter(({ pdu }) => isState(pdu)).map(({ eventId }) => eventId));
  if (purged.length === shells.size) return shells;
  return new Set([...shells, ...namedAmong(new Set(purged.map(({ eventId }) => eventId)))]);
}
