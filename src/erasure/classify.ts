import { isState, type Pdu } from '../event/pdu.ts';

/** The subject's own events, by whether they are state. */
export type ClassifiedEvents<E> = { readonly state: readonly E[]; readonly nonState: readonly E[] };

/**
 * The events that a subject sent, state apart from the rest. An event is state when it has a `state_key`, the empty one
 * included, whatever its type.
 * @see https://spec.matrix.org/v1.19/client-server-api/#types-of-room-events
 * @example classifyEvents([{ type: 'm.room.message', sender: '@a:b', content: {} }], '@a:b').nonState.length // 1
 */
export function classifyEvents<E extends Pdu>(events: Iterable<E>, subject: string): ClassifiedEvents<E> {
  const mine = [...events].filter((event) => event.sender === subject);
  return { state: mine.filter((event) => isState(event)), nonState: mine.filter((event) => !isState(event)) };
}
