import { digestOf } from './digest.ts';
import { detectDrift, type Drift } from './drift.ts';
import type { AboutEntry, ErasurePlan, PlanWarning, RoomPlan } from './plan.ts';
import { sealed } from './assemble-plan.ts';
import type { Tally } from './tally.ts';

/** Which events the comparison of two plans may count on. */
export type PlanComparison = {
  /** Whether an event was there when the plan was made again. */
  readonly isThere: (roomId: string, eventId: string) => boolean;
};

/**
 * Compares a plan with one made again from the original, so that nothing rests on the plan's own word: an event left out, added or treated otherwise
 * fails. Where the original lacks what the plan names, differences are `unknown`.
 */
export function comparePlans([plan, again]: readonly [plan: ErasurePlan, again: ErasurePlan], tally: Tally, { isThere }: PlanComparison): void {
  const partial = new Set(plan.rooms.filter((room) => isPartial(room, isThere)).map(({ room_id: roomId }) => roomId));
  if (partial.size > 0) tally.unknown('the original lacks events that the plan names');
  const different = new Set<string>();
  for (const drift of detectDrift(plan, again)) {
    if (drift.kind === 'changed-tables') return tally.unknown('the plan was made with other tables than those of this version');
    if (isExcused(drift, partial, isThere)) continue;
    different.add(`${drift.room_id} ${drift.event_id}`);
    tally.note(drift.event_id ?? '', false);
  }
  for (const room of again.rooms) for (const { event_id: id } of room.entries) if (!different.has(`${room.room_id} ${id}`)) tally.note(id, true);
  compareAbout(plan, again, tally);
  compareWhole(plan, again, { tally, different: different.size > 0 });
}

type Whole = { readonly tally: Tally; readonly different: boolean };

/**
 * The rest of the plan is what people approve: rooms with their servers, totals, steps, deadlines, warnings and what stays. Which files it lists rests on
 * a list of uploads as well, which is not in the plan; each event's are compared. So does what it says of accounts on data that no event holds.
 */
function compareWhole(plan: ErasurePlan, again: ErasurePlan, { tally, different }: Whole): void {
  const { totals, steps, deadlines } = sealed(plan);
  const own = { totals, steps, deadlines };
  for (const part of ['totals', 'steps', 'deadlines'] as const) if (!same(plan[part], own[part])) tally.note(`its ${part}`, false);
  // A supplement keeps what was approved; and what went on since then is no fault of the plan, but not compared either.
  if (plan.supplements !== undefined || different) return;
  if (!same(plan.input, again.input)) return tally.unknown('the original has not as many events as the plan was made on: only what happens to each was compared');
  if (!same(plan.tables, again.tables)) tally.note('its tables', false);
  if (!same(plan.residue, again.residue)) tally.note('its residue', false);
  if (!same(plan.warnings.filter(isCompared), again.warnings.filter(isCompared))) tally.note('its warnings', false);
  const rooms = new Map(again.rooms.map((room) => [room.room_id, room]));
  for (const room of plan.rooms) if (!same(room, rooms.get(room.room_id))) tally.note(room.room_id, false);
}

function isCompared({ code }: PlanWarning): boolean {
  return code !== 'media-unknown';
}

function same(one: unknown, other: unknown): boolean {
  return digestOf(one) === digestOf(other);
}

/** Purged events may have gone already. */
function isPartial({ room_id: roomId, entries }: RoomPlan, isThere: PlanComparison['isThere']): boolean {
  return entries.some(({ treatment, event_id: id }) => treatment !== 'purge' && !isThere(roomId, id));
}

/** Without part of a room, its events are judged otherwise; an event that the subject did not send has no excuse. */
function isExcused({ kind, room_id: roomId = '', event_id: id = '' }: Drift, partial: ReadonlySet<string>, isThere: PlanComparison['isThere']): boolean {
  return kind === 'missing-event' ? !isThere(roomId, id) : kind === 'changed-event' && partial.has(roomId);
}

function compareAbout(plan: ErasurePlan, again: ErasurePlan, tally: Tally): void {
  const planned = new Map(plan.rooms.map((room) => [room.room_id, room.about]));
  for (const { room_id: roomId, about } of again.rooms) {
    const known = new Map((planned.get(roomId) ?? []).map((entry) => [entry.event_id, entry]));
    for (const entry of about) tally.note(entry.event_id, sameReasons(entry, known.get(entry.event_id)));
  }
}

function sameReasons({ reasons }: AboutEntry, other: AboutEntry | undefined): boolean {
  return other !== undefined && reasons.length === other.reasons.length && reasons.every((reason) => other.reasons.includes(reason));
}
