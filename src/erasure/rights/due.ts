import { compareCodePoints } from '../../json/compare.ts';
import type { Deadline } from '../legal-deadlines.ts';
import { dueOf, type RightsRequest } from './request.ts';

/** Where a request stands at a time. */
export type RequestStatus = 'open' | 'extended' | 'overdue' | 'refused' | 'granted' | 'granted-in-part' | 'withdrawn';

/** A request, where it stands, and by when it is to be answered. */
export type DueRequest = {
  readonly request: RightsRequest;
  readonly status: RequestStatus;
  readonly due: Deadline;
  /** Of one that has ended: whether it was answered after its deadline. */
  readonly late: boolean;
};

/**
 * Where a request stands at a time (ms since 1970, UTC). It is overdue once the last day is over.
 * @example requestStatus(openRequest({ id: '1', kind: 'access', subjects: ['@a:b.c'], receivedAt: 0 }), Date.UTC(1971, 0, 1)) // 'overdue'
 */
export function requestStatus(request: RightsRequest, now: number): RequestStatus {
  if (request.ended !== undefined) return request.ended.outcome;
  if (now > dueOf(request).endsAt) return 'overdue';
  return request.extended === undefined ? 'open' : 'extended';
}

/**
 * Requests as they stand at a time (ms since 1970, UTC): open ones first, the earliest due date first; then those that have ended, the last first.
 * @example dueRequests([openRequest({ id: '1', kind: 'access', subjects: ['@a:b.c'], receivedAt: 0 })], 0).map(({ status, due }) => [status, due.day]) // [['open', '1970-02-02']]
 */
export function dueRequests(requests: Iterable<RightsRequest>, now: number): readonly DueRequest[] {
  return [...requests].map((request) => standingOf(request, now)).sort(inOrder);
}

function standingOf(request: RightsRequest, now: number): DueRequest {
  const due = dueOf(request);
  const { ended } = request;
  return { request, status: requestStatus(request, now), due, late: ended !== undefined && ended.outcome !== 'withdrawn' && ended.at > due.endsAt };
}

function inOrder(one: DueRequest, other: DueRequest): number {
  const [ended, otherEnded] = [one.request.ended?.at, other.request.ended?.at];
  if (ended === undefined && otherEnded === undefined) return one.due.endsAt - other.due.endsAt || byReceipt(one, other);
  if (ended === undefined || otherEnded === undefined) return ended === undefined ? -1 : 1;
  return otherEnded - ended || byReceipt(one, other);
}

function byReceipt({ request: one }: DueRequest, { request: other }: DueRequest): number {
  return one.receivedAt - other.receivedAt || compareCodePoints(one.id, other.id);
}
