import * as v from 'valibot';
import { isCalendarDate } from '../erasure/calendar.ts';
import { holdGrounds, type ErasureHold } from '../erasure/holds.ts';
import { FileShapeError, readJsonFile } from './json-file.ts';

const time = v.pipe(v.number(), v.safeInteger());
const texts = v.array(v.string());

/** A hold as it stands in requests and plans. */
export const hold = v.strictObject({
  id: v.string(),
  ground: v.picklist(holdGrounds),
  basis: v.string(),
  reviewAt: time,
  scope: v.strictObject({
    rooms: v.exactOptional(texts),
    types: v.exactOptional(texts),
    events: v.exactOptional(texts),
    before: v.exactOptional(time),
    after: v.exactOptional(time),
  }),
});

const WHEN = v.union([time, v.pipe(v.string(), v.check(isCalendarDate), v.transform((day) => Date.parse(day))), v.pipe(v.string(), v.isoTimestamp(), v.transform((at) => Date.parse(at)))]);

/** A hold as people write it: the review as a date, and the scope left out where everything is meant. */
const written = v.pipe(
  v.strictObject({ ...hold.entries, reviewAt: WHEN, scope: v.optional(hold.entries.scope, {}) }),
  v.transform((value): ErasureHold => value),
);
const file = v.union([v.array(written), v.pipe(v.strictObject({ holds: v.array(written) }), v.transform(({ holds }) => holds)), v.pipe(written, v.transform((one) => [one]))]);

const WHAT = 'a hold: {"id", "ground", "basis", "reviewAt", "scope"}, a list of holds, or {"holds": […]}';

/**
 * The holds that a flag gives: those of a file, or one or several as JSON.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it holds something else
 */
export async function readHolds(given: string): Promise<readonly ErasureHold[]> {
  return /^\s*[[{]/.test(given) ? parseHolds(given) : readJsonFile(given, file, WHAT);
}

function parseHolds(text: string): readonly ErasureHold[] {
  const result = v.safeParse(file, parse(text));
  if (result.success) return result.output;
  throw new FileShapeError('--hold', WHAT, 'a key is missing, not known, or not as it should be');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FileShapeError('--hold', WHAT, 'it is not JSON');
  }
}
