import { assertRequest } from '../../erasure/check-request.ts';
import { purgeDeadline } from '../../erasure/deadlines.ts';
import { digestOf } from '../../erasure/digest.ts';
import { requestDeadlines } from '../../erasure/legal-deadlines.ts';
import { erasureId } from '../../erasure/marks.ts';
import type { RoomPlan } from '../../erasure/plan.ts';
import type { ErasureRequest } from '../../erasure/request.ts';
import { coversRoom } from '../../erasure/scope.ts';
import type { DueErasure, ErasurePart, ErasureStore } from '../store.ts';
import { planPart } from './plan-part.ts';

const DAY = 86_400_000;
const LOG_DAYS = 180;
/** Parts that are written at once. */
const PARTS_AT_ONCE = 10;

/**
 * The ID of the erasure of a request: the same request is the same erasure, however often and wherever it is recorded.
 * @example erasureIdOf({ subjects: ['@alice:example.org'], requestedAt: 0, effectiveAt: 0, profile: 'notice', scope: {} }).length // 22
 */
export function erasureIdOf(request: ErasureRequest): string {
  return erasureId(request).replaceAll('+', '-').replaceAll('/', '_').slice(0, 22);
}

/**
 * Records an erasure. It hides from then on: serving looks senders up among the erasures, so that one record hides any number of events. Gives its ID;
 * recording it again changes nothing.
 * @throws {EmptyRequestError | InvalidIdentifierError | UnknownProfileError | BackwardClockError} when nothing can be planned for the request
 */
export async function recordErasure(store: ErasureStore, request: ErasureRequest, { now }: { readonly now: number }): Promise<string> {
  assertRequest(request);
  const id = erasureIdOf(request);
  if (await store.erasures.add({ id, request, status: request.revokedAt === undefined ? 'planned' : 'revoked', createdAt: now, changedAt: now })) {
    await store.erasures.addDues(duesOf(id, request));
    await store.ledger.append([{ at: now, erasureId: id, step: 'record', detail: { subjects: request.subjects.length, profile: request.profile } }]);
  }
  return id;
}

function duesOf(erasure: string, { requestedAt, purgeWithin, counting, holds = [] }: ErasureRequest): readonly DueErasure[] {
  return [
    { erasure, what: 'answer', due: requestDeadlines(requestedAt, counting).answer.endsAt },
    { erasure, what: 'purge', due: purgeDeadline(requestedAt, purgeWithin) },
    { erasure, what: 'logs', due: requestedAt + LOG_DAYS * DAY },
    ...(holds.length === 0 ? [] : [{ erasure, what: 'review' as const, due: Math.min(...holds.map(({ reviewAt }) => reviewAt)) }]),
  ];
}

/** What planning tells of. */
export type PlanningOptions = { readonly onRoom?: (roomId: string, rooms: number) => void; readonly signal?: { readonly aborted: boolean } };

/**
 * Plans a recorded erasure room by room, so that a plan of any size needs the memory of one room. Rooms that are planned already stay as they are, so that
 * it can go on where it broke off.
 */
export async function planRecorded(store: ErasureStore, id: string, { onRoom, signal }: PlanningOptions = {}): Promise<void> {
  const erasure = await store.erasures.get(id);
  if (erasure === undefined) return;
  const { request } = erasure;
  const rooms = (await store.events.roomsOf(request.subjects)).filter((roomId) => coversRoom(request.scope, roomId));
  let parts: ErasurePart[] = [];
  const write = async (): Promise<void> => {
    if (parts.length > 0) await store.erasures.putParts(parts);
    parts = [];
  };
  for (const roomId of rooms) {
    if (signal?.aborted === true) break;
    if ((await store.erasures.partState(id, roomId)) === undefined) {
      const planned = await planPart(store, roomId, request);
      if (planned !== undefined && parts.push({ erasureId: id, roomId, ...planned, status: 'planned' }) >= PARTS_AT_ONCE) await write();
    }
    onRoom?.(roomId, rooms.length);
  }
  await write();
}

/** A revision that no room has: the part is compared with the room before it is carried out. */
const UNSEEN = -1;

/**
 * Gives a recorded erasure the parts of a plan that was approved elsewhere. Each is compared with its room before it is carried out. What was carried out
 * already is only added to.
 */
export async function adoptPlan(store: ErasureStore, id: string, rooms: readonly RoomPlan[]): Promise<void> {
  for (let at = 0; at < rooms.length; at += PARTS_AT_ONCE) {
    const parts: ErasurePart[] = [];
    for (const plan of rooms.slice(at, at + PARTS_AT_ONCE)) {
      const before = await store.erasures.part(id, plan.room_id);
      if (before === undefined || !isSame(before.plan, plan)) {
        parts.push({ erasureId: id, roomId: plan.room_id, plan, revision: UNSEEN, status: 'planned', ...(before?.counts === undefined ? {} : { counts: before.counts }) });
      }
    }
    if (parts.length > 0) await store.erasures.putParts(parts);
  }
}

function isSame(one: RoomPlan, other: RoomPlan): boolean {
  return digestOf(one) === digestOf(other);
}
