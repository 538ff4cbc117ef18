import { own, type JsonObject, type JsonValue } from '../../json/value.ts';
import type { Pdu } from '../../event/pdu.ts';
import type { RoomVersionRules } from '../../rules/types.ts';

/**
 * An event as clients are given it. Not an event as servers exchange it: hashes, signatures and the graph are not there, so that what is changed here can
 * never be sent as if its sender had signed it.
 * @see https://spec.matrix.org/v1.19/client-server-api/#room-event-format
 */
export type ClientEvent = {
  readonly type: string;
  readonly content: JsonObject;
  readonly event_id: string;
  readonly sender: string;
  readonly origin_server_ts?: number;
  /** Missing in `/sync`, where the room is known from around the event. */
  readonly room_id?: string;
  readonly state_key?: string;
  readonly redacts?: string;
  readonly unsigned?: JsonObject;
  readonly hashes?: never;
  readonly signatures?: never;
  readonly auth_events?: never;
  readonly prev_events?: never;
  readonly depth?: never;
};

/** Which event it is, where the event does not say so itself. */
export type ClientEventContext = { readonly eventId: string; readonly roomId: string; readonly rules: RoomVersionRules };

/**
 * An event as clients get it: with its ID and room, without what only servers need, and with the target of a redaction in both places.
 * @see https://spec.matrix.org/v1.19/client-server-api/#mroomredaction
 * @example clientEventOf({ type: 'm.room.message', content: {}, sender: '@a:b', depth: 3, hashes: {} }, { eventId: '$e', roomId: '!r:b', rules: roomVersion('11') }) // { type: 'm.room.message', content: {}, sender: '@a:b', event_id: '$e', room_id: '!r:b' }
 */
export function clientEventOf(event: Pdu, { eventId, roomId, rules }: ClientEventContext): ClientEvent {
  const { type, sender = '', state_key: stateKey, origin_server_ts: sent, unsigned } = event;
  const target = own<JsonValue | undefined>(rules.redacts.location === 'content' ? event.content : event, 'redacts');
  const redacts = type === 'm.room.redaction' && typeof target === 'string' ? target : undefined;
  return {
    type,
    content: redacts === undefined ? event.content : { ...event.content, redacts },
    event_id: eventId,
    sender,
    room_id: roomId,
    ...(sent === undefined ? {} : { origin_server_ts: sent }),
    ...(stateKey === undefined ? {} : { state_key: stateKey }),
    ...(redacts === undefined ? {} : { redacts }),
    ...(unsigned === undefined ? {} : { unsigned }),
  };
}
