import type { EventMarks } from '../import/imported-event.ts';
import { keyText } from './key-text.ts';
import type { SqlPort } from './port.ts';
import type { Statements } from './statements.ts';
import { INSERT } from './tables.ts';

/** By what an event is found, and its place. */
export type PlacedMarks = EventMarks & { readonly room: number; readonly place: number };

/** Whether an event is found by anything but its room, its sender and its ID. */
export function isMarked(marks: EventMarks | undefined): boolean {
  return marks !== undefined && marks.names.length + marks.refs.length + marks.media.length > 0;
}

/** Where marks go. */
export type Marking = { readonly port: SqlPort; readonly sql: Statements; readonly numbers: UserNumbers };

/** Adds what events are found by. */
export async function addMarks(events: readonly PlacedMarks[], { port, sql, numbers }: Marking): Promise<void> {
  const named = events.filter(({ names }) => names.length > 0);
  if (named.length > 0) {
    await numbers.load(port, sql, named.flatMap(({ names }) => names));
    await port.insert(INSERT.names, named.flatMap(({ names, room, place }) => names.map((name) => [numbers.of(name), room, place])));
  }
  const refs = events.flatMap(({ refs: ids, room, place }) => ids.map((id) => [keyText(id), room, place]));
  if (refs.length > 0) await port.insert(INSERT.refs, refs);
  const media = events.flatMap(({ media: uris, place }) => uris.map((uri) => [uri, place]));
  if (media.length > 0) await port.insert(INSERT.mediaRefs, media);
}

/** The numbers by which tables refer to users. */
export type UserNumbers = {
  /** Makes numbers for users that have none. */
  readonly load: (port: SqlPort, sql: Statements, users: readonly string[]) => Promise<void>;
  readonly of: (user: string) => number;
};

/** So many numbers are remembered: more people are seldom met in one import. */
const REMEMBERED = 500_000;

/** Numbers of users, each asked for once. */
export function createUserNumbers(): UserNumbers {
  const numbers = new Map<string, number>();
  return {
    load: async (port, sql, users) => {
      if (numbers.size > REMEMBERED) numbers.clear();
      const unknown = [...new Set(users)].filter((user) => !numbers.has(user));
      if (unknown.length === 0) return;
      const keys = new Map(unknown.map((user) => [keyText(user), user]));
      await port.insert(INSERT.users, [...keys.keys()].sort().map((key) => [key]));
      for (const { id, user_id: key } of await port.all(sql.usersNamed, [[...keys.keys()]])) numbers.set(keys.get(String(key)) ?? '', Number(id));
    },
    of: (user) => numbers.get(user) ?? 0,
  };
}
