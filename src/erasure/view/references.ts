import { referencedIds, type Pdu } from '../../event/pdu.ts';
import { redactionTarget } from '../../event/redaction-target.ts';
import { appliedRedactions, redactionContextOf } from '../../room/applied-redactions.ts';
import type { RoomGraph } from '../../room/graph.ts';
import type { AppliedRedactions } from '../../room/redaction-outcomes.ts';
import type { ViewedEvent } from './places.ts';

/** What the redactions of a room come to, as far as somebody who is served its events can tell. */
export type RedactionFacts = {
  /** Whether a redaction of an event took effect. */
  readonly isRedacted: (eventId: string) => boolean;
  /** Of a redaction: whether it takes effect or may once its target is there, and whether clients are told of it. */
  readonly of: (eventId: string) => { readonly applies: boolean; readonly withheld: boolean } | undefined;
};

/** What the redactions among some events come to. */
export function redactionsIn(events: readonly ViewedEvent[], graph: RoomGraph): RedactionFacts {
  const { targets, redactions } = outcomesIn(events, graph);
  return {
    isRedacted: (eventId) => targets.get(eventId)?.redactedBecause !== undefined,
    of: (eventId) => {
      const found = redactions.get(eventId);
      return found && { applies: found.applied.length + found.held.length > 0, withheld: found.withheld };
    },
  };
}

function outcomesIn(events: readonly ViewedEvent[], graph: RoomGraph): AppliedRedactions {
  const redactions = events.filter(({ pdu }) => pdu.type === 'm.room.redaction');
  const targets = new Set(redactions.flatMap(({ pdu }) => redactionTarget(pdu, graph.rules.redacts)?.eventIds ?? []));
  const concerned = events.filter(({ eventId, pdu }) => pdu.type === 'm.room.redaction' || targets.has(eventId));
  return appliedRedactions(concerned.map(({ eventId, pdu }) => ({ event_id: eventId, pdu })), redactionContextOf(graph));
}

/** Which of some events other events name as what allows them. */
export function authReferencesTo(theirs: ReadonlySet<string>, records: Iterable<{ readonly pdu: Pdu }>): ReadonlySet<string> {
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
