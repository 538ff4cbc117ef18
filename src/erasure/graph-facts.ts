import { referencedIds, type Pdu } from '../event/pdu.ts';
import { redactionTarget } from '../event/redaction-target.ts';
import { openRoom, type RoomGraph, type RoomState } from '../room/graph.ts';
import { companyIn } from './graph-company.ts';
import type { OwnEvent } from './own-event.ts';
import type { CurrentState, RoomFacts, StateBefore } from './room-facts.ts';
import type { RoomNotes } from './room-reader.ts';

/** The facts of a room whose events have all been read: its graph is opened. */
export function factsFromGraph(notes: RoomNotes): RoomFacts {
  const { roomId, rules, records, timeline, servers, hasErased, cited } = notes;
  const graph = openRoom(records, { rules });
  const current = currentIn(graph);
  return {
    roomId, rules, timeline, servers, hasErased, current,
    events: records.size(),
    own: inGraphOrder(notes.own, graph),
    foreign: inGraphOrder(notes.foreign, graph),
    lastMembership: () => lastMembership(graph, notes.request.subjects),
    isWhole: isWhole(graph, current, notes),
    bridges: notes.bridges.filter(({ eventId }) => current.has(eventId)).flatMap(({ pdu }) => pdu.sender ?? []),
    aliases: () => graph.order.flatMap((id) => graph.stateEvent(id) ?? []).filter(({ type }) => ALIASES.has(type)),
    targets: () => targetsIn(notes.own, records),
    verdict: (eventId) => graph.verdict(eventId)?.verdict,
    stateBefore: (eventId) => stateBefore(eventId, graph),
    isCited: (eventId) => cited.has(eventId),
    namedAmong: (eventIds) => namedAmong(eventIds, notes),
    company: () => companyIn(notes, graph),
  };
}

/** State that gives a room aliases. */
export const ALIASES: ReadonlySet<string> = new Set(['m.room.canonical_alias', 'm.room.aliases']);

/** Parents first, so that a plan does not depend on the order of its input. */
function inGraphOrder<E extends { readonly eventId: string }>(events: readonly E[], graph: RoomGraph): readonly E[] {
  return events.toSorted((one, other) => (graph.position(one.eventId) ?? 0) - (graph.position(other.eventId) ?? 0));
}

function currentIn(graph: RoomGraph): CurrentState {
  const current = graph.currentState();
  const ids = current.state === 'known' ? new Set(current.map().values()) : undefined;
  return { state: current.state, event: eventsIn(current, graph).event, has: (eventId) => ids === undefined || ids.has(eventId) };
}

function eventsIn(state: RoomState, graph: RoomGraph): StateBefore {
  const id = (type: string, stateKey: string): string | undefined => (state.state === 'known' ? state.get(type, stateKey) : undefined);
  return { id, event: (type, stateKey) => graph.stateEvent(id(type, stateKey) ?? '') };
}

function stateBefore(eventId: string, graph: RoomGraph): StateBefore {
  return eventsIn(graph.stateBefore(eventId), graph);
}

function lastMembership(graph: RoomGraph, subjects: readonly string[]): Pdu | undefined {
  const isTheirs = (event: Pdu | undefined): boolean => event?.type === 'm.room.member' && subjects.some((subject) => subject === event.state_key);
  const last = graph.order.findLast((eventId) => isTheirs(graph.stateEvent(eventId)));
  return last === undefined ? undefined : graph.stateEvent(last);
}

/** Whether a room is there from its creation on, with everything that its events name. */
export function isWhole(graph: RoomGraph, current: Pick<CurrentState, 'event'>, { cited, lacksEvents }: Pick<RoomNotes, 'cited' | 'lacksEvents'>): boolean {
  if (current.event('m.room.create', '') === undefined || graph.missingParents.length > 0) return false;
  for (const id of cited) if (!graph.has(id)) return false;
  return !lacksEvents(graph.has);
}

function targetsIn(own: readonly OwnEvent[], records: RoomNotes['records']): ReadonlyMap<string, Pdu> {
  const wanted = new Set(own.flatMap((event) => event.redacts));
  const targets = new Map<string, Pdu>();
  if (wanted.size === 0) return targets;
  for (const { event_id: id, pdu } of records) if (wanted.has(id)) targets.set(id, pdu);
  return targets;
}

function namedAmong(candidates: ReadonlySet<string>, { records, rules, isNamed }: RoomNotes): ReadonlySet<string> {
  const named = new Set<string>();
  for (const { pdu } of records) {
    const ids = [...referencedIds(pdu.prev_events), ...referencedIds(pdu.auth_events), ...(redactionTarget(pdu, rules.redacts)?.eventIds ?? [])];
    for (const id of ids) if (candidates.has(id)) named.add(id);
  }
  // A reply or an edit refers to its event as well: without it the room would seem to lack something.
  for (const id of candidates) if (isNamed(id)) named.add(id);
  return named;
}
