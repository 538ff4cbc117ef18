import type { Pdu } from '../event/pdu.ts';
import type { EventVerdict } from '../room/graph.ts';
import type { HistoryVisibility } from '../room/history-visibility.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import type { ForeignNote } from './foreign-note.ts';
import type { OwnEvent } from './own-event.ts';
import type { Timeline } from './scope.ts';

/**
 * All that the plan of a room is made from. There are two ways to it: a graph of all of the room's events, and what a store looks up. Both have to give the
 * same answers, and so the same plan.
 */
export type RoomFacts = {
  readonly roomId: string;
  readonly rules: RoomVersionRules;
  /** How many events the room has. */
  readonly events: number;
  /** The events of the subjects, each after its parents. */
  readonly own: readonly OwnEvent[];
  /** Events of others that may carry data of the subjects, each after its parents. */
  readonly foreign: readonly ForeignNote[];
  readonly timeline: Timeline;
  readonly current: CurrentState;
  /** The last event that gave any of the subjects a membership. */
  readonly lastMembership: () => Pdu | undefined;
  /** Whether the room is there from its creation on, with everything that its events name: else there is no telling who was in it. */
  readonly isWhole: boolean;
  /** Servers that had a joined member at some time. */
  readonly servers: Iterable<string>;
  /** Who sent the state that says that a bridge to another network is in the room, as far as it may be current. */
  readonly bridges: readonly string[];
  /** The events that ever gave the room an alias. */
  readonly aliases: () => readonly Pdu[];
  /** Whether somebody who was erased before sent anything. */
  readonly hasErased: boolean;
  /** The events that the subjects' redactions name, as far as they are there. */
  readonly targets: () => ReadonlyMap<string, Pdu>;
  readonly verdict: (eventId: string) => EventVerdict['verdict'] | undefined;
  /** The state before an event of the subjects; nothing in it where it is not known. */
  readonly stateBefore: (eventId: string) => StateBefore;
  /** Whether some event names this one among those that allow it. */
  readonly isCited: (eventId: string) => boolean;
  /** Which of some events of the subjects others follow, rest on, relate to, reply to or redact. */
  readonly namedAmong: (eventIds: ReadonlySet<string>) => ReadonlySet<string>;
  /** Who else was in the room; `undefined` where a state is not known. */
  readonly company: () => CompanyFacts | undefined;
};

/** The state that a room has now. */
export type CurrentState = {
  readonly state: 'known' | 'unknown';
  /** The event in a place of it; none where the state is not known. */
  readonly event: (type: string, stateKey: string) => Pdu | undefined;
  /** Whether an event of the subjects is in it; of every event where it is not known: keeping one too many breaks no room. */
  readonly has: (eventId: string) => boolean;
};

/** A state that redactions and returns are judged by. */
export type StateBefore = {
  readonly id: (type: string, stateKey: string) => string | undefined;
  readonly event: (type: string, stateKey: string) => Pdu | undefined;
};

/** Who else was in a room: anybody but the subjects, and those who were erased before. */
export type CompanyFacts = {
  /** At an event of the subjects. */
  readonly at: (eventId: string) => Company | undefined;
  /** Whether an event of the subjects was in the state together with somebody else's join, invite or knock. */
  readonly met: (eventId: string) => boolean;
  /** Whether anybody else was joined at some place of the order that counts, from one to another, both included. */
  readonly joinedBetween: (from: number, to: number) => boolean;
};

/** Who else was in the room in the state after an event, or in that of the event before it in the room's order: whoever an event sends out is sent it. */
export type Company = {
  readonly joined: boolean;
  /** Whoever knocks is sent some of the room's state, as who is invited is. */
  readonly invited: boolean;
  readonly visibility: HistoryVisibility;
};
