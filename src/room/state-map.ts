/** A place in a room's state: the event type and the state key, with NUL between them. */
export type StateKey = `${string}\u0000${string}`;

/** A room's state at one point: which event holds each place. */
export type StateMap = ReadonlyMap<StateKey, string>;

/**
 * The place in the state that a type and a state key name.
 * @example stateKeyOf('m.room.member', '@alice:example.org') // 'm.room.member\u0000@alice:example.org'
 */
export function stateKeyOf(type: string, stateKey: string): StateKey {
  return `${type}\u0000${stateKey}`;
}

/**
 * The type and the state key of a place. Types hold no NUL, so the first one divides them.
 * @example splitStateKey('m.room.topic\u0000') // ['m.room.topic', '']
 */
export function splitStateKey(key: StateKey): readonly [type: string, stateKey: string] {
  const at = key.indexOf('\u0000');
  return [key.slice(0, at), key.slice(at + 1)];
}

/**
 * Whether two state maps name the same events in the same places.
 * @example equalStateMaps(new Map(), new Map()) // true
 */
export function equalStateMaps(one: StateMap, other: StateMap): boolean {
  if (one.size !== other.size) return false;
  for (const [key, id] of one) if (other.get(key) !== id) return false;
  return true;
}
