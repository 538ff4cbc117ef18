import { marksOf } from '../import/imported-event.ts';
import { rowReader } from '../stored-event.ts';
import type { EventChange } from '../store.ts';
import { keyText } from './key-text.ts';
import { addMarks, createUserNumbers, type PlacedMarks } from './marks.ts';
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
  for (const statement of [sql.dropNames, sql.dropRefs, sql.dropMediaRefs]) await port.run(statement, [places]);
  const gone = changes.flatMap(({ text, place }) => (text === undefined ? [place] : []));
  const removed = gone.length === 0 ? 0 : await port.run(sql.dropEvents, [gone]);
  const replaced = changes.flatMap(({ text, eventId, place, bare }): readonly (PlacedMarks & { readonly text: string; readonly bare: boolean })[] =>
    (text === undefined ? [] : [{ room: id, place, text, bare: bare === true, ...marksOf(read({ eventId, text })) }]));
  await port.update(UPDATE.texts, replaced.map(({ text, bare, copies, place }) => [text, bare ? 1 : 0, copies ? 1 : 0, 1, place]));
  await addMarks(replaced, { port, sql, numbers: createUserNumbers() });
  await port.run(sql.changeRoom, [id, -removed]);
}
