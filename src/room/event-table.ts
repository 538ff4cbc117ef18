import { referencedIds } from '../event/pdu.ts';
import type { Pdu } from '../event/pdu.ts';
import { isReadable } from './readable.ts';

/** Events by number. State resolution compares and collects events by the thousand, and numbers are cheaper than IDs. */
export type EventTable = {
  /** @throws {MissingStateEventError} for an event that cannot be fetched */
  readonly event: (number: number) => Pdu;
  readonly id: (number: number) => string;
  /** The auth events that an event names. */
  readonly auth: (number: number) => readonly number[];
  /** The events that name an event as auth event, where that is known. */
  readonly citedBy?: (number: number) => readonly number[];
  readonly rejected: (number: number) => boolean;
};

/** A table that knows by which events each is cited. */
export type CitedEventTable = EventTable & Required<Pick<EventTable, 'citedBy'>>;

/** A table that numbers IDs as they come up. */
export type GrowingEventTable = EventTable & { readonly number: (eventId: string) => number };

type Row = { readonly id: string; event?: Pdu; auth?: readonly number[] };

/** A table over a lookup: each event is fetched once, and only if it is needed. */
export function createEventTable(
  fetchEvent: (eventId: string) => Pdu | undefined,
  rejected: (eventId: string) => boolean = () => false,
): GrowingEventTable {
  const numbers = new Map<string, number>();
  const rows: Row[] = [];

  const number = (id: string): number => {
    const known = numbers.get(id);
    if (known !== undefined) return known;
    numbers.set(id, rows.length);
    return rows.push({ id }) - 1;
  };
  const row = (at: number): Row => rows[at] ?? outOfRange(at);
  // What has not the form of an event never came into a state.
  const fetched = (id: string): Pdu => {
    const event = fetchEvent(id);
    return isReadable(event) ? event : missing(id);
  };
  const event = (at: number): Pdu => (row(at).event ??= fetched(row(at).id));

  return {
    number,
    event,
    id: (at) => row(at).id,
    auth: (at) => (row(at).auth ??= referencedIds(event(at).auth_events).map(number)),
    rejected: (at) => rejected(row(at).id),
  };
}

function outOfRange(at: number): never {
  throw new RangeError(`no event has the number ${at}`);
}

function missing(id: string): never {
  throw new MissingStateEventError(id);
}

/** State resolution needs an event that `fetchEvent` does not find: fetch the auth chains of the states first. */
export class MissingStateEventError extends Error {
  override readonly name = 'MissingStateEventError';
  readonly eventId: string;

  constructor(eventId: string) {
    super('state resolution needs an event that is not there: load the auth chains of all states before');
    this.eventId = eventId;
  }
}
