import { isState, referencedIds, type Pdu } from '../event/pdu.ts';
import { redactionTarget } from '../event/redaction-target.ts';
import type { OwnEvent, RoomNotes } from './room-notes.ts';

/**
 * Which of the events that are to be purged stay in redacted form: state, and whatever other events refer to. Also where those are purged
 * themselves: so events can go in any order, and at no time does the room miss one.
 */
export function leavingShells(purged: readonly OwnEvent[], notes: RoomNotes): ReadonlySet<string> {
  const candidates = new Set(purged.map(({ eventId }) => eventId));
  const shells = new Set(purged.filter(({ pdu }) => isState(pdu)).map(({ eventId }) => eventId));
  if (candidates.size === shells.size) return shells;
  for (const { pdu } of notes.records) for (const named of namedIn(pdu, notes)) if (candidates.has(named)) shells.add(named);
  // A reply or an edit refers to its event as well: without it the room would seem to lack something.
  for (const id of candidates) if (notes.isNamed(id)) shells.add(id);
  return shells;
}

function namedIn(pdu: Pdu, { rules }: RoomNotes): readonly string[] {
  return [...referencedIds(pdu.prev_events), ...referencedIds(pdu.auth_events), ...(redactionTarget(pdu, rules.redacts)?.eventIds ?? [])];
}
