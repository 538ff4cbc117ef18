import { redactionTarget } from '../event/redaction-target.ts';
import type { Pdu } from '../event/pdu.ts';
import type { RedactsRules } from '../rules/types.ts';

/** An event of a room as redactions concern it. */
export type RedactableEvent = {
  readonly event_id: string;
  readonly pdu: Pdu;
  /**
   * What a redaction named before it was redacted itself, if that was written down: in versions 1 to 10 its redacted form names nothing.
   * Not read where the event still names something.
   */
  readonly redacts?: readonly string[];
};

/** What judging redactions needs of an event. */
export type RedactionFacts = {
  /** One object for all events of one type, sender and room. */
  readonly kind: Pdu;
  /** The events that it names, if it is a redaction. */
  readonly named: readonly string[];
};

/** Reads facts; events of one kind share what they have in common, for every event of a room may come to be redacted. */
export function createFactsReader(rules: RedactsRules): (event: RedactableEvent) => RedactionFacts {
  const kinds = new Map<string, RedactionFacts>();
  return ({ pdu, redacts = [] }) => {
    const kind = kindOf(pdu);
    const name = JSON.stringify(kind);
    const nameless = kinds.get(name) ?? { kind, named: [] };
    kinds.set(name, nameless);
    const named = pdu.type === 'm.room.redaction' ? redactionTarget(pdu, rules)?.eventIds ?? [...new Set(redacts)] : [];
    return named.length === 0 ? nameless : { kind: nameless.kind, named };
  };
}

function kindOf({ type, sender, room_id: roomId }: Pdu): Pdu {
  return { type, content: {}, ...(typeof sender === 'string' ? { sender } : {}), ...(typeof roomId === 'string' ? { room_id: roomId } : {}) };
}

/** Of two copies of an event the one that was not redacted; where both name something else, always the same one. */
export function fullerCopy(one: RedactionFacts, other: RedactionFacts): RedactionFacts {
  if (one.named.length !== other.named.length) return one.named.length > other.named.length ? one : other;
  return JSON.stringify(one) <= JSON.stringify(other) ? one : other;
}

/** An event with what the verdict on a redaction reads of it; of what it names, the one that matters. */
export function eventOf({ kind, named }: RedactionFacts, [eventId, other]: readonly [eventId: string, other: string], rules: RedactsRules): Pdu {
  const event: Pdu = { ...kind, event_id: eventId };
  if (!named.includes(other)) return event;
  return rules.location === 'event' ? { ...event, redacts: other } : { ...event, content: { redacts: other } };
}
