import { compareCodePoints } from '../json/compare.ts';
import { sealed } from './assemble-plan.ts';
import { detectDrift, type Drift } from './drift.ts';
import type { ErasurePlan, PlanEntry, PlanMedia, RoomPlan } from './plan.ts';
import { roomTotals } from './plan-room.ts';
import { sumCounts, type ResidueReport } from './residue/report.ts';

/**
 * A plan that adds to another what has come since: new events of the subjects, and what was kept until others had sent what had to be there first. All
 * else is as it was approved, so that only what is marked `added` has to be read. Takes the plan and one made now, for the same request.
 * @throws {PlanDriftedError} when something else has changed
 * @example supplementPlan(planErasure([], { subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }), planErasure([], { subjects: ['@a:b.c'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} })).rooms // []
 */
export function supplementPlan(plan: ErasurePlan, now: ErasurePlan): ErasurePlan {
  const drift = detectDrift(plan, now).filter(({ kind }) => kind !== 'new-event');
  if (drift.length > 0) throw new PlanDriftedError(drift);
  const roomsNow = new Map(now.rooms.map((room) => [room.room_id, room]));
  const known = new Set(plan.rooms.map(({ room_id: id }) => id));
  const rooms = [
    ...plan.rooms.map((room) => supplementRoom(room, roomsNow.get(room.room_id))),
    ...now.rooms.filter(({ room_id: id }) => !known.has(id)).map((room) => supplementRoom({ ...room, entries: [] }, room)),
  ];
  return sealed({
    format: plan.format,
    formatVersion: plan.formatVersion,
    request: plan.request,
    input: now.input,
    tables: { ...plan.tables, roomVersions: { ...plan.tables.roomVersions, ...now.tables.roomVersions } },
    rooms: rooms.sort((one, other) => compareCodePoints(one.room_id, other.room_id)),
    media: supplementMedia(plan.media, now.media),
    residue: supplementResidue(plan.residue, now.residue),
    ...accountOf(now.account ?? plan.account),
    warnings: now.warnings,
    supplements: plan.digest,
  });
}

/** What has come since in one room. A room that was purged as a whole is no longer there, and stays in the plan as it was. */
export function supplementRoom(room: RoomPlan, now: RoomPlan | undefined): RoomPlan {
  if (now === undefined) return room;
  const known = new Set(room.entries.map(({ event_id: id }) => id));
  const here = new Map(now.entries.map((entry) => [entry.event_id, entry]));
  const entries = [
    ...room.entries.map((entry) => remedied(entry, here.get(entry.event_id))),
    ...now.entries.filter(({ event_id: id }) => !known.has(id)).map((entry): PlanEntry => ({ ...entry, added: true })),
  ];
  return { ...now, entries, totals: roomTotals(entries, now.about) };
}

/** There is no drift, so whatever was a hazard and is none any more has had its remedy. */
function remedied(entry: PlanEntry, now: PlanEntry | undefined): PlanEntry {
  const { added: _, ...before } = entry;
  return before.reason === 'hazard' && now?.reason === 'own-state' ? { ...now, added: true } : before;
}

/**
 * Redacted events no longer say what they referred to: what was to be purged still is, unless something new refers to it. Where the uploads had been
 * listed, files that are only assumed to be the subjects' are not added.
 */
function supplementMedia(before: PlanMedia, now: PlanMedia): PlanMedia {
  const kept = new Set(now.kept.map(({ uri }) => uri));
  const assumed = before.basis === 'listed' && now.basis === 'assumed';
  const found = assumed ? [] : now.purge;
  const purge = [...new Set([...before.purge, ...found])].filter((uri) => !kept.has(uri)).sort(compareCodePoints);
  const unknown = (assumed ? before.unknown : now.unknown).filter((uri) => !purge.includes(uri) && !kept.has(uri));
  return { ...now, basis: before.basis === 'listed' ? 'listed' : now.basis, purge, unknown };
}

function accountOf(account: ErasurePlan['account']): Pick<ErasurePlan, 'account'> {
  return account === undefined ? {} : { account };
}

/** A redacted event no longer tells whether what it held was salted: what the plan said of that stays true. */
function supplementResidue(before: ResidueReport, now: ResidueReport): ResidueReport {
  const counted = new Map(before.rooms.map(({ room_id: id, counts }) => [id, counts.confirmable ?? 0]));
  const rooms = now.rooms.map((room) => {
    const confirmable = Math.max(room.counts.confirmable ?? 0, counted.get(room.room_id) ?? 0);
    return confirmable === 0 ? room : { ...room, counts: { ...room.counts, confirmable } };
  });
  return { ...now, rooms, counts: sumCounts(rooms) };
}

/** What a plan was made on has changed otherwise than by new events: make a new plan. */
export class PlanDriftedError extends Error {
  override readonly name = 'PlanDriftedError';
  readonly drift: readonly Drift[];

  constructor(drift: readonly Drift[]) {
    super(`${drift.length} things have changed that a supplement cannot add to the plan; make a new one`);
    this.drift = drift;
  }
}
