import { isJsonObject } from '../json/value.ts';
import { asJson, isState, referencedIds } from '../event/pdu.ts';
import type { Pdu } from '../event/pdu.ts';
import { UnreadableRecordError } from '../event/record.ts';
import type { RoomEventRecord } from './graph.ts';
import { createIntColumn, createIntLists } from './int-column.ts';
import type { IntLists } from './int-column.ts';
import { isReadable } from './readable.ts';
import { stateKeyOf } from './state-map.ts';
import type { StateKey } from './state-map.ts';

/** What the server's record says of an event, as bits; and that it has not the form of one, and so is in no state. */
export const RECORDED = { rejected: 1, softFailed: 2, outlier: 4, formless: 8 } as const;

/** Texts by number, from 1; 0 is no text. */
export type Interner<T extends string> = {
  readonly number: (text: T) => number;
  readonly find: (text: T) => number;
  readonly text: (number: number) => T | undefined;
};

/** What stays of a room's events: integers for all of them, and the events themselves where authorization may need their content. */
export type RoomColumns = {
  /** The row of every event, in the server's own order. */
  readonly serverOrder: readonly number[];
  /** IDs of events and of what they refer to. */
  readonly ids: Interner<string>;
  /** The row of an event, by the number of its ID; -1 if it is not there. */
  readonly row: (id: number) => number;
  /** The number of the ID of a row's event. */
  readonly id: (row: number) => number;
  readonly parents: IntLists;
  readonly auth: IntLists;
  readonly recorded: (row: number) => number;
  /** Places of the state; the place of a row's event is 0 if it is no state. */
  readonly places: Interner<StateKey>;
  readonly place: (row: number) => number;
  /** A whole event, by the number of its ID, if it was kept. */
  readonly kept: (id: number) => Pdu | undefined;
  /** The event of a row, whole if it was kept, else with what the rules read of a message. */
  readonly event: (row: number) => Pdu;
  /** Equal numbers stand for events that the rules cannot tell apart but for their auth events; 0 for those that were kept. */
  readonly kind: (row: number) => number;
};

// Rules read the content of these even where a state key is missing.
const READ_WHOLE: ReadonlySet<string> = new Set(['m.room.create', 'm.room.member', 'm.room.power_levels']);

/** Texts by number. */
export function createInterner<T extends string>(): Interner<T> {
  const numbers = new Map<T, number>();
  const texts: T[] = [];
  const find = (text: T): number => numbers.get(text) ?? 0;
  const number = (text: T): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, texts.push(text));
    return texts.length;
  };
  return { find, number, text: (at) => texts[at - 1] };
}

/**
 * Reads the records of a room and keeps of each only what the graph needs.
 * @throws {DuplicateEventError} when two records have one event ID
 * @throws {UnreadableRecordError} when a record has no event or no event ID
 */
export function readColumns(records: Iterable<RoomEventRecord>): RoomColumns {
  const ids = createInterner<string>();
  const places = createInterner<StateKey>();
  const kinds = createKinds();
  const kept = new Map<number, Pdu>();
  const rows = createIntColumn();
  const [idOf, recorded, placeOf, kindOf] = [createIntColumn(), createIntColumn(), createIntColumn(), createIntColumn()];
  const [parents, auth] = [createIntLists(), createIntLists()];
  const streams: number[] = [];

  for (const record of records) {
    assertRecord(record);
    const { pdu } = record;
    const id = ids.number(record.event_id);
    if (rows.at(id) > 0) throw new DuplicateEventError(record.event_id);
    idOf.push(id);
    rows.set(id, idOf.length());
    const event = isReadable(pdu) ? pdu : undefined;
    recorded.push(bitsOf(record) | (event === undefined ? RECORDED.formless : 0));
    parents.push(referencedIds(pdu.prev_events).map(ids.number));
    auth.push(referencedIds(pdu.auth_events).map(ids.number));
    const whole = event && toKeep(event);
    placeOf.push(whole !== undefined && isState(whole) ? places.number(stateKeyOf(whole.type, whole.state_key)) : 0);
    if (whole !== undefined) kept.set(id, whole);
    kindOf.push(whole === undefined ? kinds.number(event ?? FORMLESS) : 0);
    if (typeof record.stream_ordering === 'number') streams.push(record.stream_ordering);
  }
  return {
    ids, places, parents, auth,
    serverOrder: inServerOrder(idOf.length(), streams),
    row: (id) => rows.at(id) - 1,
    id: idOf.at, recorded: recorded.at, place: placeOf.at, kind: kindOf.at,
    kept: (id) => kept.get(id),
    event: (row) => kept.get(idOf.at(row)) ?? kinds.event(kindOf.at(row)),
  };
}

function assertRecord(record: RoomEventRecord): void {
  // Events of another form are kept, and the rules refuse them.
  if (!isJsonObject(asJson(record)) || !isJsonObject(asJson(record.pdu))) throw new UnreadableRecordError('pdu', 'an object');
  if (typeof record.event_id !== 'string') throw new UnreadableRecordError('event_id', 'a string');
}

const FORMLESS: Pdu = { type: '', content: {} };

function bitsOf({ rejected, soft_failed: softFailed, outlier }: RoomEventRecord): number {
  return (typeof rejected === 'string' ? RECORDED.rejected : 0)
    | (softFailed === true ? RECORDED.softFailed : 0)
    | (outlier === true ? RECORDED.outlier : 0);
}

function toKeep(pdu: Pdu): Pdu | undefined {
  if (isState(pdu) || READ_WHOLE.has(pdu.type)) return pdu;
  // The rule of redactions in versions 1 and 2 reads the target, and nothing of the content.
  return pdu.type === 'm.room.redaction' ? { ...slimmed(pdu), ...only(pdu, 'event_id'), ...only(pdu, 'redacts') } : undefined;
}

function only(pdu: Pdu, key: 'sender' | 'room_id' | 'event_id' | 'redacts'): Partial<Pdu> {
  const value = pdu[key];
  return typeof value === 'string' ? { [key]: value } : {};
}

function slimmed(pdu: Pdu): Pdu {
  return { type: pdu.type, content: {}, ...only(pdu, 'sender'), ...only(pdu, 'room_id') };
}

/** One slim event for all messages of one type, sender and room. */
function createKinds(): { readonly number: (pdu: Pdu) => number; readonly event: (kind: number) => Pdu } {
  const names = createInterner<string>();
  const events: Pdu[] = [];
  return {
    number: (pdu) => {
      const kind = names.number(JSON.stringify([pdu.type, pdu.sender, pdu.room_id]));
      events[kind] ??= slimmed(pdu);
      return kind;
    },
    event: (kind) => events[kind] ?? { type: '', content: {} },
  };
}

/** The rows by the server's own order if all records have it, else as they came. */
function inServerOrder(count: number, streams: readonly number[]): readonly number[] {
  const rows = Array.from({ length: count }, (_, row) => row);
  return streams.length < count ? rows : rows.sort((one, other) => (streams[one] ?? 0) - (streams[other] ?? 0));
}

/** The row of the create event, if it is there: of several the one that the server has had longest. */
export function createRowOf({ places, place, serverOrder }: RoomColumns): number | undefined {
  const create = places.find(stateKeyOf('m.room.create', ''));
  return create === 0 ? undefined : serverOrder.find((row) => place(row) === create);
}

/** Two records of one event: the input was joined from overlapping exports. Remove one of them. */
export class DuplicateEventError extends Error {
  override readonly name = 'DuplicateEventError';
  readonly eventId: string;

  constructor(eventId: string) {
    super(`two records have the event ID ${eventId}: remove one of them`);
    this.eventId = eventId;
  }
}
