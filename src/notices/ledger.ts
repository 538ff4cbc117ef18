import { hashKeyId, keyedHash, type HashKey } from './keyed-hash.ts';
import { readLedgerRecord, recordHash, recordLine, type LedgerKind, type LedgerRecord } from './ledger-record.ts';

/** Where a ledger ends: how many records it has, and the hash of the last. Kept elsewhere, it proves that none behind it was cut off. */
export type LedgerHead = { readonly seq: number; readonly hash: string };

/** The head of a ledger without records. */
export const emptyLedger: LedgerHead = Object.freeze({ seq: 0, hash: '' });

/** What is to be written down, with identifiers as they are: only their keyed hashes get into the ledger. */
export type LedgerEntry = {
  /** When (ms since 1970, UTC). */
  readonly at: number;
  readonly kind: Exclude<LedgerKind, 'key-destroyed'>;
  /** The operator's number for the request: letters, digits, `.`, `_` and `-`, at most 64. */
  readonly case: string;
  readonly subjects?: readonly string[];
  readonly events?: readonly string[];
  readonly rooms?: readonly string[];
  readonly recipients?: readonly string[];
  readonly counts?: Readonly<Record<string, number>>;
  readonly times?: Readonly<Record<string, number>>;
  /** Codes have lower-case letters, digits, `_` and `-`, at most 64: no sentence fits. */
  readonly codes?: Readonly<Record<string, string>>;
  /** SHA-256 of documents in unpadded base64. */
  readonly digests?: Readonly<Record<string, string>>;
};

/** A record ready to be written: its line, without the newline, and the head after it. */
export type AppendedRecord = { readonly line: string; readonly head: LedgerHead };

/**
 * Makes the next record of a ledger of proof. Identifiers become keyed hashes; with the key destroyed nobody can tell any more whom they
 * are of, and the chain still holds.
 * @throws {LedgerEntryError} when something is in the entry that a ledger has no room for
 * @throws {HashKeyError} when the key is shorter than 32 bytes
 * @example appendToLedger(emptyLedger, { at: 0, kind: 'requested', case: '2026-1', subjects: ['@alice:a.org'] }, new Uint8Array(32)).line.includes('alice') // false
 */
export function appendToLedger(head: LedgerHead, entry: LedgerEntry, key: HashKey): AppendedRecord {
  const { subjects, events, rooms, recipients, ...rest } = entry;
  const hashed = {
    ...(subjects === undefined ? {} : { subjects: subjects.map((id) => keyedHash(key, 'user', id)) }),
    ...(events === undefined ? {} : { events: events.map((id) => keyedHash(key, 'event', id)) }),
    ...(rooms === undefined ? {} : { rooms: rooms.map((id) => keyedHash(key, 'room', id)) }),
    ...(recipients === undefined ? {} : { recipients: recipients.map((id) => keyedHash(key, 'recipient', id)) }),
  };
  return chained(head, { ...rest, ...hashed, key: hashKeyId(key) });
}

/**
 * Makes the record that says that a key is gone. After it no record may be made with that key. Destroy the key when it is written.
 * @throws {LedgerEntryError} when the case is no number of the form that a ledger takes
 * @throws {HashKeyError} when the key is shorter than 32 bytes
 * @example appendKeyDestruction(emptyLedger, { at: 0, case: '2026-1' }, new Uint8Array(32)).head.seq // 1
 */
export function appendKeyDestruction(head: LedgerHead, { at, case: number }: Pick<LedgerEntry, 'at' | 'case'>, key: HashKey): AppendedRecord {
  return chained(head, { at, kind: 'key-destroyed', case: number, key: hashKeyId(key) });
}

function chained(head: LedgerHead, content: Omit<LedgerRecord, 'format' | 'seq' | 'prev' | 'hash'>): AppendedRecord {
  const open: LedgerRecord = { format: 'matrix-erasure/ledger-1', ...content, seq: head.seq + 1, prev: head.hash, hash: NO_HASH };
  const read = readLedgerRecord(open);
  if ('wrong' in read) throw new LedgerEntryError(read.wrong);
  const record: LedgerRecord = { ...open, hash: recordHash(open) };
  return { line: recordLine(record), head: { seq: record.seq, hash: record.hash } };
}

const NO_HASH = 'A'.repeat(43);

/** An entry holds something that a ledger has no room for. Nothing of it is repeated but the key. */
export class LedgerEntryError extends Error {
  override readonly name = 'LedgerEntryError';
  /** The key, as a dotted path without keys of the caller's. */
  readonly key: string;

  constructor(path: string) {
    const key = path.split('.', 1)[0] ?? '';
    super(`the ledger has no room for "${key}" as it is: it takes times and counts as whole numbers, codes and case numbers in their form, and hashes`);
    this.key = key;
  }
}
