import { membershipIn } from '../room/auth-context.ts';
import type { RoomGraph } from '../room/graph.ts';
import { historyVisibilityIn, type HistoryVisibility } from '../room/history-visibility.ts';
import type { Company, CompanyFacts } from './room-facts.ts';
import type { RoomNotes } from './room-reader.ts';
import { placeAt, placeIn } from './scope.ts';
import { attendanceOf } from './view/attendance.ts';

/** Who else was in a room, by its graph. */
export function companyIn(notes: RoomNotes, graph: RoomGraph): CompanyFacts | undefined {
  const walked = walkStates(notes, graph);
  if (walked === undefined) return undefined;
  const { companyAt, met } = walked;
  return { at: (eventId) => companyAt.get(eventId), met: (eventId) => met.has(eventId), joinedBetween: presenceOf(notes, graph) };
}

/** When anybody else was joined, in the server's own order. */
function presenceOf({ others, timeline, request }: RoomNotes, graph: RoomGraph): CompanyFacts['joinedBetween'] {
  const events = others.map(({ eventId, pdu, clock }) => ({ eventId, pdu, outlier: clock.outlier }));
  const places = others.map(({ clock }) => placeIn(timeline, clock));
  const at = (index: number): number => places[index] ?? Number.NEGATIVE_INFINITY;
  return attendanceOf(events, { at, erasure: placeAt(timeline, request.effectiveAt) }, { graph, includes: () => true }).joinedBetween;
}

type Walked = {
  /** What the state after each of the subjects' events says, and the one before it in the room's order. */
  readonly companyAt: ReadonlyMap<string, Company>;
  /** State of the subjects that was in the room's state together with somebody else. */
  readonly met: ReadonlySet<string>;
};

/** Goes through the states of a room once, from change to change; `undefined` where one of them is not known. */
function walkStates(notes: RoomNotes, graph: RoomGraph): Walked | undefined {
  const [own, others] = [new Set(notes.own.map(({ eventId }) => eventId)), new Set(notes.others.map(({ eventId }) => eventId))];
  const [joined, invited, mine] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const [companyAt, met] = [new Map<string, Company>(), new Set<string>()];
  let [snapshot, visibility]: [number, HistoryVisibility] = [0, 'shared'];

  const follow = (next: number): void => {
    for (const [, before, after] of graph.changes(snapshot, next)) {
      for (const set of [joined, invited, mine]) set.delete(before ?? '');
      if (after === undefined) continue;
      if (own.has(after)) mine.add(after);
      const membership = others.has(after) ? membershipIn(graph.stateEvent(after)) : undefined;
      if (membership === 'join') joined.add(after);
      if (membership === 'invite' || membership === 'knock') invited.add(after);
    }
    snapshot = next;
    if (joined.size + invited.size === 0) return;
    for (const id of mine) met.add(id);
    // What has been seen together with others need not be looked at again.
    mine.clear();
  };

  for (const eventId of graph.order) {
    const state = graph.stateAfter(eventId);
    if (state.state === 'unknown') return undefined;
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
  return { companyAt, met };
}
