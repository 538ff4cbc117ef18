import { redact } from '../../event/redact.ts';
import type { RoomEvent } from '../../room/resolve-record.ts';
import { indexPlan } from '../apply.ts';
import type { ErasurePlan, Treatment } from '../plan.ts';
import { beginFingerprints, beginFingerprintSharing, type Fingerprints, type FingerprintSharing, type FingerprintTaker } from './fingerprints.ts';

/**
 * Begins to take the fingerprints of what a plan takes away: of events that it keeps or does not cover, nothing is searched for afterwards.
 * @throws {WeakFingerprintKeyError} for a key of fewer than 32 bytes
 * @example beginPlanFingerprints(planErasure([], { subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), new Uint8Array(32)).finish().texts // []
 */
export function beginPlanFingerprints(plan: ErasurePlan, key: Uint8Array): FingerprintTaker {
  const treatmentOf = treatmentIn(plan);
  const taker = beginFingerprints(plan.request.subjects, key);
  const pass = (event: RoomEvent): void => {
    if (!stays(treatmentOf(event))) taker.pass(event);
  };
  return { ...taker, pass };
}

/**
 * Marks what stays as well: texts of others, of events that a plan keeps or does not cover, and what redactions leave. Found, they tell nothing. Takes the
 * events from which the fingerprints were taken once more.
 * @throws {FingerprintKeyError} when the key is another than that of the fingerprints
 * @example beginPlanSharing(beginFingerprints([], new Uint8Array(32)).finish(), planErasure([], { subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), new Uint8Array(32)).finish().texts // []
 */
export function beginPlanSharing(fingerprints: Fingerprints, plan: ErasurePlan, key: Uint8Array): FingerprintSharing {
  const treatmentOf = treatmentIn(plan);
  const sharing = beginFingerprintSharing(fingerprints, [], key);
  const pass = (event: RoomEvent): void => {
    const treatment = treatmentOf(event);
    if (stays(treatment)) sharing.pass(event);
    else if (treatment === 'redact') sharing.pass({ ...event, pdu: redact(event.pdu, event.rules.redaction) });
  };
  return { ...sharing, pass };
}

type TreatmentOfEvent = (event: RoomEvent) => Treatment | undefined;

function treatmentIn(plan: ErasurePlan): TreatmentOfEvent {
  const entryOf = indexPlan(plan);
  return ({ roomId, eventId }) => entryOf(roomId, eventId)?.treatment;
}

function stays(treatment: Treatment | undefined): boolean {
  return treatment === undefined || treatment === 'keep';
}
