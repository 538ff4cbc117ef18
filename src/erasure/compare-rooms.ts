import type { EventVerdict, RoomGraph, RoomState, StateChange } from '../room/graph.ts';
import type { VerdictChange } from './verification.ts';

/** What the comparison of a room before and after an erasure reports. */
export type RoomComparison = {
  readonly state: (eventId: string, same: boolean) => void;
  readonly authorization: (eventId: string, same: boolean, change?: VerdictChange) => void;
  /** Events whose state neither graph can tell, because history is missing. */
  readonly unknown: (events: number) => void;
};

/**
 * Runs through a room twice, before and after, and compares the state after every event and the verdict on it. Costs as much as
 * the state changes from event to event, not as much as it is large.
 */
export function compareRooms(before: RoomGraph, after: RoomGraph, report: RoomComparison): void {
  let unknown = 0;
  let last: { readonly before: RoomState; readonly after: RoomState; readonly same: boolean } | undefined;
  for (const eventId of before.order) {
    if (!after.has(eventId)) continue;
    const states = { before: before.stateAfter(eventId), after: after.stateAfter(eventId) };
    const same = sameState(states, last, { before, after });
    if (same === undefined) unknown += 1;
    else {
      report.state(eventId, same);
      last = { ...states, same };
    }
    reportVerdict(eventId, [before.verdict(eventId), after.verdict(eventId)], report);
  }
  report.unknown(unknown);
}

function reportVerdict(eventId: string, [before, after]: readonly [EventVerdict | undefined, EventVerdict | undefined], report: RoomComparison): void {
  if (sameVerdict(before, after)) report.authorization(eventId, true);
  else report.authorization(eventId, false, { event_id: eventId, before: inWords(before), after: inWords(after) });
}

function inWords(verdict: EventVerdict | undefined): string {
  if (verdict === undefined) return 'unknown';
  return verdict.verdict === 'rejected' ? `rejected: ${verdict.rule}` : verdict.verdict;
}

type States = { readonly before: RoomState; readonly after: RoomState };
type Graphs = { readonly before: RoomGraph; readonly after: RoomGraph };

/** Equal states that change equally stay equal; so only the first pair, or one after a difference, is compared in full. */
function sameState(now: States, last: (States & { readonly same: boolean }) | undefined, graphs: Graphs): boolean | undefined {
  if (now.before.state === 'unknown' && now.after.state === 'unknown') return undefined;
  if (now.before.state === 'unknown' || now.after.state === 'unknown') return false;
  if (last?.same !== true || last.before.state === 'unknown' || last.after.state === 'unknown') {
    return sameMap(now.before.map(), now.after.map());
  }
  const before = graphs.before.changes(last.before.snapshot, now.before.snapshot);
  const after = graphs.after.changes(last.after.snapshot, now.after.snapshot);
  return sameChanges(before, after);
}

function sameMap(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, id]) => b.get(key) === id);
}

function sameChanges(a: readonly StateChange[], b: readonly StateChange[]): boolean {
  const after = new Map(a.map(([key, , id]) => [key, id]));
  return a.length === b.length && b.every(([key, , id]) => after.has(key) && after.get(key) === id);
}

function sameVerdict(a: EventVerdict | undefined, b: EventVerdict | undefined): boolean {
  if (a?.verdict !== b?.verdict) return false;
  return a?.verdict !== 'rejected' || b?.verdict !== 'rejected' || a.rule === b.rule;
}
