import type { ImportedLine } from '../../stores/import/imported-event.ts';
import type { EventRow, Page, StoredEvents } from '../../stores/store.ts';
import { roomIdOf, sendersIn, sentBy, speakingOf } from './engine-answers.ts';
import { assertAnswer, assertHolds, type OpenStore, type StoreCheck } from './store-check.ts';

/** Pages of an odd size, so that their ends fall anywhere. */
const LIMIT = 7;

/** All rows of a list, by pages. */
export async function allRows(read: (page: Page) => Promise<readonly EventRow[]>): Promise<readonly EventRow[]> {
  const all: EventRow[] = [];
  for (let after = 0; ;) {
    const rows = await read({ after, limit: LIMIT });
    all.push(...rows);
    assertHolds('a page', rows.length <= LIMIT && rows.every(({ place }) => place > after), 'has rows that were not asked for');
    if (rows.length < LIMIT) return all;
    after = rows.at(-1)?.place ?? after;
  }
}

const idsOf = (rows: readonly EventRow[]): readonly string[] => rows.map(({ eventId }) => eventId);

/** What is asked of events. */
export function eventChecks(open: OpenStore, rooms: readonly (readonly ImportedLine[])[]): readonly StoreCheck[] {
  const filled = async (): Promise<StoredEvents> => {
    const { store, add } = await open();
    for (const lines of rooms) await add(lines);
    return store.events;
  };
  return [
    { name: 'rooms are there with their versions and counts, in the order of code points', check: async () => checkRooms(await filled(), rooms) },
    { name: 'events come back in order, to the byte', check: async () => checkTexts(await filled(), rooms) },
    { name: 'events are found by their senders and their IDs', check: async () => checkSenders(await filled(), rooms) },
    { name: 'events that speak of somebody are found', check: async () => checkNames(await filled(), rooms) },
    { name: 'events with something beside them are found', check: async () => checkCopies(await filled(), rooms) },
    { name: 'rooms are found by those who are in them', check: async () => checkRoomsOf(await filled(), rooms) },
    { name: 'events are replaced and deleted', check: async () => checkChange(open, rooms) },
  ];
}

async function checkRooms(events: StoredEvents, rooms: readonly (readonly ImportedLine[])[]): Promise<void> {
  const expected = rooms.map((lines) => [roomIdOf(lines), lines[0]?.event.rules.id, lines.length] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  assertAnswer('events.rooms()', (await events.rooms()).map(({ roomId, roomVersion, events: count }) => [roomId, roomVersion, count]), expected);
  assertAnswer('events.totals()', await events.totals(), { rooms: rooms.length, events: rooms.reduce((sum, lines) => sum + lines.length, 0) });
  assertAnswer('events.room() of a room that is not there', await events.room('!nowhere:b.example'), undefined);
}

async function checkTexts(events: StoredEvents, rooms: readonly (readonly ImportedLine[])[]): Promise<void> {
  for (const lines of rooms) {
    const rows = await allRows((page) => events.inRoom(roomIdOf(lines), page));
    assertAnswer('events.inRoom()', rows.map(({ eventId, text, bare }) => [eventId, text, bare]), lines.map(({ event, text, bare }) => [event.eventId, text, bare]));
  }
}

async function checkSenders(events: StoredEvents, rooms: readonly (readonly ImportedLine[])[]): Promise<void> {
  for (const lines of rooms) {
    const [roomId, senders] = [roomIdOf(lines), sendersIn(lines)];
    for (const users of [...senders.map((user) => [user]), senders.slice(0, 2), ['@nobody:b.example']]) {
      const mine = sentBy(lines, users);
      assertAnswer('events.bySenders()', idsOf(await allRows((page) => events.bySenders(roomId, users, page))), mine);
      assertAnswer('events.byIds()', idsOf(await events.byIds(roomId, mine)).toSorted(), mine.toSorted());
    }
  }
}

async function checkNames(events: StoredEvents, rooms: readonly (readonly ImportedLine[])[]): Promise<void> {
  for (const lines of rooms) {
    for (const user of sendersIn(lines)) {
      const found = idsOf(await allRows((page) => events.naming(roomIdOf(lines), [user], page)));
      assertAnswer('events.naming(): events that are missing', speakingOf(lines, user).filter((id) => !found.includes(id)), []);
      assertAnswer('events.naming(): events of the person', found.filter((id) => sentBy(lines, [user]).includes(id)), []);
    }
  }
}

async function checkCopies(events: StoredEvents, rooms: readonly (readonly ImportedLine[])[]): Promise<void> {
  for (const lines of rooms) {
    const [user = ''] = sendersIn(lines);
    const found = idsOf(await allRows((page) => events.withCopies(roomIdOf(lines), [user], page)));
    const holding = lines.filter(({ event: { pdu } }) => pdu.sender !== user && Object.values(pdu.unsigned ?? {}).some((value) => typeof value === 'object' && value !== null));
    assertAnswer('events.withCopies(): events that are missing', holding.map(({ event }) => event.eventId).filter((id) => !found.includes(id)), []);
  }
}

async function checkRoomsOf(events: StoredEvents, rooms: readonly (readonly ImportedLine[])[]): Promise<void> {
  for (const user of new Set(rooms.flatMap(sendersIn))) {
    const found = await events.roomsOf([user]);
    const theirs = rooms.filter((lines) => sentBy(lines, [user]).length + speakingOf(lines, user).length > 0).map(roomIdOf);
    assertAnswer('events.roomsOf(): rooms that are missing', theirs.filter((roomId) => !found.includes(roomId)), []);
    assertAnswer('events.roomsOf(): its order', found, found.toSorted((a, b) => (a < b ? -1 : 1)));
  }
}

async function checkChange(open: OpenStore, rooms: readonly (readonly ImportedLine[])[]): Promise<void> {
  const { store, add } = await open();
  const lines = rooms[0] ?? [];
  await add(lines);
  const roomId = roomIdOf(lines);
  const rows = await allRows((page) => store.events.inRoom(roomId, page));
  const [first, second] = [rows.at(-1), rows.at(-2)];
  if (first === undefined || second === undefined) return;
  const before = await store.events.room(roomId);
  await store.events.change(roomId, [{ ...first, text: second.text, bare: second.bare }, { eventId: second.eventId, place: second.place }]);
  const after = await allRows((page) => store.events.inRoom(roomId, page));
  assertAnswer('events.change()', after.slice(-1).map(({ eventId, text }) => [eventId, text]), [[first.eventId, second.text]]);
  assertAnswer('events.room() after events.change(): its count', (await store.events.room(roomId))?.events, lines.length - 1);
  assertHolds('events.room() after events.change()', ((await store.events.room(roomId))?.revision ?? 0) > (before?.revision ?? 0), 'has the revision that it had before');
  assertAnswer('events.byIds() of a deleted event', await store.events.byIds(roomId, [second.eventId]), []);
}
