import { marksOf, type ImportedLine } from '../import/imported-event.ts';
import type { ImportCounts, ImportOptions } from '../import/import.ts';
import { OtherEventError, OtherRoomVersionError } from '../store-error.ts';
import { fromKeyText, keyText } from './key-text.ts';
import { addMarks, createUserNumbers, isMarked, type PlacedMarks, type UserNumbers } from './marks.ts';
import type { SqlPort } from './port.ts';
import type { Statements } from './statements.ts';
import { INSERT } from './tables.ts';

/** So many events are put into the tables at once. */
const EVENTS_A_STEP = 1000;
/** So many events are one transaction at most: the disk is waited for once, and the pages of an index are written once for all of them. */
const EVENTS_A_TRANSACTION = 200_000;

type Batches = AsyncIterable<readonly ImportedLine[]> | Iterable<readonly ImportedLine[]>;

/** @see ImportingStore.importEvents */
export async function importEvents(port: SqlPort, sql: Statements, { batches, onProgress, signal }: ImportOptions & { readonly batches: Batches }): Promise<ImportCounts> {
  const numbers = createUserNumbers();
  const rooms = new Set<string>();
  let [added, known] = [0, 0];
  const steps = stepsOf(batches, signal);
  const importSome = async (inside: SqlPort): Promise<boolean> => {
    for (let events = 0; events < EVENTS_A_TRANSACTION;) {
      const next = await steps.next();
      if (next.done === true) return false;
      const step = await importStep(next.value, { port: inside, sql, numbers });
      for (const room of step.rooms) rooms.add(room);
      added += step.added;
      known += next.value.length - step.added;
      events += next.value.length;
      onProgress?.(next.value.length);
    }
    return true;
  };
  while (await port.transaction(importSome));
  return { added, known, rooms: [...rooms].sort() };
}

/** The lines of batches of any size, in steps of the same size. */
async function* stepsOf(batches: Batches, signal: ImportOptions['signal']): AsyncGenerator<readonly ImportedLine[]> {
  let waiting: ImportedLine[] = [];
  for await (const batch of batches) {
    for (const line of batch) waiting.push(line);
    if (waiting.length >= EVENTS_A_STEP) {
      yield waiting;
      waiting = [];
    }
    if (signal?.aborted === true) break;
  }
  if (waiting.length > 0) yield waiting;
}

type Importing = { readonly port: SqlPort; readonly sql: Statements; readonly numbers: UserNumbers };

async function importStep(lines: readonly ImportedLine[], importing: Importing): Promise<{ readonly added: number; readonly rooms: readonly string[] }> {
  const { port, sql, numbers } = importing;
  const rooms = await roomNumbers(lines, importing);
  await numbers.load(port, sql, lines.map(senderOf));
  const last = Number((await port.all(sql.takePlaces, [lines.length]))[0]?.['value']);
  const first = last - lines.length + 1;
  const marks = lines.map((line, index): PlacedMarks => ({ ...marksOf(line.record), room: rooms.get(line.event.roomId) ?? 0, place: first + index }));
  const rows = lines.map((line, index) => {
    const mark = marks[index];
    return [mark?.place ?? 0, mark?.room ?? 0, numbers.of(senderOf(line)), keyText(line.event.eventId), line.bare ? 1 : 0, mark?.copies === true ? 1 : 0, isMarked(mark) ? 1 : 0, line.text];
  });
  const skipped = new Set(await port.insert(INSERT.events, rows));
  if (skipped.size > 0) await assertSame(lines.filter((_, index) => skipped.has(index)), rooms, importing);
  const fresh = skipped.size === 0 ? marks : marks.filter((_, index) => !skipped.has(index));
  await addMarks(fresh, importing);
  const counts = new Map<number, number>();
  for (const { room } of fresh) counts.set(room, (counts.get(room) ?? 0) + 1);
  for (const [room, count] of counts) await port.run(sql.changeRoom, [room, count]);
  return { added: fresh.length, rooms: [...rooms].flatMap(([roomId, number]) => (counts.has(number) ? [roomId] : [])) };
}

function senderOf({ event: { pdu } }: ImportedLine): string {
  return pdu.sender ?? '';
}

async function roomNumbers(lines: readonly ImportedLine[], { port, sql }: Importing): Promise<ReadonlyMap<string, number>> {
  const versions = new Map<string, string>();
  for (const { event: { roomId, rules } } of lines) {
    const before = versions.get(roomId) ?? rules.id;
    if (before !== rules.id) throw new OtherRoomVersionError(roomId, before, rules.id);
    versions.set(roomId, before);
  }
  await port.insert(INSERT.rooms, [...versions].map(([roomId, version]) => [keyText(roomId), version]).sort());
  const rows = await port.all(sql.roomsNamed, [[...versions.keys()].map(keyText)]);
  return new Map(rows.map(({ id, room_id: key, version: stored }) => {
    const roomId = fromKeyText(String(key));
    const given = versions.get(roomId) ?? '';
    if (given !== stored) throw new OtherRoomVersionError(roomId, String(stored), given);
    return [roomId, Number(id)];
  }));
}

/** What an erasure changed is no longer what was imported, and counts as the same. */
async function assertSame(lines: readonly ImportedLine[], rooms: ReadonlyMap<string, number>, { port, sql }: Importing): Promise<void> {
  for (const roomId of new Set(lines.map(({ event }) => event.roomId))) {
    const inRoom = lines.filter(({ event }) => event.roomId === roomId);
    const ids = inRoom.map(({ event }) => keyText(event.eventId));
    const stored = new Map((await port.all(sql.storedTexts, [rooms.get(roomId) ?? 0, ids])).map((row) => [fromKeyText(String(row['event_id'])), row]));
    for (const { text, event: { eventId } } of inRoom) {
      const row = stored.get(eventId);
      if (row !== undefined && Number(row['changed']) === 0 && row['json'] !== text) throw new OtherEventError(eventId);
    }
  }
}
