import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import type { Pdu } from './pdu.ts';

/** What an event says that it relates to. */
export type Relations = {
  /** The type of the relation and its target: `m.replace`, `m.thread`, `m.annotation`, `m.reference`, … */
  readonly relation?: { readonly relType: string; readonly eventId: string };
  /** The event that this one replies to. */
  readonly inReplyTo?: string;
};

/**
 * The relations of an event, read leniently: what is malformed is not there.
 * @see https://spec.matrix.org/v1.19/client-server-api/#forming-relationships-between-events
 * @example relationsOf({ type: 'm.room.message', content: { 'm.relates_to': { rel_type: 'm.replace', event_id: '$a' } } }) // { relation: { relType: 'm.replace', eventId: '$a' } }
 */
export function relationsOf(event: Pdu): Relations {
  const relatesTo = object(own(event.content, 'm.relates_to'));
  const relType = own(relatesTo, 'rel_type');
  const eventId = own(relatesTo, 'event_id');
  const inReplyTo = own(object(own(relatesTo, 'm.in_reply_to')), 'event_id');
  return {
    ...(typeof relType === 'string' && typeof eventId === 'string' ? { relation: { relType, eventId } } : {}),
    ...(typeof inReplyTo === 'string' ? { inReplyTo } : {}),
  };
}

/**
 * The event that this one is an edit of.
 * @example editedEventId({ type: 'm.room.message', content: { 'm.relates_to': { rel_type: 'm.replace', event_id: '$a' } } }) // '$a'
 */
export function editedEventId(event: Pdu): string | undefined {
  const { relation } = relationsOf(event);
  return relation?.relType === 'm.replace' ? relation.eventId : undefined;
}

function object(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
