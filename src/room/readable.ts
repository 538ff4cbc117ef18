import { floatValue, isJsonFloat, isJsonObject } from '../json/value.ts';
import type { JsonValue } from '../json/value.ts';
import type { Pdu } from '../event/pdu.ts';
import type { AuthContext } from './auth-context.ts';

/**
 * Whether an event has the form that the rules read: a type, an object as content, and texts where they look for IDs and keys. What has
 * not is no event in any room version: servers drop it before they ask the rules.
 */
export function isReadable(event: unknown): event is Pdu {
  if (typeof event !== 'object' || event === null) return false;
  const { type, content, sender, room_id: roomId, state_key: stateKey } = event as { readonly [key: string]: JsonValue | undefined };
  return typeof type === 'string' && isJsonObject(content) && isText(sender) && isText(roomId) && isText(stateKey);
}

/** A state without what has not the form of an event: such a thing never came into a state. */
export function readableState(state: AuthContext['state']): AuthContext['state'] {
  return (type, stateKey) => {
    const event = state(type, stateKey);
    return isReadable(event) ? event : undefined;
  };
}

const isText = (value: JsonValue | undefined): boolean => value === undefined || typeof value === 'string';

/** A number that events are sorted by; room versions 1 to 5 let it be of any size and a float. What is no number counts as 0. */
export function sortingNumber(value: JsonValue | undefined): number | bigint {
  const number = isJsonFloat(value) ? value[floatValue] : value;
  return typeof number === 'number' || typeof number === 'bigint' ? number : 0;
}

/** Compares numbers of both kinds. */
export function compareNumbers(one: number | bigint, other: number | bigint): number {
  return one < other ? -1 : Number(one > other);
}
