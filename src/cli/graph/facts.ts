import { findHazard, type Standing } from '../../erasure/hazards.ts';
import { isState, referencedIds, type Pdu } from '../../event/pdu.ts';
import { appliedRedactions, redactionContextOf } from '../../room/applied-redactions.ts';
import type { EventVerdict, RoomEventRecord, RoomGraph } from '../../room/graph.ts';
import type { AppliedRedactions, SourceOutcome } from '../../room/redaction-outcomes.ts';
import type { EventFacts, GraphSender, RedactsNote } from './model.ts';

/** An event to draw. Of a message, `content` is not read. */
export type DrawnEvent = RoomEventRecord & {
  /** Whether the event is a redacted copy; without it, the redactions in the room tell. */
  readonly stripped?: boolean;
};

/** An event with what the drawing says of it, and what it refers to. */
export type FactRow = { readonly facts: EventFacts; readonly parents: readonly string[]; readonly auth: readonly string[] };

/** The facts of a room, in the order of its graph. */
export type RoomFacts = { readonly rows: readonly FactRow[]; readonly senders: readonly GraphSender[] };

/** Works out what the drawing says of each event. */
export function factsOf(events: Iterable<DrawnEvent>, graph: RoomGraph, roomId: string): RoomFacts {
  const records = new Map<string, DrawnEvent>();
  for (const event of events) records.set(event.event_id, event);
  const redactions = appliedRedactions([...records.values()].map((event) => inRoom(event, roomId)), redactionContextOf(graph));
  const context: FactsContext = {
    graph, redactions, standing: standingIn(records, graph), extremities: new Set(graph.forwardExtremities), senders: createTally(),
  };
  const rows = graph.order.flatMap((eventId, index) => {
    const record = records.get(eventId);
    return record === undefined ? [] : [factRow(record, index + 1, context)];
  });
  return { rows, senders: context.senders.list() };
}

type FactsContext = {
  readonly graph: RoomGraph;
  readonly redactions: AppliedRedactions;
  readonly standing: (eventId: string) => Standing;
  readonly extremities: ReadonlySet<string>;
  readonly senders: Tally;
};

/** An event may leave to its record what verdicts compare. */
function inRoom({ event_id, pdu }: DrawnEvent, roomId: string): { readonly event_id: string; readonly pdu: Pdu } {
  return { event_id, pdu: { ...pdu, room_id: roomId } };
}

function factRow(record: DrawnEvent, number: number, context: FactsContext): FactRow {
  const { event_id: eventId, pdu, stripped = false, outlier } = record;
  const { graph, redactions, standing, extremities, senders } = context;
  const parents = [...new Set(graph.parents(eventId))];
  const redactedBy = redactions.targets.get(eventId)?.applied ?? [];
  const redacted = stripped || redactedBy.length > 0;
  const source = redactions.redactions.get(eventId);
  const hazard = isState(pdu) && !redacted ? findHazard(pdu, standing(eventId), graph.rules)?.id : undefined;
  const facts: EventFacts = {
    number,
    event_id: eventId,
    type: pdu.type,
    ...(isState(pdu) ? { state_key: pdu.state_key } : {}),
    sender: senders.number(pdu.sender ?? ''),
    is_state: isState(pdu),
    ...verdictOf(graph.verdict(eventId), record),
    redacted,
    redacted_by: redactedBy,
    ...(source === undefined ? {} : { redacts: redactsNotes(source) }),
    ...(hazard === undefined ? {} : { hazard }),
    extremity: extremities.has(eventId),
    outlier: outlier === true,
    missing: parents.filter((parent) => !graph.has(parent)),
  };
  return { facts, parents, auth: [...new Set(referencedIds(pdu.auth_events))] };
}

/** Where the rules cannot tell, as in a circle, the server's own record still does. */
function verdictOf(verdict: EventVerdict | undefined, { rejected, soft_failed: softFailed }: DrawnEvent): Pick<EventFacts, 'verdict' | 'rule'> {
  if (verdict?.verdict === 'rejected') return { verdict: 'rejected', rule: verdict.rule };
  if (verdict !== undefined && verdict.verdict !== 'unknown') return verdict;
  if (typeof rejected === 'string') return { verdict: 'rejected', rule: 'recorded' };
  if (softFailed === true) return { verdict: 'soft-failed' };
  return { verdict: 'unknown', ...(verdict === undefined ? {} : { rule: verdict.reason }) };
}

function redactsNotes({ applied, held, ignored }: SourceOutcome): readonly RedactsNote[] {
  return [
    ...applied.map((id): RedactsNote => ({ event_id: id, outcome: 'applies' })),
    ...held.map(({ eventId }): RedactsNote => ({ event_id: eventId, outcome: 'held' })),
    ...ignored.map(({ eventId, rule }): RedactsNote => ({ event_id: eventId, outcome: 'ignored', rule })),
  ];
}

/** Where the current state is not known, a state event is taken to be current, and to allow others. */
function standingIn(records: ReadonlyMap<string, DrawnEvent>, graph: RoomGraph): FactsContext['standing'] {
  const state = graph.currentState();
  const current = state.state === 'known' ? new Set(state.map().values()) : undefined;
  const cited = new Set<string>();
  for (const { pdu } of records.values()) for (const id of referencedIds(pdu.auth_events)) cited.add(id);
  return (eventId) => ({ current: current === undefined || current.has(eventId), inAuthChain: current === undefined || cited.has(eventId), inRoom: true });
}

type Tally = { readonly number: (name: string) => number; readonly list: () => readonly GraphSender[] };

/** Numbers senders as they come, and counts. */
function createTally(): Tally {
  const numbers = new Map<string, number>();
  const counts: number[] = [];
  return {
    number: (name) => {
      const number = numbers.get(name) ?? counts.push(0) - 1;
      numbers.set(name, number);
      counts[number] = (counts[number] ?? 0) + 1;
      return number;
    },
    list: () => [...numbers].map(([user_id, number]) => ({ user_id, events: counts[number] ?? 0 })),
  };
}
