import type { StoredEvent } from '../erasure/apply.ts';
import { readRecord } from '../event/record.ts';
import { parseJson } from '../json/parse-json.ts';
import { createRecordResolver } from '../room/resolve-record.ts';
import type { EventRow, RoomRow } from './store.ts';

/** Reads a row of a store: its record, and the event of a known room, version and ID. */
export type RowReader = (row: Pick<EventRow, 'eventId' | 'text'>) => StoredEvent;

/** A reader of the rows of one room. */
export function rowReader({ roomId, roomVersion }: Pick<RoomRow, 'roomId' | 'roomVersion'>): RowReader {
  const { resolve } = createRecordResolver({ known: new Map([[roomId, roomVersion]]), roomVersion });
  return ({ eventId, text }) => {
    const { record } = readRecord(parseJson(text));
    const known = record.event_id === undefined || record.room_id === undefined ? { ...record, room_id: roomId, event_id: eventId, pdu: record.pdu } : record;
    return { record, event: resolve(known) };
  };
}
