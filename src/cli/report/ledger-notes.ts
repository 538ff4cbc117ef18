import type { ErasurePlan } from '../../erasure/plan.ts';
import { parseJson } from '../../json/parse-json.ts';
import { readLedgerRecord } from '../../notices/ledger-record.ts';
import { beginLedgerCheck } from '../../notices/verify-ledger.ts';
import type { LedgerNote, ReportedLedger } from '../../portability/report/report.ts';
import { readLines } from '../io/lines.ts';

/** Checks a ledger of proof, and takes from it what it has of a plan: the records with its digest. Of a broken one nothing counts. @throws {InputFileError} when it cannot be read */
export async function readReportedLedger(path: string, { digest }: ErasurePlan): Promise<ReportedLedger> {
  const check = beginLedgerCheck();
  const ofPlan: LedgerNote[] = [];
  for await (const lines of readLines(path)) {
    for (const line of lines) {
      const text = line.error === undefined ? line.text : '';
      check.add(text);
      // Most records are of other cases; the digest is found before anything is parsed.
      if (text.includes(digest)) ofPlan.push(...noteOf(text, digest));
    }
  }
  const found = check.finish();
  if (found.verdict === 'broken') return { verdict: 'broken', fault: found.fault, record: found.line };
  return { verdict: 'intact', records: found.head.seq, head: found.head.hash, ofPlan };
}

function noteOf(text: string, digest: string): readonly LedgerNote[] {
  try {
    const record = readLedgerRecord(parseJson(text));
    if ('wrong' in record || !Object.values(record.digests ?? {}).includes(digest)) return [];
    return [{ seq: record.seq, kind: record.kind, at: record.at }];
  } catch {
    // The check says what is wrong with the line.
    return [];
  }
}
