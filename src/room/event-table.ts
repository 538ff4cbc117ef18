import { referencedIds } from '../event/pdu.ts';
import type { Pdu } from '../event/pdu.ts';
import { createAuthGenerations } from './auth-generations.ts';
import type { AuthGenerations } from './auth-generations.ts';

/** Events by number. State resolution compares and collects events by the thousand, and numbers are cheaper than IDs. */
export type EventTable = {
  /** @throws {MissingStateEventError} for an event that cannot be fetched */
  readonly event: (number: number) => Pdu;
  readonly id: (number: number) => string;
  /** The auth events that an event names. */
  readonly auth: (number: number) => readonly number[];
  /** How long the event's auth chain is at most: whatever it can reach has a lower number. */
  readonly generation: AuthGenerations;
  readonly rejected: (number: number) => boolean;
};

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
  const fetched = (id: string): Pdu => fetchEvent(id) ?? missing(id);
  const event = (at: number): Pdu => (row(at).event ??= fetched(row(at).id));

  const auth = (at: number): readonly number[] => (row(at).auth ??= referencedIds(event(at).auth_events).map(number));

  return {
    number,
    event,
    auth,
    id: (at) => row(at).id,
    generation: createAuthGenerations(auth),
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
