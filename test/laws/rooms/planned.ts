import type { UserId } from '../../../src/identifiers/identifiers.ts';
import { planErasure } from '../../../src/erasure/planner.ts';
import type { PlanEntry } from '../../../src/erasure/plan.ts';
import { createRecordResolver } from '../../../src/room/resolve-record.ts';
import type { Room } from '../../../src/testing.ts';

/** Everybody in generated rooms. */
export const everybody: readonly UserId[] = ['@alice:one.example', '@bob:two.example', '@carol:three.example', '@dave:two.example', '@erin:one.example'];

/** What the profile `strict`, which redacts most, has in mind for a user's events in a room. */
export function plannedFor({ events, rules }: Pick<Room, 'events' | 'rules'>, subject: UserId): readonly PlanEntry[] {
  const { resolve } = createRecordResolver({ roomVersion: rules.id });
  const resolved = events.map((event, index) => resolve({ ...event, room_version: rules.id, stream_ordering: index + 1 }));
  const plan = planErasure(resolved, { subjects: [subject], requestedAt: 0, effectiveAt: 0, profile: 'strict', scope: {} });
  return plan.rooms.flatMap(({ entries }) => entries);
}

/** The IDs of a user's events that a plan redacts. */
export function plannedRedactions(room: Pick<Room, 'events' | 'rules'>, subject: UserId): ReadonlySet<string> {
  return new Set(plannedFor(room, subject).filter(({ treatment }) => treatment === 'redact').map(({ event_id: id }) => id));
}
