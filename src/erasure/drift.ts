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
  const inKnown = plan.rooms.flatMap((room) => driftIn(room, roomsNow.get(room.room_id)));
  const inNew = now.rooms.filter((room) => !known.has(room.room_id)).flatMap((room) => driftIn({ ...room, ...NOTHING_PLANNED }, room));
  return [...tables, ...inKnown, ...inNew];
}

/** A purged room is no longer there, and its version's rules no longer asked for: that is the plan's own doing. */
function tablesFit(plan: ErasurePlan, now: ErasurePlan): boolean {
  const sameVersions = Object.entries(now.tables.roomVersions).every(([version, digest]) => (plan.tables.roomVersions[version] ?? digest) === digest);
  return sameVersions && plan.tables.profile === now.tables.profile && plan.tables.hazards === now.tables.hazards;
}

type PlannedPart = Pick<RoomPlan, 'room_id' | 'entries' | 'remedies' | 'departures'>;

const NOTHING_PLANNED = { entries: [], remedies: [], departures: [] } as const satisfies Omit<PlannedPart, 'room_id'>;

/** The same in one room: what was planned, and what would be planned now. */
export function driftIn(planned: PlannedPart, room: RoomPlan | undefined): readonly Drift[] {
  const { room_id: roomId, entries } = planned;
  const present = room?.entries ?? [];
  const here = new Map(present.map((entry) => [entry.event_id, entry]));
  const known = new Set(entries.map((entry) => entry.event_id));
  // A remedy that somebody is to send is a step of the plan; one that is only offered is not.
  const remedied = new Set(planned.remedies.flatMap(({ source, sender, obstacle }) => (sender === undefined || obstacle !== undefined ? [] : [source])));
  // A purge that broke off leaves part of a room, which can no longer be told to be the subject's alone.
  const halfPurged = room?.events === present.length && present.every((entry) => known.has(entry.event_id));
  const changes = entries.flatMap((entry) => {
    const isDone = (entry.treatment === 'purge' && halfPurged) || isRemedied(entry, here.get(entry.event_id), remedied);
    const kind = isDone ? undefined : driftOf(entry, here.get(entry.event_id));
    return kind === undefined ? [] : [{ kind, room_id: roomId, event_id: entry.event_id }];
  });
  const isStep = stepTest(planned, room);
  const added = present.filter((entry) => !known.has(entry.event_id) && !isStep(entry));
  return [...changes, ...added.map((entry): Drift => ({ kind: 'new-event', room_id: roomId, event_id: entry.event_id }))];
}

/** Whether an event that was kept can go now because its remedy has been sent. */
function isRemedied(planned: PlanEntry, now: PlanEntry | undefined, remedied: ReadonlySet<string>): boolean {
  return planned.reason === 'hazard' && now?.reason === 'own-state' && remedied.has(planned.event_id);
}

/** Whether a new event of the subject is one that the plan itself asks for: a redaction of what it redacts, or going out of the room. */
function stepTest({ entries, departures }: PlannedPart, room: RoomPlan | undefined): (entry: PlanEntry) => boolean {
  const redacted = new Set(entries.filter(({ treatment }) => treatment === 'redact').map(({ event_id: id }) => id));
  const leaving = new Set(departures.map(({ user_id: user }) => user));
  const isOut = room !== undefined && room.membership !== 'join';
  return ({ type, state_key: key, redacts = [] }) => {
    if (type === 'm.room.redaction') return redacts.length > 0 && redacts.every((id) => redacted.has(id));
    return type === 'm.room.member' && isOut && key !== undefined && leaving.has(key);
  };
}

function driftOf(planned: PlanEntry, now: PlanEntry | undefined): DriftKind | undefined {
  if (now === undefined) return planned.treatment === 'purge' ? undefined : 'missing-event';
  const same = planned.treatment === now.treatment && planned.reason === now.reason && planned.hazard === now.hazard;
  return same ? undefined : 'changed-event';
}

/**
 * Throws if a plan was made for other events: none of those that it leaves somewhere is among them.
 * @throws {OtherInputError} when it was
 * @example assertSameInput(planErasure([], { subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), planErasure([], { subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} })) // undefined
 */
export function assertSameInput(plan: ErasurePlan, now: ErasurePlan): void {
  const planned = plan.rooms.flatMap(({ entries }) => entries.filter(({ treatment }) => treatment !== 'purge').map(({ event_id: id }) => id));
  if (planned.length === 0) return;
  const present = new Set(now.rooms.flatMap(({ entries }) => entries.map(({ event_id: id }) => id)));
  if (!planned.some((id) => present.has(id))) throw new OtherInputError(planned.length);
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

/** The plan was made for other events than those that it is to be applied to: give the files that it was made from. */
export class OtherInputError extends Error {
  override readonly name = 'OtherInputError';

  constructor(events: number) {
    super(`the plan was made for other events: none of the ${events} that it leaves in place is here; give the files that it was made from`);
  }
}
