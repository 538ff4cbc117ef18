import { digestOf } from './digest.ts';
import type { ErasurePlan, PlanEntry, RoomPlan } from './plan.ts';

/** How a plan no longer fits what it was made for. */
export type DriftKind =
  /** An event of the plan is not there. */
  | 'missing-event'
  /** The subject has an event in scope that the plan does not know. */
  | 'new-event'
  /** An event would get another treatment, or for another reason. */
  | 'changed-event'
  /** A profile, the hazards or the rules of a room version are not those that the plan was made with. */
  | 'changed-tables';

/** One way in which the events are no longer what a plan was made on. */
export type Drift = { readonly kind: DriftKind; readonly room_id?: string; readonly event_id?: string };

/**
 * What has changed since a plan was made, other than by the plan's own steps; nothing when it can be applied. Rooms that simply went on are no
 * drift. Takes the plan and one made now, for the same request.
 * @example detectDrift(planErasure([], { subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), planErasure([], { subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} })) // []
 */
export function detectDrift(plan: ErasurePlan, now: ErasurePlan): readonly Drift[] {
  const roomsNow = new Map(now.rooms.map((room) => [room.room_id, room]));
  const known = new Set(plan.rooms.map((room) => room.room_id));
  const tables = tablesFit(plan, now) ? [] : [{ kind: 'changed-tables' } as const];
  const inKnown = plan.rooms.flatMap((room) => driftIn(room.room_id, room.entries, roomsNow.get(room.room_id)));
  const inNew = now.rooms.filter((room) => !known.has(room.room_id)).flatMap((room) => driftIn(room.room_id, [], room));
  return [...tables, ...inKnown, ...inNew];
}

/** A purged room is no longer there, and its version's rules no longer asked for: that is the plan's own doing. */
function tablesFit(plan: ErasurePlan, now: ErasurePlan): boolean {
  const sameVersions = Object.entries(now.tables.roomVersions).every(([version, digest]) => (plan.tables.roomVersions[version] ?? digest) === digest);
  return sameVersions && plan.tables.profile === now.tables.profile && plan.tables.hazards === now.tables.hazards;
}

function driftIn(roomId: string, planned: readonly PlanEntry[], room: RoomPlan | undefined): readonly Drift[] {
  const present = room?.entries ?? [];
  const here = new Map(present.map((entry) => [entry.event_id, entry]));
  const known = new Set(planned.map((entry) => entry.event_id));
  // A purge that broke off leaves part of a room, which can no longer be told to be the subject's alone.
  const halfPurged = room?.events === present.length && present.every((entry) => known.has(entry.event_id));
  const changes = planned.flatMap((entry) => {
    const kind = entry.treatment === 'purge' && halfPurged ? undefined : driftOf(entry, here.get(entry.event_id));
    return kind === undefined ? [] : [{ kind, room_id: roomId, event_id: entry.event_id }];
  });
  const added = present.filter((entry) => !known.has(entry.event_id));
  return [...changes, ...added.map((entry): Drift => ({ kind: 'new-event', room_id: roomId, event_id: entry.event_id }))];
}

function driftOf(planned: PlanEntry, now: PlanEntry | undefined): DriftKind | undefined {
  if (now === undefined) return planned.treatment === 'purge' ? undefined : 'missing-event';
  const same = planned.treatment === now.treatment && planned.reason === now.reason && planned.hazard === now.hazard;
  return same ? undefined : 'changed-event';
}

/**
 * Throws if a plan is not what was approved: a changed or damaged file.
 * @throws {PlanDigestError} when the digest does not fit
 * @example assertPlanIntact(planErasure([], { subjects: ['@alice:example.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} })) // undefined
 */
export function assertPlanIntact(plan: ErasurePlan): void {
  const { digest, ...rest } = plan;
  if (digestOf(rest) !== digest) throw new PlanDigestError();
}

/** The plan file was changed after the plan was made, or is damaged: make the plan again. */
export class PlanDigestError extends Error {
  override readonly name = 'PlanDigestError';

  constructor() {
    super('the plan does not match its digest: it was changed after it was made, or is damaged; make it again');
  }
}
