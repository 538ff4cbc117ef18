import { parseJson } from '../../json/parse-json.ts';
import { stringifyJson } from '../../json/stringify-json.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/value.ts';

/** What a reader of a format found: a record, or a bare event, as a line of an event file would hold it. */
export type Found = {
  readonly value: JsonValue;
  /** Whether it is an event as clients are served it, without its place in the room's graph. */
  readonly client: boolean;
};

/** Counts what a file holds that is no event, or that could not be recovered. */
export type Tally = (what: string, count?: number) => void;

/** What is known before the first event is read. */
export type ImportContext = {
  readonly tally: Tally;
  /** The room of events that do not name theirs. */
  readonly roomId?: string | undefined;
};

/** Reads one unit of a format, a line, an object or a whole document; throws what a broken one is called. */
export type UnitReader = (text: string) => readonly Found[];

/**
 * The value of a JSON text in which no object has a key twice: of two, whoever reads the event sees one, and what the other holds would be lost.
 * @throws {JsonSyntaxError} when it is not JSON, or a key stands twice
 */
export function parseOnce(text: string): JsonValue {
  const value = parseJson(text);
  if (text.length !== stringifyJson(value).length) parseJson(text, { duplicateKeys: 'error' });
  return value;
}

/** Whether an event has no place in a graph: a client was served it, a server did not send it. */
export function isClientEvent(event: JsonObject): boolean {
  return !Array.isArray(own(event, 'prev_events')) && !Array.isArray(own(event, 'auth_events'));
}

/** What something outside of the event says of it. */
export type Place = { readonly roomId?: string | undefined; readonly eventId?: string | undefined; readonly roomVersion?: string | undefined };

/**
 * An event as a record with what is known of it. An `event_id` that is a hash is taken out of the event, whose hash would be another one with it in it;
 * one that names a server is part of the event.
 */
export function placed(event: JsonObject, { roomId, eventId, roomVersion }: Place): JsonObject {
  const named = own(event, 'event_id');
  const hashed = typeof named === 'string' && isHashId(named);
  const bare = hashed && !isClientEvent(event) ? without(event, 'event_id') : event;
  const id = eventId ?? (typeof named === 'string' && (hashed || isClientEvent(event)) ? named : undefined);
  const missing = typeof own(event, 'room_id') === 'string' ? undefined : roomId;
  // Every event of a server names its room but the one that makes it: what an export left out is put back.
  const restored = missing !== undefined && !isClientEvent(event) && own(event, 'type') !== 'm.room.create';
  const pdu = restored ? { ...bare, room_id: missing } : bare;
  const room = restored ? undefined : missing;
  if (id === undefined && room === undefined && roomVersion === undefined) return pdu;
  return {
    ...(room === undefined ? {} : { room_id: room }),
    ...(roomVersion === undefined ? {} : { room_version: roomVersion }),
    ...(id === undefined ? {} : { event_id: id }),
    pdu,
  };
}

/** Whether an event ID is the hash of its event: those of room versions 1 and 2 name a server. */
export function isHashId(id: string): boolean {
  return id.startsWith('$') && !id.includes(':');
}

/** The room that a create event makes, where its ID is the hash of the event and it does not name its room. */
export function roomOfCreate(event: JsonObject): string | undefined {
  const parents = own(event, 'prev_events');
  if (own(event, 'type') !== 'm.room.create' || own(event, 'state_key') !== '' || (Array.isArray(parents) && parents.length > 0)) return undefined;
  const [room, id] = [own(event, 'room_id'), own(event, 'event_id')];
  if (typeof room === 'string') return room;
  return typeof id === 'string' && isHashId(id) ? `!${id.slice(1)}` : undefined;
}

function without(event: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(event).filter(([name]) => name !== key));
}

/** The objects of a member that is a list, nothing when it is none. */
export function listIn(object: JsonValue | undefined, key: string): readonly JsonValue[] {
  const value = isJsonObject(object) ? own(object, key) : undefined;
  return Array.isArray(value) ? value : [];
}
