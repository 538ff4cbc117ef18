import type { AuthContext } from './auth-context.ts';
import type { RoomGraph } from './graph.ts';
import type { RedactableEvent } from './redaction-facts.ts';
import type { AppliedRedactions, RedactionSetContext } from './redaction-outcomes.ts';
import { createRedactionSet } from './redaction-set.ts';

/**
 * Which of a room's events are redacted, and by what. The order of the events does not matter, and of an event that comes both whole and
 * redacted the whole one counts. A redaction that is redacted loses its reason, not its effect.
 * @see https://spec.matrix.org/v1.19/rooms/v11/#handling-redactions
 * @example appliedRedactions([], { rules: roomVersion('11'), stateBefore: () => undefined, position: () => undefined }).targets.size // 0
 */
export function appliedRedactions(events: Iterable<RedactableEvent>, context: RedactionSetContext): AppliedRedactions {
  const set = createRedactionSet(context);
  for (const event of events) set.add(event);
  return set.result();
}

/**
 * A room's graph as what its redactions are judged with. Where it cannot tell whether a redaction was rejected, the server that kept it decides: it was not.
 * @example redactionContextOf(openRoom([], { rules: roomVersion('11') })).position('$a') // undefined
 */
export function redactionContextOf(graph: RoomGraph): RedactionSetContext & Required<Pick<RedactionSetContext, 'rejected'>> {
  return {
    rules: graph.rules,
    stateBefore: (eventId) => stateBefore(eventId, graph),
    position: graph.position,
    rejected: (eventId) => graph.verdict(eventId)?.verdict === 'rejected',
  };
}

/** A state that names events which are not there would lack the levels that they set: such a state is not known. */
function stateBefore(eventId: string, graph: RoomGraph): AuthContext['state'] | undefined {
  const state = graph.stateBefore(eventId);
  if (state.state === 'unknown') return undefined;
  const ids = [state.get('m.room.create', ''), state.get('m.room.power_levels', '')];
  if (ids.some((id) => id !== undefined && graph.stateEvent(id) === undefined)) return undefined;
  return (type, stateKey) => {
    const id = state.get(type, stateKey);
    return id === undefined ? undefined : graph.stateEvent(id);
  };
}
