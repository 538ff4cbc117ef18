import type { JsonObject, JsonValue } from '../json/value.ts';

/** A reference to another event: its ID, or in room versions 1 and 2 a pair of ID and hashes. */
export type EventReference = string | readonly [string, JsonObject];

/**
 * An event as servers exchange it. Only `type` and `content` are certain to be there before {@link checkFormat} has passed;
 * keys that the specification does not name are kept.
 * @see https://spec.matrix.org/v1.19/server-server-api/#pdus
 */
export type Pdu = {
  readonly type: string;
  readonly content: JsonObject;
  readonly sender?: string;
  readonly room_id?: string;
  readonly event_id?: string;
  readonly state_key?: string;
  readonly origin_server_ts?: number;
  readonly depth?: number | bigint;
  readonly prev_events?: readonly EventReference[];
  readonly auth_events?: readonly EventReference[];
  readonly redacts?: string;
  readonly hashes?: JsonObject;
  readonly signatures?: JsonObject;
  readonly unsigned?: JsonObject;
  readonly [key: string]: JsonValue | undefined;
};

/**
 * Whether an event is state: it has a `state_key`, be it empty.
 * @example isState({ type: 'm.room.name', content: {}, state_key: '' }) // true
 */
export function isState(event: Pdu): event is Pdu & { readonly state_key: string } {
  return typeof event.state_key === 'string';
}

/**
 * The IDs of a list of references, of either form; what is neither is left out.
 * @example referencedIds(['$a', ['$b:example.org', { sha256: '' }]]) // ['$a', '$b:example.org']
 */
export function referencedIds(references: readonly EventReference[] | undefined): readonly string[] {
  if (!Array.isArray(references)) return [];
  return references.flatMap((reference: unknown) => {
    const id: unknown = Array.isArray(reference) ? reference[0] : reference;
    return typeof id === 'string' ? [id] : [];
  });
}

/** An event, or a record of one, as the JSON that it is; parsed events have no members that are `undefined`. */
export function asJson(event: { readonly [key: string]: unknown }): JsonObject {
  return event as JsonObject;
}
