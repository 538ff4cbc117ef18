import { jsonIn } from '../../erasure/texts.ts';
import { isJsonObject, own, type JsonValue } from '../../json/value.ts';

/** Who and which events may be copied into what a server noted beside an event. */
export type CopiesNamed = { readonly users: readonly string[]; readonly eventIds: readonly string[] };

const USER_KEYS: readonly string[] = ['sender', 'user_id', 'prev_sender'];
const EVENT_KEYS: readonly string[] = ['event_id', 'replaces_state'];

/** Looks for users and events in notes, at any depth, and in JSON that is kept as a text. */
export function copiesNamedIn(notes: JsonValue | undefined): CopiesNamed {
  const [users, eventIds]: [string[], string[]] = [[], []];
  const rest: (JsonValue | undefined)[] = [notes];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value === 'string') rest.push(jsonIn(value));
    if (Array.isArray(value)) rest.push(...value);
    if (!isJsonObject(value)) continue;
    for (const [keys, found] of [[USER_KEYS, users], [EVENT_KEYS, eventIds]] as const) {
      for (const key of keys) {
        const named = own(value, key);
        if (typeof named === 'string') found.push(named);
      }
    }
    rest.push(...Object.values(value));
  }
  return { users, eventIds };
}
