import type { DatabaseSync } from 'node:sqlite';
import { purgeDeadline } from '../../erasure/deadlines.ts';
import type { UserId } from '../../identifiers/identifiers.ts';
import type { ReceivedNotice } from '../../notices/authority.ts';
import { hashKeyId, keyedHash, type HashKey } from '../../notices/keyed-hash.ts';
import type { SubjectStanding } from '../../notices/serve.ts';
import type { SuppressionEntry } from '../../notices/suppression-entry.ts';
import { inTransaction, prepareAll } from '../../stores/sqlite/database-file.ts';
import { DeliveryLedgerError } from './ledger-error.ts';
import { RECEIVED_SQL } from './schema.ts';

/** How far a notice that came in has been followed. */
export type ReceivedState =
  /** Somebody has to plan and carry out the erasure. */
  | 'due'
  /** It was carried out. */
  | 'erased'
  /** It was revoked, as the person came back. */
  | 'revoked'
  /** Another notice came after that: somebody has to decide. */
  | 'review';

/** A user whose erasure other servers, or the homeserver, asked for. Times are ms since 1970, UTC. */
export type ReceivedEntry = {
  readonly number: number;
  /** There for as long as somebody has something to do about it. */
  readonly userId?: UserId;
  readonly state: ReceivedState;
  readonly endpoint: ReceivedNotice['endpoint'];
  readonly origin?: string;
  readonly receivedAt: number;
  /** Since when it has that state. */
  readonly since: number;
  /** Until when it is to be done, or decided. */
  readonly deadline: number;
  readonly revokedAt?: number;
};

/** What came of a notice. */
export type Taken = { readonly outcome: 'new' | 'review' | 'repeat'; readonly entry: ReceivedEntry };

/** The notices that came in, one for each user. What was taken in is there after a crash at any moment. */
export type ReceivedNotices = {
  readonly standing: (userId: UserId, key: HashKey) => SubjectStanding;
  /** Takes a notice in, opens a review after a revocation, or changes nothing, whatever other receivers do meanwhile. */
  readonly take: (notice: ReceivedNotice, key: HashKey, now: number) => Taken;
  /** Finds by number; by user ID while something is to be done, or with the key. */
  readonly find: (who: number | UserId, key?: HashKey) => ReceivedEntry | undefined;
  /** Writes down what a person did or decided; what nobody needs any more is forgotten. */
  readonly decide: (entry: ReceivedEntry, decision: { readonly state: 'due' | 'erased' | 'revoked'; readonly userId?: UserId }, now: number) => void;
  readonly all: () => readonly ReceivedEntry[];
  /** The list of the erased, for `ingestVerdict`. */
  readonly suppression: () => readonly SuppressionEntry[];
  /** The key with which users are hashed; the first that is given stays. @throws {DeliveryLedgerError} for another one */
  readonly useKey: (key: HashKey, path: string) => void;
};

const STANDINGS: Readonly<Record<ReceivedState, SubjectStanding>> = { due: 'erased', erased: 'erased', revoked: 'revoked', review: 'in-review' };

/** The notices that came in, in a ledger. */
export function createReceivedNotices(database: DatabaseSync): ReceivedNotices {
  const prepared = prepareAll(database, RECEIVED_SQL);
  const bySubject = (userId: UserId, key: HashKey): ReceivedEntry | undefined => entryOf(prepared.bySubject.get({ subject: keyedHash(key, 'user', userId) }));
  return {
    standing: (userId, key) => {
      const entry = bySubject(userId, key);
      return entry === undefined ? 'none' : STANDINGS[entry.state];
    },
    take: (notice, key, now) => inTransaction(database, () => {
      const { userId, endpoint } = notice;
      const row = { subject: keyedHash(key, 'user', userId), userId, endpoint, origin: notice.endpoint === 'server' ? notice.origin : null, now, deadline: purgeDeadline(now) };
      const outcome = Number(prepared.take.run(row).changes) > 0 ? 'new' : Number(prepared.review.run(row).changes) > 0 ? 'review' : 'repeat';
      const entry = bySubject(userId, key);
      if (entry === undefined) throw new DeliveryLedgerError(userId, 'lost');
      return { outcome, entry };
    }),
    find: (who, key) => {
      if (typeof who === 'number') return entryOf(prepared.byNumber.get({ number: who }));
      return entryOf(prepared.byUser.get({ userId: who })) ?? (key === undefined ? undefined : bySubject(who, key));
    },
    decide: (entry, { state, userId = entry.userId }, now) => {
      // Who came back came back then, whatever is decided about another notice later.
      const deadline = state === 'due' ? purgeDeadline(now) : entry.deadline;
      prepared.decide.run({ number: entry.number, state, userId: state === 'due' ? (userId ?? null) : null, now, deadline, revokedAt: state === 'revoked' ? (entry.revokedAt ?? now) : null });
      // What was in the log of the database goes, too.
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    },
    all: () => prepared.all.all().flatMap((row) => entryOf(row) ?? []),
    suppression: () => prepared.all.all().map(suppressionOf),
    useKey: (key, path) => {
      const set = database.prepare("INSERT INTO facts (name, value) VALUES ('suppression-key', ?) ON CONFLICT (name) DO NOTHING");
      set.run(hashKeyId(key));
      const known = database.prepare("SELECT value FROM facts WHERE name = 'suppression-key'").get()?.['value'];
      if (known !== hashKeyId(key)) throw new DeliveryLedgerError(path, 'other-key');
    },
  };
}

function entryOf(row: Record<string, unknown> | undefined): ReceivedEntry | undefined {
  if (row === undefined) return undefined;
  const { subject: _, ...columns } = row;
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null)) as ReceivedEntry;
}

/** Under review, nothing has been decided again: the revocation still counts. */
function suppressionOf({ subject, receivedAt, revokedAt, state, since }: Record<string, unknown>): SuppressionEntry {
  const again = state === 'due' && Number(since) > Number(receivedAt);
  return {
    subject: String(subject), profile: 'notice', effectiveAt: again ? Number(since) : Number(receivedAt),
    ...(revokedAt === null ? {} : { revokedAt: Number(revokedAt) }),
  };
}
