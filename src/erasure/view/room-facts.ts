import { isState, type Pdu } from '../../event/pdu.ts';
import type { RoomGraph, RoomState } from '../../room/graph.ts';
import type { RoomVersionRules } from '../../rules/types.ts';
import { findHazard } from '../hazards.ts';
import type { ErasureProfile } from '../profiles.ts';
import type { ErasureScope } from '../request.ts';
import { attendanceFrom, membershipChangesIn, type Attendance } from './attendance.ts';
import { coverageOf } from './coverage.ts';
import { depthOf, placesOf, timeOf, type Places, type ViewedEvent } from './places.ts';
import { authReferencesTo, redactionsIn, type RedactionFacts } from './references.ts';
import { isServiceRoom, usersOf, type ServiceInterest } from './service.ts';
import { isStoredRedacted } from './stored-form.ts';
import { createStateEstimate, type StateEstimate } from './estimated-state.ts';
import { createStateLookup, type StateAt } from './state-at.ts';
import type { Surface, ViewContext, ViewErasure, Viewer } from './viewer.ts';

/** A room to look at: its graph, and its events in the order of the input. */
export type ViewedRoom = {
  readonly roomId: string;
  readonly graph: RoomGraph;
  readonly events: readonly ViewedEvent[];
  /** What names the events that each event rests on, where `events` leave it out. */
  readonly records?: Iterable<{ readonly pdu: Pdu }>;
};

/** An erasure as far as it decides what is served. */
export type RoomErasure = ViewErasure & {
  readonly scope?: ErasureScope;
  readonly keepLabels?: boolean;
  /** When the erasure was revoked (ms): what the subject sent after they came back is not covered. */
  readonly revokedAt?: number;
};

/** What is looked at a room with. */
export type ViewOptions = {
  readonly erasure: RoomErasure;
  /** `messages` if none is named. */
  readonly surface?: Surface;
  /** On the surface `state`: whether states of the past are read as well, as `/context` and `/members?at=` do. */
  readonly pastStates?: boolean;
  /** On the surface `messages` of the profile `synapse`: whether a client pages forwards, which begins and ends elsewhere. */
  readonly forwards?: boolean;
  /** What concerns the application service that looks. */
  readonly service?: ServiceInterest;
};

/** What is worked out once for a room and a viewer. */
export type RoomNotes = {
  readonly places: Places;
  readonly attendance: Attendance;
  /** The state before and after an event. */
  readonly before: (event: ViewedEvent) => StateAt;
  readonly after: (event: ViewedEvent) => StateAt;
  readonly includes: (userId: string) => boolean;
  readonly now: StateAt;
  /** The events of the current state, `undefined` if it is not known. */
  readonly current: ReadonlySet<string> | undefined;
  readonly redactions: RedactionFacts;
  /** Of the subjects' state that it would matter for, what other events rest on. */
  readonly authReferenced: ReadonlySet<string>;
  readonly covers: (index: number) => boolean;
  /** Subjects that were joined at the erasure. */
  readonly parted: ReadonlySet<string>;
  /** Whether an application service counts the room itself as its own. */
  readonly isServiceRoom: boolean;
};

/** Works out what the facts about all events of a room rest on. */
export function noteRoom({ roomId, graph, events, records = events }: ViewedRoom, viewer: Viewer, { erasure, service }: ViewOptions): RoomNotes {
  const places = placesOf(events, erasure.effectiveAt);
  const includes = usersOf(viewer, [...erasure.subjects, ...(erasure.alreadyErased ?? [])], service);
  const changes = membershipChangesIn(events, places, graph);
  const attendance = attendanceFrom(changes.filter(({ user }) => includes(user)));
  const lookup = createStateLookup(graph, attendance.users);
  const current = graph.currentState();
  return {
    places, attendance, includes, ...statesIn({ events, graph, lookup, includes }, erasure.profile.law),
    current: current.state === 'known' ? new Set(current.map().values()) : undefined,
    redactions: redactionsIn(events, graph),
    authReferenced: authReferencesTo(hazardsIn(events, erasure.subjects, graph.rules), records),
    covers: coverageOf({ roomId, graph, events }, erasure),
    parted: new Set(erasure.subjects.filter((subject) => attendanceFrom(changes.filter(({ user }) => user === subject)).joinedBetween(places.erasure, places.erasure))),
    isServiceRoom: viewer.kind === 'applicationService' && service !== undefined && isServiceRoom(roomId, stateEvents(current, graph), service),
  };
}

/** Where the state at an event is not known, it is only estimated to predict what a server does. */
function statesIn(room: Parameters<typeof createStateEstimate>[0], law: ErasureProfile['law']): Pick<RoomNotes, 'now' | 'before' | 'after'> {
  const { graph, lookup } = room;
  let estimate: StateEstimate | undefined;
  const known = (state: RoomState, depth: number): StateAt => {
    if (state.state === 'known' || law === 'specification' || Number.isNaN(depth)) return lookup.of(state);
    estimate ??= createStateEstimate(room);
    return estimate(depth);
  };
  return {
    now: known(graph.currentState(), Number.POSITIVE_INFINITY),
    before: (event) => known(graph.stateBefore(event.eventId), (depthOf(event) ?? Number.NaN) - 1),
    after: (event) => known(graph.stateAfter(event.eventId), depthOf(event) ?? Number.NaN),
  };
}

/** The events that some people sent into the state and that may not be redacted if other events rest on them. */
function hazardsIn(events: readonly ViewedEvent[], senders: readonly string[], rules: RoomVersionRules): ReadonlySet<string> {
  const standing = { current: false, inAuthChain: true, inRoom: true };
  const found = events.filter(({ pdu }) => isState(pdu) && senders.includes(pdu.sender ?? '') && findHazard(pdu, standing, rules) !== undefined);
  return new Set(found.map(({ eventId }) => eventId));
}

function stateEvents(state: RoomState, graph: RoomGraph): readonly Pdu[] {
  return state.state === 'known' ? [...state.map().values()].flatMap((id) => graph.stateEvent(id) ?? []) : [];
}

/** What the decisions about a room's events rest on. */
export type FactsOptions = { readonly notes: RoomNotes; readonly erasure: RoomErasure; readonly surface: Surface };

/** The context of the decision about one event of a room. All of one shape, as there may be a million of them. */
export function contextAbout([event, index]: readonly [ViewedEvent, number], graph: Pick<RoomGraph, 'rules'>, { notes, erasure, surface }: FactsOptions): ViewContext {
  const { eventId, pdu } = event;
  const { places, attendance, isServiceRoom: isTheirs, redactions, now, current } = notes;
  const place = places.at(index);
  const at = notes.after(event);
  const before = changesFacts(pdu, notes) ? notes.before(event) : undefined;
  const redaction = redactions.of(eventId);
  return {
    profile: erasure.profile, subjects: erasure.subjects, effectiveAt: erasure.effectiveAt, alreadyErased: erasure.alreadyErased ?? NOBODY, rules: graph.rules, surface,
    historyVisibility: surface === 'state' ? now.visibility : at.visibility,
    membershipAtEvent: isTheirs ? 'join' : at.membership,
    joinedUntilErasure: isTheirs || attendance.joinedBetween(place, places.erasure),
    joinedAfterErasure: isTheirs || attendance.joinedBetween(Math.max(place, places.erasure), Number.POSITIVE_INFINITY),
    everInRoom: isTheirs || attendance.everJoined,
    serverHadAccess: false,
    isCurrentState: isState(pdu) && current?.has(eventId) !== false,
    receivedTs: place > places.erasure ? Math.max(timeOf(event) ?? 0, erasure.effectiveAt + 1) : erasure.effectiveAt,
    previousVisibility: pdu.type === 'm.room.history_visibility' ? before?.visibility : undefined,
    previousMembership: pdu.type === 'm.room.member' ? before?.membership : undefined,
    currentMembership: isTheirs ? 'join' : now.visibility === 'unknown' ? undefined : now.membership,
    inAuthChain: current === undefined || notes.authReferenced.has(eventId),
    applies: redaction === undefined || redaction.applies,
    isWithheld: redaction?.withheld,
    isRedacted: redactions.isRedacted(eventId) || isStoredRedacted(event, graph.rules),
    outOfScope: !notes.covers(index),
    keepLabels: erasure.keepLabels,
    subjectWasJoined: pdu.type === 'm.room.member' && place <= places.erasure && notes.parted.has(pdu.state_key ?? ''),
  };
}

const NOBODY: readonly string[] = [];

/** Whether an event changes the visibility, or a membership of the viewer's. */
export function changesFacts(pdu: Pdu, { includes }: Pick<RoomNotes, 'includes'>): boolean {
  return isState(pdu) && (pdu.type === 'm.room.history_visibility' || (pdu.type === 'm.room.member' && includes(pdu.state_key)));
}
