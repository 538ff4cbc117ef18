import { dueRequests, type DueRequest } from '../../erasure/rights/due.ts';
import { rightOf } from '../../erasure/rights/rights.ts';
import type { RightsRequest } from '../../erasure/rights/request.ts';

/** The requests of a book at a time (ms since 1970, UTC). */
export type RequestsList = {
  readonly at: number;
  readonly due: readonly DueRequest[];
  /** Of the whole book; `overdue` ones are among the open. */
  readonly counts: { readonly open: number; readonly overdue: number; readonly ended: number };
};

/** The requests of a book as they stand: open ones, and those that have ended if all are asked for. */
export function requestsList(requests: readonly RightsRequest[], at: number, { all }: { readonly all: boolean }): RequestsList {
  const due = dueRequests(requests, at);
  const open = due.filter(({ request }) => request.ended === undefined);
  const overdue = open.filter(({ status }) => status === 'overdue').length;
  return { at, due: all ? due : open, counts: { open: open.length, overdue, ended: due.length - open.length } };
}

/** The list as one JSON document. `docs/schema/requests.schema.json` says what is in it. */
export function requestsJson({ at, due, counts }: RequestsList): object {
  return { format: 'matrix-erasure/requests', formatVersion: 1, at, counts, requests: due.map(requestJson) };
}

function requestJson({ request, status, due, late }: DueRequest): object {
  const { id, kind, subjects, receivedAt, counting, extended, ended } = request;
  return {
    id, kind, article: rightOf(kind).article, subjects, receivedAt, status, due, late,
    ...(counting === undefined ? {} : { counting }), ...(extended === undefined ? {} : { extended }), ...(ended === undefined ? {} : { ended }),
  };
}
