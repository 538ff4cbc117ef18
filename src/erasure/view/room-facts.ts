import { isState, type Pdu } from '../../event/pdu.ts';
import type { RoomGraph, RoomState } from '../../room/graph.ts';
import type { AppliedRedactions } from '../../room/redaction-outcomes.ts';
import type { ErasureScope } from '../request.ts';
import { attendanceOf, type Attendance } from './attendance.ts';
import { coverageOf } from './coverage.ts';
import { placesOf, timeOf, type Places, type ViewedEvent } from './places.ts';
import { authReferencesIn, redactionsIn } from './references.ts';
import { isServiceRoom, usersOf, type ServiceInterest } from './service.ts';
import { createStateLookup, type StateAt, type StateLookup } from './state-at.ts';
import type { Surface, ViewContext, ViewErasure, Viewer } from './viewer.ts';

/** A room to look at: its graph, and its events in the order of the input. */
export type ViewedRoom = { readonly roomId: string; readonly graph: RoomGraph; readonly events: readonly ViewedEvent[] };

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
  /** What concerns the application service that looks. */
  readonly service?: ServiceInterest;
};

/** What is worked out once for a room and a viewer. */
export type RoomNotes = {
  readonly places: Places;
  readonly attendance: Attendance;
  readonly lookup: StateLookup;
  readonly includes: (userId: string) => boolean;
  readonly now: StateAt;
  /** The events of the current state, `undefined` if it is not known. */
  readonly current: ReadonlySet<string> | undefined;
  readonly redactions: AppliedRedactions;
  /** Of the subjects' state, what other events rest on. */
  readonly authReferenced: ReadonlySet<string>;
  readonly covers: (index: number) => boolean;
  /** Subjects that were joined at the erasure. */
  readonly parted: ReadonlySet<string>;
  /** Whether an application service counts the room itself as its own. */
  readonly isServiceRoom: boolean;
};

/** Works out what the facts about all events of a room rest on. */
export function noteRoom({ roomId, graph, events }: ViewedRoom, viewer: Viewer, { erasure, service }: ViewOptions): RoomNotes {
  const places = placesOf(events, erasure.effectiveAt);
  const includes = usersOf(viewer, erasure.subjects, service);
  const attendance = attendanceOf(events, places, { graph, includes });
  const lookup = createStateLookup(graph, attendance.users);
  const current = graph.currentState();
  return {
    places, attendance, lookup, includes,
    now: lookup(current),
    current: current.state === 'known' ? new Set(current.map().values()) : undefined,
    redactions: redactionsIn(events, graph),
    authReferenced: authReferencesIn(events, erasure.subjects),
    covers: coverageOf({ roomId, graph, events }, erasure),
    parted: joinedAtErasure(events, places, { graph, subjects: erasure.subjects }),
    isServiceRoom: viewer.kind === 'applicationService' && service !== undefined && isServiceRoom(roomId, stateEvents(current, graph), service),
  };
}

function stateEvents(state: RoomState, graph: RoomGraph): readonly Pdu[] {
  return state.state === 'known' ? [...state.map().values()].flatMap((id) => graph.stateEvent(id) ?? []) : [];
}

function joinedAtErasure(
  events: readonly ViewedEvent[], places: Places, { graph, subjects }: { readonly graph: RoomGraph; readonly subjects: readonly string[] },
): ReadonlySet<string> {
  return new Set(subjects.filter((subject) => {
    const { joinedBetween } = attendanceOf(events, places, { graph, includes: (userId) => userId === subject });
    return joinedBetween(places.erasure, places.erasure);
  }));
}

/** What the decisions about a room's events rest on. */
export type FactsOptions = { readonly notes: RoomNotes; readonly erasure: RoomErasure; readonly surface: Surface };

/** The context of the decision about one event of a room. All of one shape, as there may be a million of them. */
export function contextAbout([event, index]: readonly [ViewedEvent, number], graph: RoomGraph, { notes, erasure, surface }: FactsOptions): ViewContext {
  const { eventId, pdu } = event;
  const { places, attendance, isServiceRoom: isTheirs, redactions, now, current } = notes;
  const place = places.at(index);
  const at = notes.lookup(graph.stateAfter(eventId));
  const before = changesFacts(pdu, notes) ? notes.lookup(graph.stateBefore(eventId)) : undefined;
  const redaction = redactions.redactions.get(eventId);
  return {
    profile: erasure.profile, subjects: erasure.subjects, effectiveAt: erasure.effectiveAt, rules: graph.rules, surface,
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
    currentMembership: current === undefined ? undefined : isTheirs ? 'join' : now.membership,
    inAuthChain: current === undefined || notes.authReferenced.has(eventId),
    applies: redaction === undefined || redaction.applied.length + redaction.held.length > 0,
    isWithheld: redaction?.withheld,
    isRedacted: redactions.targets.get(eventId)?.redactedBecause !== undefined,
    outOfScope: !notes.covers(index),
    keepLabels: erasure.keepLabels,
    subjectWasJoined: pdu.type === 'm.room.member' && place <= places.erasure && notes.parted.has(pdu.state_key ?? ''),
  };
}

/** Whether an event changes the visibility, or a membership of the viewer's. */
export function changesFacts(pdu: Pdu, { includes }: Pick<RoomNotes, 'includes'>): boolean {
  return isState(pdu) && (pdu.type === 'm.room.history_visibility' || (pdu.type === 'm.room.member' && includes(pdu.state_key)));
}
