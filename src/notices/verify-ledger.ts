import { JsonSyntaxError } from '../json/reader.ts';
import { parseJson } from '../json/parse-json.ts';
import { emptyLedger, type LedgerHead } from './ledger.ts';
import { readLedgerRecord, recordHash, recordLine, type LedgerRecord } from './ledger-record.ts';

/** What is wrong with a ledger. */
export type LedgerFault =
  /** A line is not JSON: damaged, or not written to its end. */
  | 'unreadable'
  /** A line is no record, or is not written as one is. */
  | 'form'
  /** A record was changed. */
  | 'hash'
  /** A record does not follow the one before it: something was changed, left out, put in or moved. */
  | 'chain'
  /** A record is made with a key that was said to be gone. */
  | 'key'
  /** The ledger is not what it was when a head was taken of it: rewritten, or cut off. */
  | 'head';

/** Whether a ledger is whole; `line` counts from 1, and is one more than there are where the end is missing. */
export type LedgerVerdict =
  | { readonly verdict: 'intact'; readonly head: LedgerHead }
  | { readonly verdict: 'broken'; readonly fault: LedgerFault; readonly line: number };

/** Checks a ledger line by line. */
export type LedgerCheck = {
  /** The next line, without its newline. After the first fault nothing more is looked at. */
  readonly add: (line: string) => void;
  readonly finish: () => LedgerVerdict;
};

/** What is known of a ledger from elsewhere. */
export type LedgerCheckOptions = {
  /** Heads that were kept elsewhere, in receipts for example. Only these show that nothing was cut off at the end, or that all of it was not written anew. */
  readonly heads?: readonly LedgerHead[];
};

/**
 * Checks that no record of a ledger was changed, left out, put in or moved. No key is needed.
 * @example verifyLedger([appendToLedger(emptyLedger, { at: 0, kind: 'requested', case: '1' }, new Uint8Array(32)).line]).verdict // 'intact'
 */
export function verifyLedger(lines: Iterable<string>, options: LedgerCheckOptions = {}): LedgerVerdict {
  const check = beginLedgerCheck(options);
  for (const line of lines) check.add(line);
  return check.finish();
}

/**
 * The same for lines that come one at a time.
 * @example beginLedgerCheck().finish() // { verdict: 'intact', head: { seq: 0, hash: '' } }
 */
export function beginLedgerCheck({ heads = [] }: LedgerCheckOptions = {}): LedgerCheck {
  const hashAt = new Map(heads.map(({ seq, hash }) => [seq, hash]));
  // Two heads of one place that differ cannot both be right.
  const contradict = heads.find(({ seq, hash }) => hashAt.get(seq) !== hash);
  const destroyed = new Set<string>();
  let head = emptyLedger;
  let fault: LedgerFault | undefined;
  return {
    add: (line) => {
      if (fault !== undefined) return;
      const record = readLine(line);
      fault = typeof record === 'string' ? record : faultIn(record, { head, destroyed, line, expected: contradict?.seq === record.seq ? '' : hashAt.get(record.seq) });
      if (fault !== undefined || typeof record === 'string') return;
      head = { seq: record.seq, hash: record.hash };
      if (record.kind === 'key-destroyed' && record.key !== undefined) destroyed.add(record.key);
    },
    finish: () => {
      const isShort = heads.some(({ seq }) => seq > head.seq);
      if (fault === undefined && !isShort) return { verdict: 'intact', head };
      return { verdict: 'broken', fault: fault ?? 'head', line: head.seq + 1 };
    },
  };
}

function readLine(line: string): LedgerRecord | LedgerFault {
  try {
    const record = readLedgerRecord(parseJson(line));
    return 'wrong' in record ? 'form' : record;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return 'unreadable';
    throw error;
  }
}

type RecordContext = {
  readonly head: LedgerHead;
  readonly destroyed: ReadonlySet<string>;
  readonly line: string;
  /** What the hash must be, if that is known. */
  readonly expected: string | undefined;
};

function faultIn(record: LedgerRecord, { head, destroyed, line, expected }: RecordContext): LedgerFault | undefined {
  // Another key order, a space: no other hash, but not what was written.
  if (recordLine(record) !== line) return 'form';
  if (recordHash(record) !== record.hash) return 'hash';
  if (record.seq !== head.seq + 1 || record.prev !== head.hash) return 'chain';
  if (record.key !== undefined && destroyed.has(record.key)) return 'key';
  return expected === undefined || expected === record.hash ? undefined : 'head';
}
