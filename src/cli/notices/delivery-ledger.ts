import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { ErasureNotice, NoticeAddress } from '../../notices/build-notices.ts';
import type { Delivery } from '../../notices/delivery/delivery.ts';
import type { DestinationHealth } from '../../notices/delivery/policy.ts';
import { inTransaction, prepareAll } from '../../stores/sqlite/database-file.ts';
import { DeliveryLedgerError } from './ledger-error.ts';
import { createContactBook, type ContactBook } from './contact-book.ts';
import { openDatabase } from './ledger-file.ts';
import { createReceivedNotices, type ReceivedNotices } from './received.ts';
import { SQL } from './schema.ts';

/** What a ledger holds of a recipient: a notice to it, with the letter in case it has no endpoint, or that nobody can be told. */
export type LedgerNotice = (ErasureNotice | NoticeAddress & { readonly channel: 'none' }) & { readonly letter?: string };

/** A notice and its delivery. `revision` counts the changes: whoever changes it must have seen the last. */
export type LedgerEntry = { readonly notice: LedgerNotice; readonly delivery: Delivery; readonly revision: number };

/** A ledger of deliveries on disk. What was recorded is there after a crash at any moment. */
export type DeliveryLedger = {
  /** Adds notices, all or none; gives how many are new. One that is there already stays as it is. */
  readonly add: (entries: Iterable<Pick<LedgerEntry, 'notice' | 'delivery'>>) => number;
  /** Destinations with something to send that are not left in peace, longest waiting first. */
  readonly dueQueues: (now: number) => readonly string[];
  readonly due: (queue: string, now: number, limit: number) => readonly LedgerEntry[];
  /** When something is to be tried next (ms), `undefined` if nothing is. */
  readonly nextAt: (now: number) => number | undefined;
  readonly health: (queue: string) => DestinationHealth;
  readonly setHealth: (queue: string, health: DestinationHealth) => void;
  /** Changes a delivery; if somebody else has changed it meanwhile, what they made of it is changed. Gives what is there now. */
  readonly change: (entry: LedgerEntry, change: (delivery: Delivery) => Delivery) => Delivery;
  /** Does all of some work, or none of it, and waits for the disk once. */
  readonly together: <T>(work: () => T) => T;
  readonly find: (id: string) => LedgerEntry | undefined;
  readonly all: () => Generator<LedgerEntry>;
  /** The server whose notices these are; the first that is given stays. */
  readonly server: (name?: string) => string | undefined;
  /** The notices that came in. */
  readonly received: ReceivedNotices;
  /** Whom other servers name to be written to. */
  readonly contacts: ContactBook;
  readonly close: () => void;
};

/** The queue of a notice: all that goes to one place by one channel. */
export const queueOf = ({ channel, destination }: LedgerNotice): string => `${channel} ${destination}`;

/**
 * Opens a ledger of deliveries, and makes it where there is none if it may. Only its owner can read it: it names people.
 * @throws {DeliveryLedgerError} when there is none, or the file is something else
 */
export function openDeliveryLedger(path: string, { create = false }: { readonly create?: boolean } = {}): DeliveryLedger {
  const database = openDatabase(path, create);
  const prepared = prepareAll(database, SQL);
  const one = (id: string): LedgerEntry | undefined => {
    const row = prepared.one.get({ id });
    return row === undefined ? undefined : entryOf(row);
  };
  return {
    add: (entries) => inTransaction(database, () => {
      let added = 0;
      for (const { notice, delivery } of entries) {
        added += Number(prepared.insert.run({ id: notice.id, queue: queueOf(notice), notice: JSON.stringify(notice), ...columnsOf(delivery) }).changes);
      }
      return added;
    }),
    dueQueues: (now) => prepared.dueQueues.all({ now }).map(({ queue }) => String(queue)),
    due: (queue, now, limit) => prepared.due.all({ queue, now, limit }).map(entryOf),
    nextAt: (now) => (prepared.nextAt.get({ now })?.['at'] ?? undefined) as number | undefined,
    health: (queue) => (prepared.health.get({ queue }) as DestinationHealth | undefined) ?? { failures: 0, restUntil: 0 },
    setHealth: (queue, { failures, restUntil }) => void prepared.setHealth.run({ queue, failures, restUntil }),
    change: (entry, change) => {
      for (let seen: LedgerEntry | undefined = entry; seen !== undefined; seen = one(entry.notice.id)) {
        const delivery = change(seen.delivery);
        const { changes } = prepared.update.run({ id: seen.notice.id, revision: seen.revision, ...columnsOf(delivery) });
        if (Number(changes) === 1) return delivery;
      }
      throw new DeliveryLedgerError(path, 'lost');
    },
    together: (work) => inTransaction(database, work),
    find: one,
    all: function* all() {
      for (const row of prepared.all.iterate()) yield entryOf(row);
    },
    server: (name) => {
      if (name !== undefined) prepared.setFact.run({ name: 'server', value: name });
      return prepared.fact.get({ name: 'server' })?.['value'] as string | undefined;
    },
    received: createReceivedNotices(database),
    contacts: createContactBook(database),
    close: () => database.close(),
  };
}

function columnsOf({ status, since, deadline, path, attempts, refusals, nextAt, reason, ask }: Delivery): Record<string, SQLInputValue> {
  return { status, since, deadline, path, attempts, refusals, nextAt: nextAt ?? null, reason: reason ?? null, ask: ask ?? null };
}

function entryOf({ notice, revision, status, since, deadline, path, attempts, refusals, next_at: nextAt, reason, ask }: Record<string, unknown>): LedgerEntry {
  const optional = Object.fromEntries(Object.entries({ nextAt, reason, ask }).filter(([, value]) => value !== null));
  return { notice: JSON.parse(String(notice)), revision: Number(revision), delivery: { status, since, deadline, path, attempts, refusals, ...optional } as Delivery };
}

/** Lets one process at a time send from a ledger; the system lets go of it when the process ends, however it ends. @throws {DeliveryLedgerError} when another one sends */
export function lockSending(path: string): { readonly release: () => void } {
  const lock = new DatabaseSync(`${path}.sending`);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new DeliveryLedgerError(path, 'busy');
  }
  return { release: () => lock.close() };
}
