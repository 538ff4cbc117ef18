import { own } from '../json/value.ts';
import { isState, type Pdu } from '../event/pdu.ts';
import { openRoom, type RoomGraph, type RoomState } from '../room/graph.ts';
import { decide, isLabel, type DecisionContext } from './decide.ts';
import type { AboutEntry, PlanEntry, PlanTotals, PlanWarning, Reach, RoomPlan } from './plan.ts';
import { erasureProfile } from './profiles.ts';
import { redactionJudge } from './redaction-judge.ts';
import type { ErasureRequest } from './request.ts';
import type { OwnEvent, RoomNotes } from './room-notes.ts';
import type { RoomVersionRules } from '../rules/types.ts';

/** A room's plan, the rules that it rests on and what people should know about it. */
export type PlannedRoom = { readonly plan: RoomPlan; readonly rules: RoomVersionRules; readonly warnings: readonly PlanWarning[] };

/** Plans one room whose events have all been read. */
export function planRoom(notes: RoomNotes, request: ErasureRequest): PlannedRoom {
  const graph = openRoom(notes.records, { rules: notes.rules });
  const current = graph.currentState();
  const events = inGraphOrder(notes.own.filter(notes.inScope), graph);
  const membership = membershipOf(request.subjects, current, graph) ?? lastMembership(graph, request.subjects);
  const soleAccess = notes.closed && events.length === notes.records.size() && isWhole(notes, graph);
  const context: DecisionContext = {
    rules: notes.rules,
    profile: erasureProfile(request.profile),
    soleAccess,
    keepLabels: request.keepLabels === true,
    standing: standingIn(notes, current),
    applies: redactionJudge(notes, graph),
    reach: reachOf(membership),
  };
  const byClock = request.scope.before !== undefined || request.scope.after !== undefined;
  const entries = events.map((event) => decide(event, context));
  const about = soleAccess ? [] : aboutEntries(notes, graph);
  const plan: RoomPlan = {
    room_id: notes.roomId,
    room_version: notes.rules.id,
    events: notes.records.size(),
    membership,
    servers: otherServers(notes, request.subjects),
    state: current.state,
    entries,
    about,
    totals: roomTotals(entries, about),
  };
  return { plan, rules: notes.rules, warnings: roomWarnings(plan, events, context, byClock) };
}

/** Parents first, so that a plan does not depend on the order of its input. */
function inGraphOrder<E extends { readonly eventId: string }>(events: readonly E[], graph: RoomGraph): readonly E[] {
  return events.toSorted((one, other) => (graph.position(one.eventId) ?? 0) - (graph.position(other.eventId) ?? 0));
}

/** Whether a room is there from its creation on, with everything that its events name: else there is no telling who was in it. */
function isWhole(notes: RoomNotes, graph: RoomGraph): boolean {
  const current = graph.currentState();
  const created = current.state === 'known' && current.get('m.room.create', '') !== undefined;
  return created && graph.missingParents.length === 0 && [...notes.authReferenced].every(graph.has);
}

/** Where the current state is not known, a state event is taken to be current: keeping one too many breaks no room. */
function standingIn(notes: RoomNotes, current: RoomState): DecisionContext['standing'] {
  const currentIds = current.state === 'known' ? new Set(current.map().values()) : undefined;
  return (eventId) => ({
    current: currentIds === undefined || currentIds.has(eventId),
    inAuthChain: currentIds === undefined || notes.authReferenced.has(eventId),
    inRoom: true,
  });
}

const BEST_FIRST = ['join', 'invite', 'knock', 'leave', 'ban'];

/** The best membership that a subject has in the current state, where that is known. */
function membershipOf(subjects: readonly string[], current: RoomState, graph: RoomGraph): string | undefined {
  if (current.state !== 'known') return undefined;
  const memberships = new Set(subjects.map((subject) => {
    const id = current.get('m.room.member', subject);
    return id === undefined ? undefined : membershipIn(graph.stateEvent(id));
  }));
  return BEST_FIRST.find((membership) => memberships.has(membership)) ?? 'none';
}

/** The membership that the subjects had last, whichever of them it was. */
function lastMembership(graph: RoomGraph, subjects: readonly string[]): string {
  const isTheirs = (event: Pdu | undefined): boolean => event?.type === 'm.room.member' && subjects.some((subject) => subject === event.state_key);
  const last = graph.order.findLast((eventId) => isTheirs(graph.stateEvent(eventId)));
  return membershipIn(last === undefined ? undefined : graph.stateEvent(last)) ?? 'none';
}

function membershipIn(event: Pdu | undefined): string | undefined {
  const membership = event === undefined ? undefined : own(event.content, 'membership');
  return typeof membership === 'string' && BEST_FIRST.includes(membership) ? membership : undefined;
}

function reachOf(membership: string): Reach | undefined {
  if (membership === 'join') return undefined;
  if (membership === 'ban') return 'banned';
  return membership === 'leave' ? 'room-left' : 'not-joined';
}

function otherServers(notes: RoomNotes, subjects: readonly string[]): readonly string[] {
  const home = new Set(subjects.map((subject) => subject.slice(subject.indexOf(':') + 1)));
  return [...notes.servers].filter((server) => !home.has(server)).sort();
}

function aboutEntries(notes: RoomNotes, graph: RoomGraph): readonly AboutEntry[] {
  const mine = new Set(notes.own.map((event) => event.eventId));
  return inGraphOrder(notes.foreign, graph).flatMap(({ eventId, type, reasons, references }) => {
    const referring = references.filter((reference) => mine.has(reference.eventId)).map((reference) => reference.reason);
    const all = [...new Set([...reasons, ...referring])];
    return all.length === 0 ? [] : [{ event_id: eventId, type, reasons: all }];
  });
}

function roomTotals(entries: readonly PlanEntry[], about: readonly AboutEntry[]): PlanTotals {
  const count = (treatment: PlanEntry['treatment']): number => entries.filter((entry) => entry.treatment === treatment).length;
  return {
    redact: count('redact'),
    hide: count('hide'),
    purge: count('purge'),
    keep: count('keep'),
    held: 0,
    outOfReach: entries.filter((entry) => entry.reach !== undefined).length,
    about: about.length,
  };
}

function roomWarnings(plan: RoomPlan, events: readonly OwnEvent[], context: DecisionContext, byClock: boolean): readonly PlanWarning[] {
  const treatments = new Map(plan.entries.map((entry) => [entry.event_id, entry.treatment]));
  const lost = events.filter(({ eventId, pdu }) =>
    isState(pdu) && isLabel(pdu) && context.standing(eventId).current && treatments.get(eventId) === 'redact');
  const hazardous = plan.entries.filter((entry) => entry.reason === 'hazard').length;
  const copies = context.soleAccess ? 0 : plan.servers.length;
  const all: readonly Omit<PlanWarning, 'room_id'>[] = [
    { code: 'state-unknown', count: plan.state === 'unknown' ? 1 : 0 },
    { code: 'label-lost', count: lost.length },
    { code: 'hazard-kept', count: hazardous },
    { code: 'copies-elsewhere', count: copies },
    { code: 'sender-clock', count: byClock ? events.filter((event) => event.clock.bySender).length : 0 },
  ];
  return all.filter(({ count }) => count > 0).map((warning) => ({ ...warning, room_id: plan.room_id }));
}
