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
  const places = changes.map(({ place }) => place);
  const marked = (await port.all(sql.markedAmong, [places])).map(({ place }) => Number(place));
  if (marked.length > 0) for (const statement of [sql.dropNames, sql.dropRefs, sql.dropMediaRefs]) await port.run(statement, [marked]);
  const gone = changes.flatMap(({ text, place }) => (text === undefined ? [place] : []));
  const removed = gone.length === 0 ? 0 : await port.run(sql.dropEvents, [gone]);
  const replaced = changes.flatMap(({ text, eventId, place, bare, record }): readonly (PlacedMarks & { readonly text: string; readonly bare: boolean })[] =>
    (text === undefined ? [] : [{ room: id, place, text, bare: bare === true, ...marksOf(record ?? read({ eventId, text }).record) }]));
  await port.update(UPDATE.texts, replaced.map((one) => [one.text, one.bare ? 1 : 0, one.copies ? 1 : 0, isMarked(one) ? 1 : 0, 1, one.place]));
  await addMarks(replaced, { port, sql, numbers: createUserNumbers() });
  await port.run(sql.changeRoom, [id, -removed]);
}
