import { InvalidIdentifierError, isEventId } from '../identifiers/identifiers.ts';
import type { JsonObject } from '../json/value.ts';
import type { RedactsRules } from '../rules/types.ts';

/** The part of an `m.room.redaction` that depends on its room version; whoever sends it adds sender, room and graph. */
export type RedactionEvent = {
  readonly type: 'm.room.redaction';
  readonly content: JsonObject;
  /** Room versions 1 to 10: the event that is redacted. */
  readonly redacts?: string;
};

/**
 * The redaction of an event, with its target where the room version looks for it. It has no reason, which would be one more text about a person.
 * @throws {InvalidIdentifierError} when it is no event ID
 * @see https://spec.matrix.org/v1.19/rooms/v11/#moving-the-redacts-property-of-mroomredaction-events-to-a-content-property
 * @example buildRedaction('$a', roomVersion('10').redacts) // { type: 'm.room.redaction', content: {}, redacts: '$a' }
 * @example buildRedaction('$a', roomVersion('11').redacts) // { type: 'm.room.redaction', content: { redacts: '$a' } }
 * @example buildRedaction('a', roomVersion('11').redacts) // throws InvalidIdentifierError
 */
export function buildRedaction(eventId: string, { location }: RedactsRules): RedactionEvent {
  if (!isEventId(eventId)) throw new InvalidIdentifierError('Matrix event ID', '$hash or $opaque:server');
  return location === 'event'
    ? { type: 'm.room.redaction', content: {}, redacts: eventId }
    : { type: 'm.room.redaction', content: { redacts: eventId } };
}
