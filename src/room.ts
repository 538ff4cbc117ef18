/**
 * The rules of a room: which events are allowed, what several states resolve to, who may read what, which redactions apply, and
 * the graph of a room's events with the state at each.
 * @module
 */
export { authorize } from './room/authorize.ts';
export { authEventKeys, authEventsFor, checkAuthEvents, type AuthEventsContext } from './room/auth-events.ts';
export { membershipIn, membershipOf, type AuthContext, type Membership } from './room/auth-context.ts';
export type { AuthRule, AuthVerdict } from './room/verdict.ts';
export {
  isCreator, namedLevel, parsePowerLevel, requiredLevel, userLevel, type NamedLevel, type PowerLevel, type PowerLevels,
} from './room/power-levels.ts';

export { resolveState, type StateResolutionContext } from './room/state-resolution.ts';
export { MissingStateEventError } from './room/event-table.ts';
export { equalStateMaps, splitStateKey, stateKeyOf, type StateKey, type StateMap } from './room/state-map.ts';

export {
  historyVisibilityFor, historyVisibilityForServer, historyVisibilityIn, historyVisibilityOf,
  type HistoryVisibility, type MemberAt, type Reader, type StateAround, type VisibilityFacts, type VisibilityRule, type VisibilityVerdict,
} from './room/history-visibility.ts';
export { redactionVerdict, type RedactionContext, type RedactionRule, type RedactionVerdict } from './room/redaction-verdict.ts';
export { appliedRedactions, redactionContextOf } from './room/applied-redactions.ts';
export { createRedactionSet, type RedactionSet } from './room/redaction-set.ts';
export type {
  AppliedRedactions, HeldRedaction, IgnoredRedaction, JudgedRedaction, RedactionOutcome, RedactionSetContext, SourceOutcome, TargetOutcome,
} from './room/redaction-outcomes.ts';
export type { RedactableEvent } from './room/redaction-facts.ts';

export {
  MissingCreateEventError, openRoom, type EventVerdict, type OpenRoomOptions, type RoomEventRecord, type RoomGraph, type RoomState,
  type StateChange, type UnknownStateReason,
} from './room/graph.ts';
export { DuplicateEventError } from './room/room-columns.ts';
