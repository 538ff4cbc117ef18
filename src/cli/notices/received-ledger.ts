import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { UserId } from '../../identifiers/identifiers.ts';
import type { ReceivedNotice } from '../../notices/authority.ts';
import { keyedHash, type HashKey } from '../../notices/keyed-hash.ts';
import type { SubjectStanding } from '../../notices/serve.ts';
import { ReceivedLedgerError } from './received-ledger-error.ts';

/** How far a receiver is with a notice: not yet erased, erased, taken back, or told again after it was taken back. */
export type ReceivedStatus = 'waiting' | 'done' | 'revoked' | 'review';

/** A notice that was taken in. Of one that is done, who it is about is known by a keyed hash only. Times in ms since 1970, UTC. */
export type ReceivedEntry = {
  readonly userId?: UserId;
  readonly from: string;
  readonly receivedAt: number;
  readonly status: ReceivedStatus;
};

/** The notices that a server or an application service has taken in, on disk. What was recorded is there after a crash at any moment. */
export type ReceivedLedger = {
  readonly standing: (userId: UserId) => SubjectStanding;
  /** Takes a notice in; of one who is known already, nothing changes. */
  readonly take: (notice: ReceivedNotice, at: number) => void;
  /** Asks for a person to look at a notice about somebody who came back. */
  readonly review: (notice: ReceivedNotice, at: number) => void;
  /** Notes what a person has done; gives whether there is such a notice. */
  readonly mark: (userId: UserId, status: 'done' | 'revoked') => boolean;
  /** What is to be done first comes first. */
  readonly all: () => readonly ReceivedEntry[];
  readonly close: () => void;
};

/** "mxrx" in ASCII: what tells these from other SQLite files. */
const APPLICATION_ID = 0x6d787278;
const SCHEMA_VERSION = 1;
const SCHEMA = `
CREATE TABLE received (subject TEXT PRIMARY KEY, user_id TEXT, origin TEXT NOT NULL, received_at INTEGER NOT NULL, status TEXT NOT NULL) STRICT, WITHOUT ROWID;
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;

const SQL = {
  status: 'SELECT status FROM received WHERE subject = :subject',
  take: "INSERT INTO received VALUES (:subject, :user, :origin, :at, 'waiting') ON CONFLICT (subject) DO NOTHING",
  review: "UPDATE received SET status = 'review', user_id = :user, origin = :origin, received_at = :at WHERE subject = :subject AND status = 'revoked'",
  done: "UPDATE received SET status = 'done', user_id = NULL WHERE subject = :subject",
  revoked: "UPDATE received SET status = 'revoked', user_id = NULL WHERE subject = :subject",
  all: "SELECT user_id AS userId, origin, received_at AS receivedAt, status FROM received ORDER BY status NOT IN ('waiting', 'review'), received_at, subject",
} as const;

const STANDING: Readonly<Record<ReceivedStatus, SubjectStanding>> = { waiting: 'erased', done: 'erased', revoked: 'revoked', review: 'in-review' };

/**
 * Opens the ledger of received notices, and makes it and its key where there is none. The list of the erased is personal data: who is done with is kept as a hash
 * under a key in a file beside it, so that a repeat is known, and nobody can be read from the ledger once the key is destroyed.
 * @throws {ReceivedLedgerError} when it cannot be used
 */
export function openReceivedLedger(path: string): ReceivedLedger {
  const database = openDatabase(path);
  const key = keyFor(path, database);
  const prepared = { status: database.prepare(SQL.status), take: database.prepare(SQL.take), review: database.prepare(SQL.review), all: database.prepare(SQL.all) };
  const hashOf = (userId: UserId): string => keyedHash(key, 'user', userId);
  const columnsOf = (notice: ReceivedNotice, at: number): Record<string, string | number> => (
    { subject: hashOf(notice.userId), user: notice.userId, origin: notice.endpoint === 'server' ? notice.origin : 'homeserver', at }
  );
  return {
    standing: (userId) => {
      const status = prepared.status.get({ subject: hashOf(userId) })?.['status'] as ReceivedStatus | undefined;
      return status === undefined ? 'none' : STANDING[status];
    },
    take: (notice, at) => void prepared.take.run(columnsOf(notice, at)),
    review: (notice, at) => void prepared.review.run(columnsOf(notice, at)),
    mark: (userId, status) => Number(database.prepare(SQL[status]).run({ subject: hashOf(userId) }).changes) === 1,
    all: () => prepared.all.all().map(({ userId, origin, receivedAt, status }) => ({
      ...(userId === null ? {} : { userId: userId as UserId }), from: String(origin), receivedAt: Number(receivedAt), status: status as ReceivedStatus,
    })),
    close: () => database.close(),
  };
}

function openDatabase(path: string): DatabaseSync {
  // Made first with the rights that it is to have: SQLite gives its other files the same.
  if (!existsSync(path)) createFile(path, new Uint8Array());
  try {
    const database = new DatabaseSync(path, { timeout: 10_000 });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; BEGIN IMMEDIATE');
    const isEmpty = Number(database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count']) === 0;
    if (isEmpty) database.exec(SCHEMA);
    database.exec('COMMIT');
    const number = (pragma: string): number => Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
    if (number('application_id') !== APPLICATION_ID) throw new ReceivedLedgerError(path, 'foreign');
    if (number('user_version') !== SCHEMA_VERSION) throw new ReceivedLedgerError(path, 'version');
    return database;
  } catch (error) {
    if (error instanceof ReceivedLedgerError) throw error;
    throw new ReceivedLedgerError(path, 'unreadable');
  }
}

const KEY_BYTES = 32;

/** Without its key a ledger that has something in it knows nobody: another key would take in everything again. */
function keyFor(path: string, database: DatabaseSync): HashKey {
  const file = `${path}.key`;
  if (!existsSync(file)) {
    if (Number(database.prepare('SELECT count(*) AS count FROM received').get()?.['count']) > 0) throw new ReceivedLedgerError(path, 'key-missing');
    createFile(file, Buffer.from(`${randomBytes(KEY_BYTES).toString('base64')}\n`));
  }
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new ReceivedLedgerError(path, 'key-damaged');
  return key;
}

/** One of two processes that begin at once makes the file. */
function createFile(path: string, bytes: Uint8Array): void {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, bytes);
    fsyncSync(file);
    closeSync(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw new ReceivedLedgerError(path, 'unwritable');
  }
}
