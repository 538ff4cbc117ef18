import type { Pdu } from '../event/pdu.ts';
import type { RoomVersionRules } from '../rules/types.ts';
import type { StateKey, StateMap } from './state-map.ts';
import type { AuthRule } from './verdict.ts';

/** An event of a room as an event file holds it; `null` and a missing key mean the same. */
export type RoomEventRecord = {
  readonly event_id: string;
  /** Of an event that is not state, `type`, `sender`, `room_id`, `prev_events`, `auth_events` (and `redacts`, versions 1 and 2) are enough. */
  readonly pdu: Pdu;
  /** The server's own order; without it the order of the input is. */
  readonly stream_ordering?: number | null;
  /** Why the server rejected the event. */
  readonly rejected?: string | null;
  readonly soft_failed?: boolean | null;
  /** Whether the server holds the event outside the graph, as an auth event or an invite. */
  readonly outlier?: boolean | null;
};

/** What a room is opened with. */
export type OpenRoomOptions = {
  /** The rules of the room's version; without them the create event names the version. */
  readonly rules?: RoomVersionRules;
  /** The state before an event some of whose parents are not among the events: what a server was told when it joined, say. */
  readonly stateBefore?: (eventId: string) => StateMap | undefined;
};

/** Why the state at an event cannot be told. */
export type UnknownStateReason =
  /** No such event is among those the room was opened with. */
  | 'no-such-event'
  /** Some ancestors are not there; `missing` names those nearest to the room's start that are referred to. */
  | 'incomplete-ancestry'
  /** The event is its own ancestor, or descends from one that is. */
  | 'cycle'
  /** State resolution needs an event that is not there. */
  | 'missing-state-events';

/** The state at a point, or why it is not known: an honest gap rather than a guess. */
export type RoomState =
  | {
    readonly state: 'known';
    /** Equal numbers are equal states: what was worked out for one holds for the other. */
    readonly snapshot: number;
    readonly get: (type: string, stateKey: string) => string | undefined;
    /** The whole map, built anew on each call: costs as much as the state is large. */
    readonly map: () => StateMap;
  }
  | { readonly state: 'unknown'; readonly reason: UnknownStateReason; readonly missing: readonly string[] };

/** What became of an event: `recorded` says that the server's own record said so, else a rule did. */
export type EventVerdict =
  | { readonly verdict: 'authorized' }
  | { readonly verdict: 'soft-failed' }
  | { readonly verdict: 'rejected'; readonly rule: AuthRule | 'recorded'; readonly reason: string }
  | { readonly verdict: 'unknown'; readonly reason: UnknownStateReason | 'missing-auth-events' };

/** A place of the state that differs between two snapshots, with the event on each side. */
export type StateChange = readonly [key: StateKey, before: string | undefined, after: string | undefined];

/** The graph of a room's events, with the state at each. */
export type RoomGraph = {
  readonly rules: RoomVersionRules;
  /** Every event ID, each after its parents and otherwise in the server's order; those in a cycle come last. */
  readonly order: readonly string[];
  /** The accepted events that no accepted event follows. */
  readonly forwardExtremities: readonly string[];
  /** IDs that events name as parents and that are not there. */
  readonly missingParents: readonly string[];
  readonly has: (eventId: string) => boolean;
  /** The place of an event in `order`. */
  readonly position: (eventId: string) => number | undefined;
  /** The parents that an event names, there or not. */
  readonly parents: (eventId: string) => readonly string[];
  /** A state event; events that are no state are not kept. */
  readonly stateEvent: (eventId: string) => Pdu | undefined;
  readonly stateBefore: (eventId: string) => RoomState;
  /** The state after an event: a rejected event changes nothing. */
  readonly stateAfter: (eventId: string) => RoomState;
  /** The state that the forward extremities resolve to. */
  readonly currentState: () => RoomState;
  readonly verdict: (eventId: string) => EventVerdict | undefined;
  /** What differs between two snapshots; costs as much as differs, not as much as the state is large. */
  readonly changes: (before: number, after: number) => readonly StateChange[];
};

/**
 * Opens a room: sorts its events into their graph and works out the state at each of them and whether the rules allow it.
 * Events that are not state are dropped once read, so that a million of them fit.
 * @throws {MissingCreateEventError} when no rules are given and no create event names the room version
 * @throws {UnsupportedRoomVersionError} when there are no rules for the version that it names
 * @throws {DuplicateEventError} when two records have one event ID
 * @see https://spec.matrix.org/v1.19/server-server-api/#room-state-resolution
 */
export function openRoom(events: Iterable<RoomEventRecord>, options: OpenRoomOptions = {}): RoomGraph {
  void [events, options];
  throw new Error('not written yet');
}
