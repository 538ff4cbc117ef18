import type { Pdu } from '../event/pdu.ts';
import { redactionVerdict } from '../room/redaction-verdict.ts';
import type { OwnEvent } from './own-event.ts';
import type { RoomFacts } from './room-facts.ts';

/**
 * Whether a redaction of the subject's takes effect, or may do so once its target arrives. Judged by the state before it; a rejected redaction
 * never does. In versions 1 and 2 the target that it names is what allows it, so that one that is allowed counts, whatever it names.
 * @see https://spec.matrix.org/v1.19/rooms/v11/#handling-redactions
 */
export function redactionJudge({ roomId, rules, verdict, stateBefore }: RoomFacts, targets: ReadonlyMap<string, Pdu>): (redaction: OwnEvent) => boolean {
  /** An event may leave to its record what the verdict compares. */
  const inRoom = (pdu: Pdu, eventId: string): Pdu => ({ ...pdu, room_id: roomId, event_id: eventId });
  return ({ eventId, pdu, redacts }) => {
    if (redacts.length === 0 || verdict(eventId) === 'rejected') return false;
    if (rules.authorization.redaction) return true;
    const context = { rules, state: stateBefore(eventId).event };
    const event = inRoom(pdu, eventId);
    return redacts.some((id) => {
      const target = targets.get(id);
      return redactionVerdict(event, target && inRoom(target, id), context).verdict !== 'ignored';
    });
  };
}
