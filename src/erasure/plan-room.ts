import { own } from '../json/value.ts';
import { isState } from '../event/pdu.ts';
import { openRoom, type RoomGraph, type RoomState } from '../room/graph.ts';
import { isHeld } from './carry-out.ts';
import { decide, isLabel, type DecisionContext } from './decide.ts';
import type { MediaUse } from './media-notes.ts';
import type { AboutEntry, MediaReason, PlanEntry, PlanTotals, PlanWarning, RoomPlan } from './plan.ts';
import { erasureProfile } from './profiles.ts';
import { redactionJudge } from './redaction-judge.ts';
import { planRemedies } from './remedies.ts';
import type { ErasureRequest } from './request.ts';
import { returnTest } from './return.ts';
import type { OwnEvent, RoomNotes } from './room-notes.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import { redactionsToSend } from './send-order.ts';
import { servicesIn } from './services.ts';
import { leavingShells } from './shells.ts';
import { soleAccessIn } from './sole-access.ts';
import { departuresFrom, reachOf, standingIn, subjectMembership } from './standing.ts';

/** A room's plan, the rules that it rests on, how its events use files, and what people should know about it. */
export type PlannedRoom = {
  readonly plan: RoomPlan;
  readonly rules: RoomVersionRules;
  readonly media: readonly MediaUse[];
  readonly warnings: readonly PlanWarning[];
};

/** What a room is planned with. */
export type RoomOptions = {
  readonly request: ErasureRequest;
  /** Whether everything of the input could be read. */
  readonly complete: boolean;
  readonly hasRoom: (roomId: string) => boolean;
};

type Planned = readonly (readonly [OwnEvent, PlanEntry])[];

/** Plans one room whose events have all been read. */
export function planRoom(notes: RoomNotes, { request, complete, hasRoom }: RoomOptions): PlannedRoom {
  const graph = openRoom(notes.records, { rules: notes.rules });
  const current = graph.currentState();
  const isBack = returnTest(notes.own.map(({ eventId, pdu, clock }) => ({ eventId, pdu, time: clock.time })), graph, request.revokedAt);
  const events = inGraphOrder(notes.own.filter((event) => notes.inScope(event) && !isBack(event)), graph);
  const membership = subjectMembership(request.subjects, current, graph);
  const context = contextFor(notes, graph, { request, complete, events, membership });
  const planned = withShells(events.map((event) => [event, decide(event, context)] as const), notes);
  const entries = planned.map(([, entry]) => entry);
  const about = context.goesWhole ? [] : aboutEntries(notes, graph);
  const plan: RoomPlan = {
    room_id: notes.roomId,
    room_version: notes.rules.id,
    events: notes.records.size(),
    membership,
    servers: otherServers(notes, request.subjects),
    bridges: bridgesIn(notes, context, request.subjects),
    ...predecessorOf(current, graph, hasRoom),
    state: current.state,
    entries,
    about,
    remedies: planRemedies(planned, { graph, current, standing: context.standing, sender: request.remedySender }),
    redactions: redactionsToSend(planned),
    departures: departuresFrom(current, graph, request),
    totals: roomTotals(entries, about),
  };
  return { plan, rules: notes.rules, media: mediaUses(notes, planned), warnings: roomWarnings(plan, planned, { context, notes, request }) };
}

type Deciding = Pick<RoomOptions, 'request' | 'complete'> & { readonly events: readonly OwnEvent[]; readonly membership: string };

function contextFor(notes: RoomNotes, graph: RoomGraph, { request, complete, events, membership }: Deciding): DecisionContext {
  const whole = complete && isWhole(notes, graph) && servicesIn(notes, graph, request).length === 0;
  // What a hold keeps needs the room around it.
  const goesWhole = whole && notes.closed && events.length === notes.records.size() && events.every((event) => notes.holdsOn(event).length === 0);
  return {
    rules: notes.rules,
    profile: erasureProfile(request.profile),
    goesWhole,
    soleAccess: whole && !goesWhole ? soleAccessIn(notes, graph) : () => false,
    keepLabels: request.keepLabels === true,
    redactEvents: request.redactEvents === true,
    standing: standingIn(notes, graph.currentState()),
    applies: redactionJudge(notes, graph),
    has: graph.has,
    reach: reachOf(membership),
    holdsOn: notes.holdsOn,
  };
}

function withShells(planned: Planned, notes: RoomNotes): Planned {
  const shells = leavingShells(planned.flatMap(([event, { reason }]) => (reason === 'sole-access' ? [event] : [])), notes);
  return planned.map(([event, entry]) => [event, shells.has(event.eventId) ? { ...entry, shell: true } : entry]);
}

/** Parents first, so that a plan does not depend on the order of its input. */
function inGraphOrder<E extends { readonly eventId: string }>(events: readonly E[], graph: RoomGraph): readonly E[] {
  return events.toSorted((one, other) => (graph.position(one.eventId) ?? 0) - (graph.position(other.eventId) ?? 0));
}

/** Whether a room is there from its creation on, with everything that its events name: else there is no telling who was in it. */
function isWhole(notes: RoomNotes, graph: RoomGraph): boolean {
  const current = graph.currentState();
  const created = current.state === 'known' && current.get('m.room.create', '') !== undefined;
  const referenced = graph.missingParents.length === 0 && [...notes.authReferenced].every(graph.has);
  return created && referenced && !notes.lacksEvents(graph.has);
}

function otherServers(notes: RoomNotes, subjects: readonly string[]): readonly string[] {
  const home = new Set(subjects.map((subject) => subject.slice(subject.indexOf(':') + 1)));
  return [...notes.servers].filter((server) => !home.has(server)).sort();
}

function bridgesIn({ bridges }: RoomNotes, { standing }: DecisionContext, subjects: readonly string[]): readonly string[] {
  const bots = bridges.filter(({ eventId }) => standing(eventId).current).flatMap(({ pdu }) => pdu.sender ?? []);
  return [...new Set(bots)].filter((bot) => !subjects.some((subject) => subject === bot)).sort();
}

/** The room that this one replaced, where it is not in the input. */
function predecessorOf(current: RoomState, graph: RoomGraph, hasRoom: RoomOptions['hasRoom']): Pick<RoomPlan, 'predecessor'> {
  const create = current.state === 'known' ? graph.stateEvent(current.get('m.room.create', '') ?? '') : undefined;
  const predecessor = create === undefined ? undefined : own(create.content, 'predecessor');
  const named = typeof predecessor === 'object' && predecessor !== null ? own(predecessor as Readonly<Record<string, unknown>>, 'room_id') : undefined;
  return typeof named === 'string' && named.startsWith('!') && !hasRoom(named) ? { predecessor: named } : {};
}

function aboutEntries(notes: RoomNotes, graph: RoomGraph): readonly AboutEntry[] {
  const mine = new Set(notes.own.map((event) => event.eventId));
  return inGraphOrder(notes.foreign, graph).flatMap(({ eventId, type, reasons, references }) => {
    const referring = references.filter((reference) => mine.has(reference.eventId)).map((reference) => reference.reason);
    const all = [...new Set([...reasons, ...referring])];
    return all.length === 0 ? [] : [{ event_id: eventId, type, reasons: all }];
  });
}

/** How every event of the subjects uses files: also what the request does not cover keeps them. */
function mediaUses({ own: all, roomId }: RoomNotes, planned: Planned): readonly MediaUse[] {
  const entries = new Map(planned.map(([event, entry]) => [event.eventId, entry]));
  return all.flatMap(({ eventId, media }) => media.map((uri) => ({ uri, room_id: roomId, event_id: eventId, reason: whyReferring(entries.get(eventId)) })));
}

function whyReferring(entry: PlanEntry | undefined): MediaReason | undefined {
  if (entry === undefined) return 'uncovered-referrer';
  if (entry.treatment === 'hide') return 'hidden-referrer';
  if (entry.treatment === 'keep') return 'kept-referrer';
  return isHeld(entry) ? 'held-referrer' : undefined;
}

/** The counts of a room. */
export function roomTotals(entries: readonly PlanEntry[], about: readonly AboutEntry[]): PlanTotals {
  const count = (treatment: PlanEntry['treatment']): number => entries.filter((entry) => entry.treatment === treatment).length;
  return {
    redact: count('redact'),
    hide: count('hide'),
    purge: count('purge'),
    keep: count('keep'),
    held: entries.filter(isHeld).length,
    outOfReach: entries.filter((entry) => entry.reach !== undefined).length,
    about: about.length,
  };
}

type Warned = { readonly context: DecisionContext; readonly notes: RoomNotes; readonly request: ErasureRequest };

function roomWarnings(plan: RoomPlan, planned: Planned, { context, notes, request: { scope } }: Warned): readonly PlanWarning[] {
  const count = (test: (entry: PlanEntry, event: OwnEvent) => boolean): number => planned.filter(([event, entry]) => test(entry, event)).length;
  const byClock = scope.before !== undefined || scope.after !== undefined;
  const all: readonly Omit<PlanWarning, 'room_id'>[] = [
    { code: 'state-unknown', count: plan.state === 'unknown' ? 1 : 0 },
    { code: 'label-lost', count: count((entry, { pdu, eventId }) => entry.treatment === 'redact' && !isHeld(entry) && isState(pdu) && isLabel(pdu) && context.standing(eventId).current) },
    { code: 'hazard-kept', count: count(({ reason }) => reason === 'hazard') },
    { code: 'held', count: count((entry) => isHeld(entry) && (entry.treatment === 'redact' || entry.treatment === 'purge')) },
    { code: 'copies-elsewhere', count: context.goesWhole ? 0 : plan.servers.length },
    { code: 'bridged', count: context.goesWhole || plan.entries.length === 0 ? 0 : plan.bridges.length },
    { code: 'predecessor-missing', count: plan.predecessor === undefined || plan.entries.length === 0 ? 0 : 1 },
    { code: 'rests-on-whole-room', count: count(({ treatment }) => treatment === 'purge') },
    { code: 'nobody-left', count: notes.hasErased && !context.goesWhole && count(({ reason }) => reason === 'sole-access') > 0 ? 1 : 0 },
    // Who came before and who after the erasure decides about sole access.
    { code: 'sender-clock', count: count(({ reason }, { clock }) => clock.bySender && (byClock || reason === 'sole-access')) },
  ];
  return all.filter((warning) => warning.count > 0).map((warning) => ({ ...warning, room_id: plan.room_id }));
}
