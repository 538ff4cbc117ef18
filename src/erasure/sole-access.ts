import { isState } from '../event/pdu.ts';
import { membershipIn } from '../room/auth-context.ts';
import type { RoomGraph } from '../room/graph.ts';
import { historyVisibilityIn, type HistoryVisibility } from '../room/history-visibility.ts';
import type { OwnEvent, RoomNotes } from './room-notes.ts';
import { attendanceOf } from './view/attendance.ts';

/** Who else was in the room in the state after an event. */
type Company = { readonly joined: boolean; readonly invited: boolean; readonly visibility: HistoryVisibility };

/**
 * Which events of a room nobody but the subjects ever had access to. Of a message it decides who was joined when it was sent or, where the
 * history is shared, came before the erasure; of state whether anybody else was a member or invited while it was in the room's state.
 * Only for rooms of which everything is there.
 */
export function soleAccessIn(notes: RoomNotes, graph: RoomGraph): (event: OwnEvent) => boolean {
  const walked = walkStates(notes, graph);
  if (walked === undefined) return () => false;
  const { companyAt, shared } = walked;
  const joinedBetween = presenceOf(notes, graph);
  return (event) => {
    const company = companyAt.get(event.eventId);
    if (company === undefined || event.clock.outlier || isRefused(graph, event.eventId)) return false;
    const place = notes.placeOf(event.clock);
    if (company.joined || joinedBetween(place, place)) return false;
    if (isState(event.pdu)) return !company.invited && !shared.has(event.eventId) && company.visibility !== 'world_readable';
    return company.visibility === 'joined' || !couldReadLater(company, joinedBetween(place, notes.erasurePlace));
  };
}

/** Whoever could only have peeked had no access, but a room that the world reads is not the subject's alone. */
function couldReadLater({ visibility, invited }: Company, somebodyCame: boolean): boolean {
  if (visibility === 'world_readable') return true;
  return somebodyCame && (visibility === 'shared' || invited);
}

function isRefused(graph: RoomGraph, eventId: string): boolean {
  const verdict = graph.verdict(eventId)?.verdict;
  return verdict === 'rejected' || verdict === 'soft-failed';
}

/** When anybody else was joined, in the server's own order. */
function presenceOf(notes: RoomNotes, graph: RoomGraph): (from: number, to: number) => boolean {
  const events = notes.others.map(({ eventId, pdu, clock }) => ({ eventId, pdu, outlier: clock.outlier }));
  const places = notes.others.map(({ clock }) => notes.placeOf(clock));
  const at = (index: number): number => places[index] ?? Number.NEGATIVE_INFINITY;
  return attendanceOf(events, { at, erasure: notes.erasurePlace }, { graph, includes: () => true }).joinedBetween;
}

type Walked = {
  /** What the state after each of the subjects' events says. */
  readonly companyAt: ReadonlyMap<string, Company>;
  /** State of the subjects that was in the room's state together with somebody else. */
  readonly shared: ReadonlySet<string>;
};

/** Goes through the states of a room once, from change to change; `undefined` where one of them is not known. */
function walkStates(notes: RoomNotes, graph: RoomGraph): Walked | undefined {
  const [own, others] = [new Set(notes.own.map(({ eventId }) => eventId)), new Set(notes.others.map(({ eventId }) => eventId))];
  const [joined, invited, mine] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const [companyAt, shared] = [new Map<string, Company>(), new Set<string>()];
  let [snapshot, visibility]: [number, HistoryVisibility] = [0, 'shared'];

  const follow = (next: number): void => {
    for (const [, before, after] of graph.changes(snapshot, next)) {
      for (const set of [joined, invited, mine]) set.delete(before ?? '');
      if (after === undefined) continue;
      if (own.has(after)) mine.add(after);
      const membership = others.has(after) ? membershipIn(graph.stateEvent(after)) : undefined;
      if (membership === 'join') joined.add(after);
      // Whoever knocks is sent some of the room's state, as who is invited is.
      if (membership === 'invite' || membership === 'knock') invited.add(after);
    }
    snapshot = next;
    if (joined.size + invited.size === 0) return;
    for (const id of mine) shared.add(id);
    // What has been seen together with others need not be looked at again.
    mine.clear();
  };

  for (const eventId of graph.order) {
    const state = graph.stateAfter(eventId);
    if (state.state === 'unknown') return undefined;
    // Whoever an event sends out of the room is sent it.
    const before = { joined: joined.size > 0, invited: invited.size > 0 };
    if (state.snapshot !== snapshot) {
      follow(state.snapshot);
      visibility = historyVisibilityIn(graph.stateEvent(state.get('m.room.history_visibility', '') ?? ''));
    }
    if (own.has(eventId)) companyAt.set(eventId, { joined: before.joined || joined.size > 0, invited: before.invited || invited.size > 0, visibility });
  }
  const current = graph.currentState();
  if (current.state === 'unknown') return undefined;
  follow(current.snapshot);
  return { companyAt, shared };
}
