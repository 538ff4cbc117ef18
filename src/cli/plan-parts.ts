import * as v from 'valibot';
import { accountCategories, type AccountCategoryId, type AccountTreatment } from '../erasure/account/categories.ts';
import { residueRules, type ResidueKind } from '../erasure/residue/kinds.ts';
import { isUserId, type UserId } from '../identifiers/identifiers.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const userId = v.custom<UserId>((value) => typeof value === 'string' && isUserId(value), 'not a user ID');
const category = v.picklist(accountCategories.map(({ id }): AccountCategoryId => id));
const kind = v.picklist(residueRules.map((rule): ResidueKind => rule.kind));
const TREATMENTS: readonly AccountTreatment[] = ['delete', 'blank', 'keep', 'expire', 'with-events', 'ask'];

/** What a plan file says of one account: an `AccountErasure`. */
export const accountPart = v.strictObject({
  user: userId,
  answers: v.array(v.strictObject({
    category,
    section: v.string(),
    held: v.union([count, v.literal('not-stated')]),
    treatment: v.picklist(TREATMENTS),
    due: v.exactOptional(v.pipe(v.number(), v.safeInteger())),
  })),
  notStated: v.array(category),
});

const counts = v.strictObject(Object.fromEntries(residueRules.map((rule) => [rule.kind, v.exactOptional(count)])));

const roomResidue = v.strictObject({
  room_id: v.string(),
  counts,
  servers: count,
  examples: v.array(v.strictObject({ kind, event_id: v.string(), who: v.string() })),
  texts: v.array(v.strictObject({ event_id: v.string(), type: v.string(), path: v.string(), because: v.picklist(['redaction-keeps', 'event-kept']) })),
  more: v.exactOptional(count),
});

/** What a plan file says of what stays: a `ResidueReport`. */
export const residuePart = v.strictObject({ rooms: v.array(roomResidue), counts, texts: count });
