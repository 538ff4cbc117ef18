import { referencedIds, type Pdu } from '../../event/pdu.ts';
import { redactionTarget } from '../../event/redaction-target.ts';
import { appliedRedactions, redactionContextOf } from '../../room/applied-redactions.ts';
import type { RoomGraph } from '../../room/graph.ts';
import type { AppliedRedactions } from '../../room/redaction-outcomes.ts';
import type { ViewedEvent } from './places.ts';

/** What the redactions among some events come to. */
export function redactionsIn(events: readonly ViewedEvent[], graph: RoomGraph): AppliedRedactions {
  const redactions = events.filter(({ pdu }) => pdu.type === 'm.room.redaction');
  const targets = new Set(redactions.flatMap(({ pdu }) => redactionTarget(pdu, graph.rules.redacts)?.eventIds ?? []));
  const concerned = events.filter(({ eventId, pdu }) => pdu.type === 'm.room.redaction' || targets.has(eventId));
  return appliedRedactions(concerned.map(({ eventId, pdu }) => ({ event_id: eventId, pdu })), redactionContextOf(graph));
}

/** Which of the events that some people sent into a room's state other events name as what allows them. */
export function authReferencesIn(events: readonly ViewedEvent[], senders: readonly string[], records: Iterable<{ readonly pdu: Pdu }> = events): ReadonlySet<string> {
  const theirs = new Set(events.filter(({ pdu }) => pdu.state_key !== undefined && senders.includes(pdu.sender ?? '')).map(({ eventId }) => eventId));
  const referenced = new Set<string>();
  if (theirs.size === 0) return referenced;
  for (const { pdu } of records) {
    if (!Array.isArray(pdu.auth_events)) continue;
    for (const reference of pdu.auth_events) {
      const id: unknown = typeof reference === 'string' ? reference : referencedIds([reference])[0];
      if (typeof id === 'string' && theirs.has(id)) referenced.add(id);
    }
  }
  return referenced;
}
