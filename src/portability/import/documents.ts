import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/value.ts';
import { stringifyJson } from '../../json/stringify-json.ts';
import { isClientEvent, listIn, parseOnce, placed, type Found, type ImportContext, type Tally, type UnitReader } from './imported.ts';
import { createGraphEvents } from './room-graph.ts';

/** An event in a document, and the room whose part of the document it stands in. */
type Listed = { readonly event: JsonValue; readonly roomId?: string };
type Lister = (document: JsonObject, tally: Tally) => readonly Listed[];

/** Parts of documents that hold no events of a room's history, and what they are called. */
const NO_EVENTS: readonly (readonly [key: string, what: string])[] = [
  ['edus', 'EDUs'], ['ephemeral', 'ephemeral events'], ['to_device', 'messages to devices'], ['presence', 'presence events'], ['account_data', 'entries of account data'],
];

/** Events that were served to a client, which lack what places them in a graph. */
function readClientEvents(list: Lister, { roomId, tally }: ImportContext): UnitReader {
  return (text) => {
    const document = parseOnce(text);
    if (!isJsonObject(document)) return [{ value: document, client: true }];
    return once(list(document, tally), tally).map(({ event, roomId: listed }) => ({
      value: isJsonObject(event) ? placed(event, { roomId: listed ?? roomId }) : event,
      client: !isJsonObject(event) || isClientEvent(event),
    }));
  };
}

/** A page of `/messages`, `/context`, `/members` or `/relations`. @see https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmessages */
export function readPage(context: ImportContext): UnitReader {
  return readClientEvents((page) => {
    const event = own(page, 'event');
    const middle = event === undefined ? [] : [event];
    return [...listIn(page, 'state'), ...listIn(page, 'events_before'), ...middle, ...listIn(page, 'events_after'), ...listIn(page, 'chunk')].map((each) => ({ event: each }));
  }, context);
}

/** An answer of `/sync`. @see https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync */
export function readSync(context: ImportContext): UnitReader {
  return readClientEvents((sync, tally) => {
    tallyOthers(sync, tally);
    const rooms = own(sync, 'rooms');
    for (const part of ['invite', 'knock']) {
      for (const [, room] of roomsIn(rooms, part)) tally('events of rooms that were not entered, without IDs', listIn(own(room, `${part}_state`), 'events').length);
    }
    return ['join', 'leave'].flatMap((part) => roomsIn(rooms, part).flatMap(([roomId, room]) => eventsOfRoom(roomId, room, tally)));
  }, context);
}

function eventsOfRoom(roomId: string, room: JsonObject, tally: Tally): readonly Listed[] {
  tallyOthers(room, tally);
  const timeline = own(room, 'timeline');
  if (isJsonObject(timeline) && own(timeline, 'limited') === true) tally('rooms whose older events the page leaves out (limited)');
  const parts = [own(room, 'state'), own(room, 'state_after'), own(room, 'org.matrix.msc4222.state_after'), timeline];
  return parts.flatMap((part) => listIn(part, 'events')).map((event) => ({ event, roomId }));
}

function roomsIn(rooms: JsonValue | undefined, part: string): readonly (readonly [string, JsonObject])[] {
  const value = isJsonObject(rooms) ? own(rooms, part) : undefined;
  return isJsonObject(value) ? Object.entries(value).filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1])) : [];
}

/** Element's JSON export of a chat. Encrypted messages are in it as they were decrypted. */
export function readElementExport(context: ImportContext): UnitReader {
  return readClientEvents((chat) => listIn(chat, 'messages').map((event) => ({ event })), context);
}

/** Keys under which answers and requests of the server-server API, and files with the graph of a room, have events. */
export const EVENT_LISTS: readonly string[] = ['auth_chain', 'state', 'pdus', 'events'];

/**
 * Lists of events under a key of their own: federation transactions, `/backfill`, `/state`, `/event_auth`, `/get_missing_events`, `/send_join`; a transaction to an application
 * service; a room graph with `room_version` and `room_id` beside its `events`.
 * @see https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv1sendtxnid
 */
export function readEventLists({ tally, roomId }: ImportContext): UnitReader {
  return (text) => {
    const document = parseOnce(text);
    if (!isJsonObject(document)) return [{ value: document, client: false }];
    tallyOthers(document, tally);
    const single = own(document, 'event');
    const events = [...EVENT_LISTS.flatMap((key) => listIn(document, key)), ...(single === undefined ? [] : [single])];
    if (own(document, 'calculate_event_ids') === true) tally('event IDs that were to be computed, and stay as they are', events.length);
    return graphEvents(events, { tally, roomId: textIn(document, 'room_id') ?? roomId, roomVersion: textIn(document, 'room_version') });
  };
}

/** An array of events: `/rooms/{roomId}/state`, or the graph of a room. */
export function readEventArray(context: ImportContext): UnitReader {
  return (text) => {
    const events = parseOnce(text);
    return Array.isArray(events) ? graphEvents(events, context) : [{ value: events, client: false }];
  };
}

function graphEvents(events: readonly JsonValue[], { tally, ...known }: ImportContext & { readonly roomVersion?: string | undefined }): readonly Found[] {
  const eventOf = createGraphEvents(known);
  return once(events.map((event) => ({ event })), tally).map(({ event }) => eventOf(event));
}

function textIn(object: JsonObject, key: string): string | undefined {
  const value = own(object, key);
  return typeof value === 'string' ? value : undefined;
}

/** Answers repeat events, such as state that is in the timeline too: each is read once if it is the same but for what the server adds. */
function once(events: readonly Listed[], tally: Tally): readonly Listed[] {
  const seen = new Set<string>();
  return events.filter(({ event }) => {
    if (!isJsonObject(event)) return true;
    const text = stringifyJson(Object.fromEntries(Object.entries(event).filter(([key]) => key !== 'unsigned' && key !== 'age')));
    if (seen.has(text)) return tally('events that stand in it more than once, read once'), false;
    return seen.add(text), true;
  });
}

function tallyOthers(object: JsonObject, tally: Tally): void {
  for (const [key, what] of NO_EVENTS) {
    const value = own(object, key);
    const count = Array.isArray(value) ? value.length : listIn(value, 'events').length;
    if (count > 0) tally(what, count);
  }
}
