import { isState, referencedIds, type Pdu } from '../event/pdu.ts';
import type { RoomEventRecord } from '../room/graph.ts';
import { createIntColumn, createIntLists } from '../room/int-column.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import { createInterner, DuplicateEventError, type Interner } from '../room/room-columns.ts';

/** An event as it is kept: its ID, and state whole, or of anything else what says who sent what. */
export type KeptEvent = { readonly eventId: string; readonly pdu: Pdu };

/** The records of one room's events in as little space as a graph can be opened with: a million of them must fit. */
export type RecordStore = Iterable<RoomEventRecord> & {
  /** @throws {DuplicateEventError} when the event is there already; nothing has changed then */
  readonly add: (event: RoomEvent) => KeptEvent;
  readonly size: () => number;
};

/** Event IDs by number: they come many times, and one copy of each is enough. */
export type EventIds = Interner<string>;

/** Event IDs that several stores can share. */
export function createEventIds(): EventIds {
  return createInterner<string>();
}

type Columns = {
  readonly ids: EventIds;
  readonly id: ReturnType<typeof createIntColumn>;
  readonly parents: ReturnType<typeof createIntLists>;
  readonly auth: ReturnType<typeof createIntLists>;
  readonly pdus: Pdu[];
  readonly streams: (number | undefined)[];
  /** Of those that have any: what the server noted. */
  readonly flags: Map<number, Partial<RoomEventRecord>>;
};

/** An empty store. State is kept whole, of other events only who sent what and what it follows: no message's content. */
export function createRecordStore(ids: EventIds = createEventIds()): RecordStore {
  const columns: Columns = {
    ids, id: createIntColumn(), parents: createIntLists(), auth: createIntLists(), pdus: [], streams: [], flags: new Map(),
  };
  const slim = createSlimmer();
  /** By number of the event ID: whether it is here. */
  const present = createIntColumn();
  const add = (event: RoomEvent): KeptEvent => {
    const { id, parents, auth, pdus, streams, flags } = columns;
    const row = id.length();
    const number = ids.number(event.eventId);
    if (present.at(number) > 0) throw new DuplicateEventError(event.eventId);
    present.set(number, 1);
    const pdu = slim(event);
    id.push(number);
    parents.push(referencedIds(event.pdu.prev_events).map(ids.number));
    auth.push(referencedIds(event.pdu.auth_events).map(ids.number));
    pdus.push(pdu);
    streams.push(event.streamOrdering);
    const noted = flagsOf(event);
    if (noted !== undefined) flags.set(row, noted);
    return { eventId: ids.text(id.at(row)) ?? event.eventId, pdu };
  };
  return { add, size: columns.id.length, [Symbol.iterator]: () => recordsOf(columns) };
}

function* recordsOf({ ids, id, parents, auth, pdus, streams, flags }: Columns): Generator<RoomEventRecord> {
  const name = (number: number): string => ids.text(number) ?? '';
  for (const [row, pdu] of pdus.entries()) {
    const stream = streams[row];
    yield {
      event_id: name(id.at(row)),
      pdu: { ...pdu, prev_events: parents.at(row).map(name), auth_events: auth.at(row).map(name) },
      ...(stream === undefined ? {} : { stream_ordering: stream }),
      ...flags.get(row),
    };
  }
}

function flagsOf({ rejected, softFailed, outlier }: RoomEvent): Partial<RoomEventRecord> | undefined {
  if (!rejected && !softFailed && !outlier) return undefined;
  return { ...(rejected ? { rejected: 'recorded' } : {}), soft_failed: softFailed, outlier };
}

/** What is kept of an event. Messages of one type and sender are one object. */
export function createSlimmer(): (event: RoomEvent) => Pdu {
  const kinds = new Map<string, Pdu>();
  return ({ pdu, eventId }) => {
    if (isState(pdu)) return slimState(pdu);
    if (pdu.type === 'm.room.redaction') return { ...slimMessage(pdu), ...targetsOf(pdu), event_id: eventId };
    const kind = JSON.stringify([pdu.type, pdu.sender, pdu.room_id]);
    const known = kinds.get(kind) ?? slimMessage(pdu);
    kinds.set(kind, known);
    return known;
  };
}

/** No rule reads what is left out. */
function slimState(pdu: Pdu): Pdu {
  const { prev_events: _parents, auth_events: _auth, unsigned: _unsigned, hashes: _hashes, sender: _sender, room_id: _roomId, ...rest } = pdu;
  return { ...rest, ...identityOf(pdu) };
}

function slimMessage(pdu: Pdu): Pdu {
  return { type: pdu.type, content: {}, ...identityOf(pdu) };
}

/** A file may have `null` where there is nothing. */
function identityOf({ sender, room_id: roomId }: Pdu): Partial<Pdu> {
  return { ...(typeof sender === 'string' ? { sender } : {}), ...(typeof roomId === 'string' ? { room_id: roomId } : {}) };
}

/** Whether a redaction applies rests on what it names, in either place. */
function targetsOf({ redacts, content }: Pdu): Partial<Pdu> {
  const named = Object.hasOwn(content, 'redacts') ? content['redacts'] : undefined;
  return { ...(redacts === undefined ? {} : { redacts }), ...(named === undefined ? {} : { content: { redacts: named } }) };
}
