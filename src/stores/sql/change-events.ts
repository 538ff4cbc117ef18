import { marksOf } from '../import/imported-event.ts';
import { rowReader } from '../stored-event.ts';
import type { EventChange } from '../store.ts';
import { keyText } from './key-text.ts';
import { addMarks, createUserNumbers, isMarked, type PlacedMarks } from './marks.ts';
import type { SqlPort } from './port.ts';
import type { Statements } from './statements.ts';
import { UPDATE } from './tables.ts';

/** What to change in which room. */
export type RoomChanges = { readonly roomId: string; readonly changes: readonly EventChange[] };

/** Replaces and deletes events of a room, and all by which they were found. */
export async function changeEvents(port: SqlPort, sql: Statements, { roomId, changes }: RoomChanges): Promise<void> {
  if (changes.length === 0) return;
  const room = (await port.all(sql.room, [keyText(roomId)]))[0];
  if (room === undefined) return;
  const read = rowReader({ roomId, roomVersion: String(room['version']) });
  const id = Number(room['id']);
  const marked = await markedAmong(changes, port, sql);
  if (marked.length > 0) for (const statement of [sql.dropNames, sql.dropRefs, sql.dropMediaRefs]) await port.run(statement, [marked]);
  const gone = changes.flatMap(({ text, place }) => (text === undefined ? [place] : []));
  const removed = gone.length === 0 ? 0 : await port.run(sql.dropEvents, [gone]);
  const replaced = changes.flatMap(({ text, eventId, place, bare, marks }): readonly (PlacedMarks & { readonly text: string; readonly bare: boolean })[] =>
    (text === undefined ? [] : [{ room: id, place, text, bare: bare === true, ...(marks ?? marksOf(read({ eventId, text }).record)) }]));
  await port.update(UPDATE.texts, replaced.map((one) => [one.text, one.bare ? 1 : 0, one.copies ? 1 : 0, isMarked(one) ? 1 : 0, 1, one.place]));
  await addMarks(replaced, { port, sql, numbers: createUserNumbers() });
  await port.run(sql.changeRoom, [id, -removed]);
}

/** Places of events that are found by more than room, sender and ID; those that nobody has told of are looked up. */
async function markedAmong(changes: readonly EventChange[], port: SqlPort, sql: Statements): Promise<readonly number[]> {
  const told = changes.flatMap(({ place, marked }) => (marked === true ? [place] : []));
  const untold = changes.flatMap(({ place, marked }) => (marked === undefined ? [place] : []));
  return untold.length === 0 ? told : [...told, ...(await port.all(sql.markedAmong, [untold])).map(({ place }) => Number(place))];
}
