import * as v from 'valibot';
import type { CheckName, Verification } from '../erasure/verification.ts';
import { textKinds } from '../erasure/fingerprints/kinds.ts';
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

const status = v.picklist(['found', 'not-found', 'unknown']);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ofKind = v.strictObject({ found: count, 'not-found': count, unknown: count });
const counts = v.strictObject(Object.fromEntries(textKinds.map((kind) => [kind, v.exactOptional(ofKind)])));

const texts = v.strictObject({
  verdict: status,
  counts,
  texts: v.array(v.strictObject({
    kind: v.picklist(textKinds),
    room_id: v.exactOptional(v.string()),
    event_id: v.exactOptional(v.string()),
    status: v.picklist(['found', 'unknown']),
    reason: v.exactOptional(v.picklist(['too-short', 'others-wrote-it', 'nothing-searched'])),
    excerpts: v.strictObject({ found: count, of: count }),
    places: v.array(v.strictObject({ source: v.string(), line: count })),
  })),
  files: v.array(v.strictObject({ file: v.string(), verdict: status, counts })),
  listed: count,
});

/** What `verify` finds. */
export const verificationSchema = v.strictObject({ verdict: v.picklist(['clean', 'leftovers', 'unknown']), checks: v.array(check), texts: v.exactOptional(texts) });

/**
 * Reads what `verify --out` wrote.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is something else
 */
export async function readVerification(path: string): Promise<Verification> {
  return readJsonFile(path, verificationSchema, 'a verification; make one with "matrix-erasure verify … --out FILE"');
}
