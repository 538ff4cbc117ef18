import { sha256Base64Url } from '#crypto-backend';
import * as v from 'valibot';
import { encodeCanonicalJson } from '../json/canonical-json.ts';
import type { JsonObject } from '../json/value.ts';

/** What a ledger of proof has records of. */
export const ledgerKinds: readonly LedgerKind[] = Object.freeze([
  'requested', 'verified', 'extended', 'refused', 'planned', 'approved', 'recorded', 'applied', 'purged', 'notified', 'answered', 'checked', 'reported',
  'revoked', 'received', 'reviewed', 'receipt', 'key-destroyed',
] satisfies readonly LedgerKind[]);

/** What was decided or done. */
export type LedgerKind =
  | 'requested' | 'verified' | 'extended' | 'refused' | 'planned' | 'approved' | 'recorded' | 'applied' | 'purged' | 'notified' | 'answered' | 'checked'
  | 'reported' | 'revoked' | 'received' | 'reviewed' | 'receipt' | 'key-destroyed';

/** A record of a ledger, one line of it. Identifiers are keyed hashes; there is no content in it, and no room for any. */
export type LedgerRecord = {
  readonly format: 'matrix-erasure/ledger-1';
  /** Counts from 1. */
  readonly seq: number;
  /** When it was written (ms since 1970, UTC). */
  readonly at: number;
  readonly kind: LedgerKind;
  /** The operator's number for the request. */
  readonly case: string;
  /** Which key the hashes are made with; of `key-destroyed` the key that is gone. */
  readonly key?: string;
  readonly subjects?: readonly string[];
  readonly events?: readonly string[];
  readonly rooms?: readonly string[];
  readonly recipients?: readonly string[];
  readonly counts?: Readonly<Record<string, number>>;
  /** Times (ms since 1970, UTC), such as deadlines. */
  readonly times?: Readonly<Record<string, number>>;
  /** Reasons and outcomes, as codes. */
  readonly codes?: Readonly<Record<string, string>>;
  /** SHA-256 of documents: a plan, a verification. */
  readonly digests?: Readonly<Record<string, string>>;
  /** The hash of the record before; of the first one the empty text. */
  readonly prev: string;
  /** SHA-256 of the rest of the record as Canonical JSON. */
  readonly hash: string;
};

const CODE = /^[a-z][a-z0-9_-]{0,63}$/;
const DIGEST = /^[A-Za-z0-9+/_-]{43}$/;

const isCode = (value: unknown): boolean => typeof value === 'string' && CODE.test(value);
const isDigest = (value: unknown): boolean => typeof value === 'string' && DIGEST.test(value);
const isWhole = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** Not a record of valibot: that passes over keys such as `constructor`, and what is passed over could be anything. */
const table = <T>(isValue: (value: unknown) => boolean): v.CustomSchema<Readonly<Record<string, T>>, undefined> =>
  v.custom<Readonly<Record<string, T>>>((value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.entries(value).every(([key, item]) => isCode(key) && isValue(item)));

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/));
const hashes = v.exactOptional(v.array(hash));
const record = v.strictObject({
  format: v.literal('matrix-erasure/ledger-1'),
  seq: v.pipe(whole, v.minValue(1)),
  at: whole,
  kind: v.picklist(ledgerKinds),
  case: v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]{1,64}$/)),
  key: v.exactOptional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{12}$/))),
  subjects: hashes,
  events: hashes,
  rooms: hashes,
  recipients: hashes,
  counts: v.exactOptional(table<number>(isWhole)),
  times: v.exactOptional(table<number>(isWhole)),
  codes: v.exactOptional(table<string>(isCode)),
  digests: v.exactOptional(table<string>(isDigest)),
  prev: v.union([v.literal(''), hash]),
  hash,
});

/** The record in a value, or the path of what is wrong with it. */
export function readLedgerRecord(value: unknown): LedgerRecord | { readonly wrong: string } {
  const result = v.safeParse(record, value);
  return result.success ? result.output : { wrong: v.getDotPath(result.issues[0]) ?? 'the whole' };
}

/** The hash of a record, its own left out. */
export function recordHash({ hash: _, ...rest }: LedgerRecord): string {
  return sha256Base64Url(encodeCanonicalJson(rest as JsonObject));
}

/** A record as it is written, without the newline. */
export function recordLine(entry: LedgerRecord): string {
  return encodeCanonicalJson(entry as JsonObject);
}
