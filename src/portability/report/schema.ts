import * as v from 'valibot';
import { accountCategories, type AccountCategoryId } from '../../erasure/account/categories.ts';
import type { DriftKind } from '../../erasure/drift.ts';
import { holdGrounds } from '../../erasure/holds.ts';
import type { AboutReason, PlanWarningCode, Reach, Treatment, TreatmentReason } from '../../erasure/plan.ts';
import { residueRules } from '../../erasure/residue/kinds.ts';
import { planSteps } from '../../erasure/steps.ts';
import type { CheckName } from '../../erasure/verification.ts';
import { recipientStates } from './recipients.ts';
import type { ErasureReport, OperatorReport, SubjectReport } from './report.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(v.number(), v.safeInteger());
const texts = v.array(v.string());

const treatments: readonly Treatment[] = ['redact', 'hide', 'purge', 'keep'];
const reasons: readonly TreatmentReason[] = [
  'own-state', 'own-redaction', 'others-had-access', 'redact-events', 'sole-access-room', 'sole-access', 'hazard', 'applied-redaction', 'room-label',
];
const aboutReasons: readonly AboutReason[] = ['membership', 'membership-profile', 'membership-reason', 'mention', 'reply-quote', 'power-level', 'pinned'];
const reaches: readonly Reach[] = ['room-left', 'banned', 'not-joined', 'unknown-target'];
const drifts: readonly DriftKind[] = ['missing-event', 'new-event', 'changed-event', 'changed-tables'];
const warningCodes: readonly PlanWarningCode[] = [
  'unreadable-lines', 'sender-clock', 'state-unknown', 'label-lost', 'hazard-kept', 'copies-elsewhere', 'bridged', 'predecessor-missing', 'held',
  'nobody-left', 'rests-on-whole-room', 'media-unknown',
];
const checkNames: readonly CheckName[] = [
  'plan-complete', 'events-complete', 'treatments-applied', 'others-untouched', 'ids-unchanged', 'content-hashes', 'signatures',
  'state-unchanged', 'authorization-unchanged', 'nothing-left-for-new-viewers', 'idempotent',
];

/** An object with a count, or a time, for each of some keys. */
type Counted<Key extends string> = v.StrictObjectSchema<{ readonly [key in Key]: typeof count }, undefined>;
type MaybeCounted<Key extends string> = v.StrictObjectSchema<{ readonly [key in Key]: v.ExactOptionalSchema<typeof count, undefined> }, undefined>;

const counted = <Key extends string>(keys: readonly Key[]): Counted<Key> => v.strictObject(Object.fromEntries(keys.map((key) => [key, count])) as { [key in Key]: typeof count });
const maybeCounted = <Key extends string>(keys: readonly Key[]): MaybeCounted<Key> =>
  v.strictObject(Object.fromEntries(keys.map((key) => [key, v.exactOptional(count)])) as { [key in Key]: v.ExactOptionalSchema<typeof count, undefined> });

const category = v.picklist(accountCategories.map(({ id }): AccountCategoryId => id));
const dated = v.array(v.strictObject({ category, due: v.exactOptional(time) }));
const kept = v.array(v.strictObject({ reason: v.picklist(reasons), hazard: v.exactOptional(v.string()), events: count, rooms: count }));
const files = v.strictObject({ deleted: count, kept: count, unknown: count, due: time });
const account = v.exactOptional(v.array(v.strictObject({ user: v.string(), deleted: dated, stays: v.array(category), asked: dated, notLookedAt: v.array(category) })));
const elsewhere = v.strictObject({ servers: texts, bridges: count, replacedRooms: count });
const residue = maybeCounted(residueRules.map(({ kind }) => kind));
const ground = v.picklist(holdGrounds);
const kind = v.picklist(['server', 'application-service', 'identity-server', 'bot', 'widget', 'public']);
const state = v.picklist(recipientStates);

const head = {
  format: v.literal('matrix-erasure/report'),
  formatVersion: v.literal(1),
  generatedAt: time,
  plan: v.string(),
  subjects: texts,
  requestedAt: time,
  effectiveAt: time,
  revokedAt: v.exactOptional(time),
  profile: v.string(),
  standing: v.picklist(['not-checked', 'clean', 'leftovers', 'unknown']),
  deadlines: v.strictObject({ purge: time, answer: time, review: v.exactOptional(time) }),
  limited: v.boolean(),
  recipientStates: v.exactOptional(counted(recipientStates)),
  operator: v.exactOptional(v.string()),
  contact: v.exactOptional(v.string()),
  authority: v.exactOptional(v.string()),
};

const subject: v.GenericSchema<unknown, SubjectReport> = v.strictObject({
  ...head,
  for: v.literal('subject'),
  rooms: count,
  fates: counted(['deleted', 'emptied', 'hidden', 'held', 'kept']),
  kept,
  holds: v.array(v.strictObject({ ground, reviewAt: time, events: count })),
  files,
  account,
  about: v.strictObject({ events: count, reasons: maybeCounted(aboutReasons) }),
  residue,
  texts: count,
  elsewhere,
  recipients: v.exactOptional(v.array(v.strictObject({ kind, name: v.exactOptional(v.string()), state, count, by: v.exactOptional(time) }))),
});

const check = v.strictObject({
  check: v.picklist(checkNames),
  status: v.picklist(['passed', 'failed', 'unknown']),
  checked: count,
  failed: count,
  unknown: v.exactOptional(v.string()),
  excepted: v.exactOptional(count),
  changes: v.exactOptional(v.array(v.strictObject({ event_id: v.string(), before: v.string(), after: v.string() }))),
  examples: texts,
});

const recipient = v.strictObject({
  kind,
  destination: v.string(),
  status: v.picklist(['pending', 'sent', 'acknowledged', 'unsupported', 'failed', 'impossible', 'disproportionate']),
  since: time,
  deadline: time,
  attempts: count,
  reason: v.exactOptional(v.string()),
  ask: v.exactOptional(v.picklist(['write', 'refused', 'gave-up', 'deadline'])),
  nextAt: v.exactOptional(time),
  state,
  deliveries: count,
});

const ledger = v.variant('verdict', [
  v.strictObject({ verdict: v.literal('intact'), records: count, head: v.string(), ofPlan: v.array(v.strictObject({ seq: count, kind: v.string(), at: time })) }),
  v.strictObject({ verdict: v.literal('broken'), fault: v.picklist(['unreadable', 'form', 'hash', 'chain', 'key', 'head']), record: count }),
]);

const operator: v.GenericSchema<unknown, OperatorReport> = v.strictObject({
  ...head,
  for: v.literal('operator'),
  supplements: v.exactOptional(v.string()),
  input: v.strictObject({ rooms: count, events: count }),
  rooms: count,
  totals: counted([...treatments, 'held', 'outOfReach', 'about']),
  steps: v.array(v.strictObject({ step: v.picklist(planSteps), count, due: v.exactOptional(time), standing: v.picklist(['done', 'failed', 'open', 'unknown']) })),
  checks: v.exactOptional(v.array(check)),
  textSearch: v.exactOptional(v.strictObject({ found: count, notFound: count, unknown: count })),
  kept,
  holds: v.array(v.strictObject({ id: v.string(), ground, basis: v.string(), reviewAt: time, events: count, rooms: count })),
  outOfReach: maybeCounted(reaches),
  warnings: v.array(v.strictObject({ code: v.picklist(warningCodes), count, rooms: count })),
  files,
  account,
  residue,
  texts: count,
  elsewhere,
  recipients: v.exactOptional(v.array(recipient)),
  ledger: v.exactOptional(ledger),
  drift: v.exactOptional(maybeCounted(drifts)),
});

/** The form of a report as JSON, which `docs/schema/report.schema.json` is made from. */
export const reportSchema: v.GenericSchema<unknown, ErasureReport> = v.union([subject, operator]);

/**
 * The report in a JSON value. A key that is not known is an error: a report of a newer version must not be half understood.
 * @throws {ReportShapeError} when it is none
 * @example readReport({}) // throws ReportShapeError
 */
export function readReport(value: unknown): ErasureReport {
  const isForOperator = typeof value === 'object' && value !== null && 'for' in value && value.for === 'operator';
  const result = v.safeParse<v.GenericSchema<unknown, ErasureReport>>(isForOperator ? operator : subject, value);
  if (result.success) return result.output;
  throw new ReportShapeError(v.getDotPath(result.issues[0]) ?? 'the whole');
}

/** A value is no report, or one of another version. Nothing of it is repeated but the path of the first fault. */
export class ReportShapeError extends Error {
  override readonly name = 'ReportShapeError';
  readonly path: string;

  constructor(path: string) {
    super(`no report of an erasure: "${path}" is not as it should be; make one with "matrix-erasure report … --json"`);
    this.path = path;
  }
}
