import type { Pdu } from '../event/pdu.ts';
import type { RoomGraph } from '../room/graph.ts';
import { redactionVerdict } from '../room/redaction-verdict.ts';
import type { OwnEvent, RoomNotes } from './room-notes.ts';

/**
 * Whether a redaction of the subject's takes effect, or may do so once its target arrives. Judged by the state before it; a rejected redaction
 * never does. In versions 1 and 2 the target that it names is what allows it, so that one that is allowed counts, whatever it names.
 * @see https://spec.matrix.org/v1.19/rooms/v11/#handling-redactions
 */
export function redactionJudge(notes: RoomNotes, graph: RoomGraph): (redaction: OwnEvent) => boolean {
  const targets = targetsIn(notes);
  return (redaction) => {
    if (redaction.redacts.length === 0 || graph.verdict(redaction.eventId)?.verdict === 'rejected') return false;
    if (notes.rules.authorization.redaction) return true;
    const context = { rules: notes.rules, state: stateBefore(redaction.eventId, graph) };
    const event = inRoom(redaction.pdu, redaction.eventId, notes);
    return redaction.redacts.some((id) => redactionVerdict(event, targets.get(id), context).verdict !== 'ignored');
  };
}

/** The events that the subject's redactions name, where they are there. */
function targetsIn(notes: RoomNotes): ReadonlyMap<string, Pdu> {
  const wanted = new Set(notes.own.flatMap((event) => event.redacts));
  const targets = new Map<string, Pdu>();
  if (wanted.size === 0) return targets;
  for (const { event_id: id, pdu } of notes.records) if (wanted.has(id)) targets.set(id, inRoom(pdu, id, notes));
  return targets;
}

/** An event may leave to its record what the verdict compares. */
function inRoom(pdu: Pdu, eventId: string, { roomId }: RoomNotes): Pdu {
  return { ...pdu, room_id: roomId, event_id: eventId };
}

function stateBefore(eventId: string, graph: RoomGraph): (type: string, stateKey: string) => Pdu | undefined {
  const state = graph.stateBefore(eventId);
  return (type, stateKey) => {
    const id = state.state === 'known' ? state.get(type, stateKey) : undefined;
    return id === undefined ? undefined : graph.stateEvent(id);
  };
}
