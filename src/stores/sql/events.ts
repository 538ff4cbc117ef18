import { isUserId } from '../../identifiers/identifiers.ts';
import type { EventChange, EventRow, Page, RoomRow, StoredEvents } from '../store.ts';
import { changeEvents } from './change-events.ts';
import { fromKeyText, keyText } from './key-text.ts';
import type { Rows, SqlPort, SqlRow } from './port.ts';
import type { Statements } from './statements.ts';

/** The events of a store. */
export function storedEvents(port: SqlPort, sql: Statements): StoredEvents {
  const rowsOf = async (roomId: string, statement: string, { after = 0, limit }: Page, users: readonly string[]): Promise<readonly EventRow[]> =>
    (await port.rows(statement, [keyText(roomId), after, limit, ...(users === NOBODY ? [] : [users.map(keyText)])])).map((row) => eventRow(row, roomId));
  return {
    rooms: async () => (await port.all(sql.rooms)).map(roomRow),
    totals: async () => {
      const row = (await port.all(sql.totals))[0];
      return { rooms: Number(row?.['rooms'] ?? 0), events: Number(row?.['events'] ?? 0) };
    },
    room: async (roomId) => (await port.all(sql.room, [keyText(roomId)])).map(roomRow)[0],
    roomsOf: async (users) => (await port.all(sql.roomsOf, [users.map(keyText)])).map(({ room_id: id }) => fromKeyText(String(id))),
    inRoom: (roomId, page) => rowsOf(roomId, sql.inRoom, page, NOBODY),
    bySenders: async (roomId, users, page) => {
      const [user] = users;
      if (user === undefined || users.length > 1) return rowsOf(roomId, sql.bySenders, page, users);
      const { after = 0, limit } = page;
      return (await port.rows(sql.bySender, [keyText(roomId), after, limit, keyText(user)])).map((row) => eventRow(row, roomId));
    },
    byIds: async (roomId, eventIds) => (await port.rows(sql.byIds, [keyText(roomId), eventIds.map(keyText)])).map((row) => eventRow(row, roomId)),
    naming: (roomId, users, page) => rowsOf(roomId, sql.naming, page, users.filter(isUserId)),
    withCopies: (roomId, users, page) => rowsOf(roomId, sql.withCopies, page, users),
    mediaReferrers: async (uris) => (await port.all(sql.mediaReferrers, [uris])).map(({ uri, room_id: roomId, event_id: eventId, user_id: sender }) => ({
      uri: String(uri) as `mxc://${string}/${string}`, roomId: fromKeyText(String(roomId)), eventId: fromKeyText(String(eventId)), sender: fromKeyText(String(sender)),
    })),
    change: (roomId, changes: readonly EventChange[]) => port.transaction((inside) => changeEvents(inside, sql, { roomId, changes })),
    unreadable: async () => Number((await port.all(sql.fact, ['unreadable']))[0]?.['value'] ?? 0),
  };
}

const NOBODY: readonly string[] = [];

/** Of the columns of an event, in their order. */
function eventRow([eventId, place, text, bare, marked]: Rows[number], roomId: string): EventRow {
  return { roomId, eventId: fromKeyText(String(eventId)), place: Number(place), text: String(text), bare: Number(bare) === 1, marked: Number(marked) === 1 };
}

function roomRow({ room_id: roomId, version, events, revision }: SqlRow): RoomRow {
  return { roomId: fromKeyText(String(roomId)), roomVersion: String(version), events: Number(events), revision: Number(revision) };
}
