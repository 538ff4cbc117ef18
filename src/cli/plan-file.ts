import * as v from 'valibot';
import { assertPlanIntact } from '../erasure/drift.ts';
import type { ErasurePlan } from '../erasure/plan.ts';
import type { ErasureRequest } from '../erasure/request.ts';
import { assertRevocationIntact, type RevocationPlan } from '../erasure/revocation.ts';
import { planSteps } from '../erasure/steps.ts';
import { isMxcUri, isUserId, type MxcUri, type UserId } from '../identifiers/identifiers.ts';
import { hold } from './hold-file.ts';
import { readJsonFile } from './json-file.ts';
import { accountPart, residuePart } from './plan-parts.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(v.number(), v.safeInteger());
const userId = v.custom<UserId>((value) => typeof value === 'string' && isUserId(value), 'not a user ID');
const mxcUri = v.custom<MxcUri>((value) => typeof value === 'string' && isMxcUri(value), 'not an mxc URI');
const texts = v.array(v.string());

const request = v.strictObject({
  subjects: v.pipe(v.array(userId), v.minLength(1)),
  requestedAt: time,
  effectiveAt: time,
  profile: v.string(),
  scope: v.strictObject({
    rooms: v.exactOptional(texts),
    types: v.exactOptional(texts),
    before: v.exactOptional(time),
    after: v.exactOptional(time),
  }),
  holds: v.exactOptional(v.array(hold)),
  revokedAt: v.exactOptional(time),
  alreadyErased: v.exactOptional(v.array(userId)),
  services: v.exactOptional(v.array(v.strictObject({ id: v.string(), senderLocalpart: v.string(), users: texts, rooms: texts, aliases: texts }))),
  keepLabels: v.exactOptional(v.boolean()),
  redactEvents: v.exactOptional(v.boolean()),
  purgeWithin: v.exactOptional(count),
  counting: v.exactOptional(v.strictObject({ timeZone: v.exactOptional(v.string()), holidays: v.exactOptional(texts) })),
  remedySender: v.exactOptional(userId),
});

const totals = v.strictObject({ redact: count, hide: count, purge: count, keep: count, held: count, outOfReach: count, about: count });

const entry = v.strictObject({
  event_id: v.string(),
  type: v.string(),
  state_key: v.exactOptional(v.string()),
  treatment: v.picklist(['redact', 'hide', 'purge', 'keep']),
  reason: v.picklist([
    'own-state', 'own-redaction', 'others-had-access', 'redact-events', 'sole-access-room', 'sole-access', 'hazard', 'applied-redaction', 'room-label',
  ]),
  hazard: v.exactOptional(v.string()),
  reach: v.exactOptional(v.picklist(['room-left', 'banned', 'not-joined', 'unknown-target'])),
  holds: v.exactOptional(texts),
  shell: v.exactOptional(v.literal(true)),
  redacts: v.exactOptional(texts),
  media: v.exactOptional(v.array(mxcUri)),
  added: v.exactOptional(v.literal(true)),
});

const about = v.strictObject({
  event_id: v.string(),
  type: v.string(),
  reasons: v.array(v.picklist(['membership', 'membership-profile', 'membership-reason', 'mention', 'reply-quote', 'power-level', 'pinned'])),
});

const remedy = v.strictObject({
  source: v.string(),
  type: v.string(),
  state_key: v.string(),
  hazard: v.string(),
  sender: v.exactOptional(v.string()),
  obstacle: v.exactOptional(v.picklist(['not-joined', 'no-power', 'state-unknown'])),
});

const departure = v.strictObject({ user_id: v.string(), how: v.picklist(['leave', 'reject-invite', 'retract-knock']) });

const room = v.strictObject({
  room_id: v.string(),
  room_version: v.string(),
  events: count,
  membership: v.string(),
  servers: texts,
  bridges: texts,
  predecessor: v.exactOptional(v.string()),
  state: v.picklist(['known', 'unknown']),
  entries: v.array(entry),
  about: v.array(about),
  remedies: v.array(remedy),
  redactions: texts,
  departures: v.array(departure),
  totals,
});

const step = v.strictObject({ step: v.picklist(planSteps), count, due: v.exactOptional(time) });

const referrer = v.strictObject({
  room_id: v.string(),
  event_id: v.string(),
  reason: v.picklist(['hidden-referrer', 'kept-referrer', 'held-referrer', 'uncovered-referrer', 'other-sender']),
});

const media = v.strictObject({
  basis: v.picklist(['listed', 'assumed']),
  purge: v.array(mxcUri),
  due: time,
  kept: v.array(v.strictObject({ uri: mxcUri, referrers: v.array(referrer) })),
  unknown: v.array(mxcUri),
});

const warning = v.strictObject({
  code: v.picklist([
    'unreadable-lines', 'sender-clock', 'state-unknown', 'label-lost', 'hazard-kept', 'copies-elsewhere', 'bridged', 'predecessor-missing', 'held',
    'nobody-left', 'rests-on-whole-room', 'media-unknown',
  ]),
  room_id: v.exactOptional(v.string()),
  count,
});

/** What a plan file, and a list of erasures, say of a request: an `ErasureRequest`. */
export const requestPart: v.GenericSchema<unknown, ErasureRequest> = request;

/** The plan file. A key that is not here is an error: a plan of a newer version must not be half understood. */
const plan = v.strictObject({
  format: v.literal('matrix-erasure/plan'),
  formatVersion: v.literal(1),
  request,
  input: v.strictObject({ rooms: count, events: count }),
  tables: v.strictObject({ profile: v.string(), hazards: v.string(), roomVersions: v.record(v.string(), v.string()) }),
  rooms: v.array(room),
  totals,
  steps: v.array(step),
  media,
  residue: residuePart,
  account: v.exactOptional(v.array(accountPart)),
  deadlines: v.strictObject({ purge: time, answer: time, review: v.exactOptional(time) }),
  supplements: v.exactOptional(v.string()),
  warnings: v.array(warning),
  digest: v.string(),
});

const revocationTotals = v.strictObject({ returns: count, gone: count, unchanged: count });
const named = { event_id: v.string(), type: v.string(), state_key: v.exactOptional(v.string()) };
const revoked = v.variant('reason', [
  v.strictObject({ ...named, outcome: v.literal('returns'), reason: v.picklist(['hidden', 'not-destroyed']) }),
  v.strictObject({ ...named, outcome: v.literal('gone'), reason: v.picklist(['redacted', 'purged', 'missing']) }),
  v.strictObject({ ...named, outcome: v.literal('unchanged'), reason: v.literal('kept') }),
]);

/** The file of a plan to revoke. */
const revocation = v.strictObject({
  format: v.literal('matrix-erasure/revocation'),
  formatVersion: v.literal(1),
  revokes: v.string(),
  request: v.strictObject({ ...request.entries, revokedAt: time }),
  rooms: v.array(v.strictObject({ room_id: v.string(), entries: v.array(revoked), totals: revocationTotals })),
  totals: revocationTotals,
  digest: v.string(),
});

const either = v.variant('format', [plan, revocation]);

/**
 * Reads a plan file, or that of a plan to revoke.
 * @throws {InputFileError} when it cannot be read
 * @throws {FileShapeError} when it is neither, or one of another version
 * @throws {PlanDigestError} when it was changed after it was made
 */
export async function readPlanOrRevocation(path: string): Promise<ErasurePlan | RevocationPlan> {
  const read: ErasurePlan | RevocationPlan = await readJsonFile(path, either, 'a plan; make one with "matrix-erasure plan"');
  if (read.format === 'matrix-erasure/plan') assertPlanIntact(read);
  else assertRevocationIntact(read);
  return read;
}

/**
 * Reads a plan file.
 * @throws {InputFileError} when it cannot be read
 * @throws {FileShapeError} when it is no plan, or one of another version
 * @throws {PlanDigestError} when it was changed after it was made
 */
export async function readPlan(path: string): Promise<ErasurePlan> {
  const read: ErasurePlan = await readJsonFile(path, plan, 'a plan; make one with "matrix-erasure plan"');
  assertPlanIntact(read);
  return read;
}
