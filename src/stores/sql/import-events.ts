import { marksOf, type ImportedLine } from '../import/imported-event.ts';
import type { ImportCounts, ImportOptions } from '../import/import.ts';
import { OtherEventError, OtherRoomVersionError } from '../store-error.ts';
import { fromKeyText, keyText } from './key-text.ts';
import { addMarks, createUserNumbers, type PlacedMarks, type UserNumbers } from './marks.ts';
import type { SqlPort } from './port.ts';
import type { Statements } from './statements.ts';
import { INSERT } from './tables.ts';

/** So many events are one transaction: the disk is waited for once. */
const EVENTS_A_STEP = 10_000;

type Batches = AsyncIterable<readonly ImportedLine[]> | Iterable<readonly ImportedLine[]>;

/** @see ImportingStore.importEvents */
export async function importEvents(port: SqlPort, sql: Statements, { batches, onProgress, signal }: ImportOptions & { readonly batches: Batches }): Promise<ImportCounts> {
  const numbers = createUserNumbers();
  const rooms = new Set<string>();
  let [added, known, waiting]: [number, number, ImportedLine[]] = [0, 0, []];
  const flush = async (): Promise<void> => {
    const lines = waiting;
    waiting = [];
    if (lines.length === 0) return;
    const step = await port.transaction((inside) => importStep(lines, { port: inside, sql, numbers })).catch((error: unknown) => {
      numbers.forget();
      throw error;
    });
    for (const room of step.rooms) rooms.add(room);
    added += step.added;
    known += lines.length - step.added;
    onProgress?.(lines.length);
  };
  for await (const batch of batches) {
    for (const line of batch) waiting.push(line);
    if (waiting.length >= EVENTS_A_STEP) await flush();
    if (signal?.aborted === true) break;
  }
  await flush();
  return { added, known, rooms: [...rooms].sort() };
}

type Importing = { readonly port: SqlPort; readonly sql: Statements; readonly numbers: UserNumbers };

async function importStep(lines: readonly ImportedLine[], importing: Importing): Promise<{ readonly added: number; readonly rooms: readonly string[] }> {
  const { port, sql, numbers } = importing;
  const rooms = await roomNumbers(lines, importing);
  await numbers.load(port, sql, lines.map(senderOf));
  const last = Number((await port.all(sql.takePlaces, [lines.length]))[0]?.['value']);
  const first = last - lines.length + 1;
  const marks = lines.map((line, index): PlacedMarks => ({ ...marksOf(line), room: rooms.get(line.event.roomId) ?? 0, place: first + index }));
  const rows = lines.map((line, index) => {
    const { room = 0, place = 0, copies = false } = marks[index] ?? {};
    return [place, room, numbers.of(senderOf(line)), keyText(line.event.eventId), line.bare ? 1 : 0, copies ? 1 : 0, line.text];
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
  for (const { event: { roomId, rules } } of lines) if (!versions.has(roomId)) versions.set(roomId, rules.id);
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
