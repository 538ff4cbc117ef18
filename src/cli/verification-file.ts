import * as v from 'valibot';
import type { CheckName, Verification } from '../erasure/verification.ts';
import { readJsonFile } from './json-file.ts';

const CHECKS: readonly CheckName[] = [
  'plan-complete', 'events-complete', 'treatments-applied', 'others-untouched', 'ids-unchanged', 'content-hashes', 'signatures',
  'state-unchanged', 'authorization-unchanged', 'nothing-left-for-new-viewers', 'idempotent',
];

const check = v.strictObject({
  check: v.picklist(CHECKS),
  status: v.picklist(['passed', 'failed', 'unknown']),
  checked: v.number(),
  failed: v.number(),
  unknown: v.exactOptional(v.string()),
  excepted: v.exactOptional(v.number()),
  changes: v.exactOptional(v.array(v.strictObject({ event_id: v.string(), before: v.string(), after: v.string() }))),
  examples: v.array(v.string()),
});

const schema = v.strictObject({ verdict: v.picklist(['clean', 'leftovers', 'unknown']), checks: v.array(check) });

/**
 * Reads what `verify --out` wrote.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is something else
 */
export async function readVerification(path: string): Promise<Verification> {
  return readJsonFile(path, schema, 'a verification; make one with "matrix-erasure verify … --out FILE"');
}
