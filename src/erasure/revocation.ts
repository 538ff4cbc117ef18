import { checkContentHash } from '../crypto/event-hashes.ts';
import { isRedacted } from '../event/redact.ts';
import { CanonicalJsonError } from '../json/canonical-json.ts';
import { DuplicateEventError } from '../room/room-columns.ts';
import type { RoomEvent } from '../room/resolve-record.ts';
import type { Applied, Applier, StoredEvent } from './apply.ts';
import { assertRequest } from './check-request.ts';
import { digestOf } from './digest.ts';
import { PlanDigestError } from './drift.ts';
import { markOf, withoutMark } from './marks.ts';
import type { ErasurePlan, PlanEntry } from './plan.ts';
import type { ErasureRequest } from './request.ts';

/** What becomes of an event of the subject when its erasure is revoked, and why. */
export type RevokedOutcome =
  /** It was hidden, and is served again. */
  | { readonly outcome: 'returns'; readonly reason: 'hidden' }
  /** It was to be redacted or purged, and that has not been done. */
  | { readonly outcome: 'returns'; readonly reason: 'not-destroyed' }
  | { readonly outcome: 'gone'; readonly reason: 'redacted' | 'purged' | 'missing' }
  /** It was never changed. */
  | { readonly outcome: 'unchanged'; readonly reason: 'kept' };

/** An event of the subject, and what becomes of it. */
export type RevokedEntry = Pick<PlanEntry, 'event_id' | 'type' | 'state_key'> & RevokedOutcome;

/** How many events return, are gone, and are as they always were. */
export type RevocationTotals = { readonly returns: number; readonly gone: number; readonly unchanged: number };

/** What comes back when an erasure is revoked, and what cannot: JSON, and free of event content. */
export type RevocationPlan = {
  readonly format: 'matrix-erasure/revocation';
  readonly formatVersion: 1;
  /** The digest of the plan that is revoked. */
  readonly revokes: string;
  /** Its request, with the time at which it was revoked. */
  readonly request: ErasureRequest & { readonly revokedAt: number };
  readonly rooms: readonly { readonly room_id: string; readonly entries: readonly RevokedEntry[]; readonly totals: RevocationTotals }[];
  readonly totals: RevocationTotals;
  /** SHA-256 of the rest as Canonical JSON (unpadded base64). */
  readonly digest: string;
};

/** A revocation in the making: takes the events as they are stored now. `add` throws {@link DuplicateEventError} for an event that came before. */
export type RevocationPlanner = { readonly add: (event: RoomEvent) => void; readonly finish: () => RevocationPlan };

/**
 * Begins to look what would come back if the erasure of a plan were revoked at a time (ms since 1970, UTC).
 * @throws {BackwardClockError} when that is before it was requested
 * @example beginRevocation(planErasure([], { subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), 1).finish().totals // { returns: 0, gone: 0, unchanged: 0 }
 */
export function beginRevocation(plan: ErasurePlan, revokedAt: number): RevocationPlanner {
  const request = { ...plan.request, revokedAt };
  assertRequest(request);
  const planned = new Map(plan.rooms.map(({ room_id: id, entries }) => [id, new Map(entries.map((entry) => [entry.event_id, entry]))]));
  const found = new Map<PlanEntry, RevokedOutcome>();
  return {
    add: (event) => {
      const entry = planned.get(event.roomId)?.get(event.eventId);
      if (entry === undefined) return;
      if (found.has(entry)) throw new DuplicateEventError(event.eventId);
      found.set(entry, outcomeOf(entry, event));
    },
    finish: () => {
      const rooms = plan.rooms.filter(({ entries }) => entries.length > 0).map(({ room_id, entries }) => {
        const revoked = entries.map((entry) => revokedEntry(entry, found.get(entry) ?? missing(entry)));
        return { room_id, entries: revoked, totals: totalsOf(revoked) };
      });
      const revocation: Omit<RevocationPlan, 'digest'> = {
        format: 'matrix-erasure/revocation', formatVersion: 1, revokes: plan.digest, request, rooms, totals: totalsOf(rooms.flatMap(({ entries }) => entries)),
      };
      return { ...revocation, digest: digestOf(revocation) };
    },
  };
}

function revokedEntry({ event_id, type, state_key }: PlanEntry, outcome: RevokedOutcome): RevokedEntry {
  return { event_id, type, ...(state_key === undefined ? {} : { state_key }), ...outcome };
}

function missing({ treatment }: PlanEntry): RevokedOutcome {
  return { outcome: 'gone', reason: treatment === 'purge' ? 'purged' : 'missing' };
}

function outcomeOf({ treatment }: PlanEntry, event: RoomEvent): RevokedOutcome {
  if (hasLost(event)) return { outcome: 'gone', reason: 'redacted' };
  if (treatment === 'keep') return { outcome: 'unchanged', reason: 'kept' };
  return { outcome: 'returns', reason: treatment === 'hide' ? 'hidden' : 'not-destroyed' };
}

/** Whether a redaction took something from an event: its content hash tells, by whomever and whenever it was redacted. */
function hasLost({ pdu, rules }: RoomEvent): boolean {
  if (!isRedacted(pdu, rules.redaction)) return false;
  try {
    return checkContentHash(pdu, rules) !== 'match';
  } catch (error) {
    if (error instanceof CanonicalJsonError) return true;
    throw error;
  }
}

function totalsOf(entries: readonly RevokedEntry[]): RevocationTotals {
  const count = (outcome: RevokedEntry['outcome']): number => entries.filter((entry) => entry.outcome === outcome).length;
  return { returns: count('returns'), gone: count('gone'), unchanged: count('unchanged') };
}

/**
 * Carries out a revocation on one stored event, and on the next: the marks that this erasure set go, those of others stay. A second time it changes nothing.
 * @example typeof createRevoker(beginRevocation(planErasure([], { subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), 1).finish()) // 'function'
 */
export function createRevoker({ request, rooms }: RevocationPlan): Applier {
  const returning = new Map(rooms.map(({ room_id: id, entries }) => [id, new Set(entries.filter(({ outcome }) => outcome === 'returns').map((entry) => entry.event_id))]));
  const marks = [markOf(request, 'hide'), markOf(request, 'redact')];
  return ({ record, event }: StoredEvent): Applied => {
    if (returning.get(event.roomId)?.has(event.eventId) !== true) return { change: 'none', record };
    const left = marks.reduce(withoutMark, record);
    return left === record ? { change: 'none', record } : { change: 'restored', record: left };
  };
}

/**
 * Throws if a revocation is not what was approved: a changed or damaged file.
 * @throws {PlanDigestError} when the digest does not fit
 * @example assertRevocationIntact(beginRevocation(planErasure([], { subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), 1).finish()) // undefined
 */
export function assertRevocationIntact({ digest, ...rest }: RevocationPlan): void {
  if (digestOf(rest) !== digest) throw new PlanDigestError();
}
