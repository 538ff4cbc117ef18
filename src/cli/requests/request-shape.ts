import * as v from 'valibot';
import { refusalGrounds } from '../../erasure/rights/refusal-grounds.ts';
import { extensionReasons, type RightsRequest } from '../../erasure/rights/request.ts';
import { rightKinds } from '../../erasure/rights/rights.ts';
import { isUserId, type UserId } from '../../identifiers/identifiers.ts';

const time = v.pipe(v.number(), v.safeInteger());
const explanation = v.exactOptional(v.string());
const grounds = refusalGrounds.map(({ id }) => id);

/** A request as a book has it. */
export const requestShape: v.GenericSchema<unknown, RightsRequest> = v.strictObject({
  id: v.string(),
  kind: v.picklist(rightKinds),
  subjects: v.array(v.custom<UserId>((value) => typeof value === 'string' && isUserId(value))),
  receivedAt: time,
  counting: v.exactOptional(v.strictObject({ timeZone: v.exactOptional(v.string()), holidays: v.exactOptional(v.array(v.string())) })),
  extended: v.exactOptional(v.strictObject({ at: time, reason: v.picklist(extensionReasons), explanation })),
  ended: v.exactOptional(v.variant('outcome', [
    v.strictObject({ at: time, outcome: v.picklist(['granted', 'withdrawn']), explanation }),
    v.strictObject({ at: time, outcome: v.picklist(['refused', 'granted-in-part']), ground: v.picklist(grounds), explanation: v.string() }),
  ])),
});
