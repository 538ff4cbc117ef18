import { isJsonObject, own, type JsonValue } from '../../json/value.ts';
import { isClientEvent, parseOnce, placed, roomOfCreate, type Found, type ImportContext, type UnitReader } from './imported.ts';

/** Makes records of the events of one room, in which the room need be named once, by its create event. */
export function createGraphEvents({ roomId, roomVersion }: { readonly roomId?: string | undefined; readonly roomVersion?: string | undefined }): (value: JsonValue) => Found {
  let known = roomId;
  return (value) => {
    // A record says all of it itself.
    if (!isJsonObject(value) || isJsonObject(own(value, 'pdu'))) return { value, client: false };
    known = roomOfCreate(value) ?? known;
    return { value: placed(value, { roomId: known, roomVersion }), client: isClientEvent(value) };
  };
}

/**
 * The graph of a room as researchers exchange it: one event a line in the full federation format, with its `event_id` put into it, so that it is no
 * PDU as it stands. That is what TARDIS reads, with the SQL in its README that takes it from a Synapse, and what rezzy resolves. The events of
 * newer rooms may lack their `room_id`; that of the create event counts for all.
 * @see https://github.com/matrix-org/tardis#loading-events
 */
export function readGraphLines(context: ImportContext): UnitReader {
  const eventOf = createGraphEvents(context);
  return (text) => {
    const value = parseOnce(text);
    const { value: record } = eventOf(value);
    return [{ value: record, client: false }];
  };
}

/** Objects one behind the other, as Synapse's `export-data` writes them: PDUs without their event IDs, in a file of their room. */
export function readObjects(context: ImportContext): UnitReader {
  return readGraphLines(context);
}
