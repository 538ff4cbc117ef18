/**
 * Redaction and erasure of Matrix events: the tables of the room versions, the redaction algorithm, hashes, IDs and signatures, and plans that
 * say what happens to a person's events, carry it out and check it. Nothing here does I/O.
 * @module
 */
export { redact, redactContent, isRedacted, UnredactableEventError } from './event/redact.ts';
export { explainRedaction, type RedactionExplanation, type RedactionReason } from './event/explain.ts';
export { redactionTarget, type RedactionTarget } from './event/redaction-target.ts';
export {
  assertFormat, assertSize, checkFormat, EventFormatError, EventTooLargeError, MAX_EVENT_BYTES,
  type FormatProblem, type FormatProblemKind,
} from './event/format.ts';
export { mediaReferences } from './event/media.ts';
export { editedEventId, relationsOf, type Relations } from './event/relations.ts';
export { isState, referencedIds, type EventReference, type Pdu } from './event/pdu.ts';
export { readRecord, redactionsOf, UnreadableRecordError, type EventRecord, type ReadRecord } from './event/record.ts';

export {
  defineRoomVersion, roomVersion, roomVersionIds, stableRoomVersionIds, UnsupportedRoomVersionError, type RoomVersionChanges,
} from './rules/room-versions.ts';
export type {
  AuthorizationRules, EventFormatRules, RedactionRules, RedactsRules, Retained, RetainedKeys, RoomVersionRules, SignatureRules, StateResolutionRules,
} from './rules/types.ts';

export {
  assertUserId, InvalidIdentifierError, isEventId, isMxcUri, isRoomId, isServerName, isUserId, parseUserId, serverNameOf,
  type EventId, type MxcUri, type RoomId, type ServerName, type UserId,
} from './identifiers/identifiers.ts';

export {
  addContentHash, checkContentHash, contentHash, eventId, MissingIdError, referenceHash, roomIdFromCreate, type ContentHashState,
} from './crypto/event-hashes.ts';
export * from './crypto/sign.ts';
export * from './crypto/signing-key.ts';
export * from './crypto/verify-event.ts';
export * from './crypto/verify-json.ts';
export { createKeyRing, type FetchKey, type KeyRing, type PublicKey, type PublicKeys, type VerifyKey } from './crypto/key-ring.ts';

export { classifyEvents, type ClassifiedEvents } from './erasure/classify.ts';
export {
  defineProfile, erasureProfile, erasureProfiles, UnknownProfileError, type ErasureProfile, type ProfileChanges, type ProfileRow, type Seen,
} from './erasure/profiles.ts';
export { hadAccess, type AccessFacts } from './erasure/view/access.ts';
export { decideView } from './erasure/view/decide-view.ts';
export type { ViewedEvent } from './erasure/view/places.ts';
export type { RoomErasure, ViewedRoom, ViewOptions } from './erasure/view/room-facts.ts';
export { eventServer, serveEvents, type EventServer, type ServedEvent } from './erasure/view/serve.ts';
export {
  servedFinding, servedPush, servedStrippedState, servedSummary, type DecisionOf, type Push, type RoomSummary, type SearchFinding, type SearchHit, type StrippedEvent,
} from './erasure/view/served-copies.ts';
export { NamespacePatternError, serviceInterest, type ServiceInterest, type ServiceRegistration } from './erasure/view/service.ts';
export { viewRoom } from './erasure/view/view-room.ts';
export { surfaces, type Surface, type ViewContext, type ViewDecision, type ViewErasure, type Viewer, type ViewFacts, type ViewReason } from './erasure/view/viewer.ts';
export { findHazard, hazards, type Hazard, type Standing } from './erasure/hazards.ts';
export type { ErasureRequest, ErasureScope } from './erasure/request.ts';
export { beginPlan, EmptyRequestError, planErasure, type Planner } from './erasure/planner.ts';
export type * from './erasure/plan.ts';
export { applyPlan, createApplier, hiddenSince, type Applied, type Applier, type HiddenMark, type StoredEvent } from './erasure/apply.ts';
export { assertPlanIntact, detectDrift, PlanDigestError, type Drift, type DriftKind } from './erasure/drift.ts';
export { withoutDerivedCopies, type CopyContext } from './erasure/derived-copies.ts';
export { beginVerification, verifyErasure, type StoredBeforeAndAfter, type Verifying, type VerifyOptions } from './erasure/verify.ts';
export type { Check, CheckName, CheckStatus, Verification } from './erasure/verification.ts';
export { addMonths, dayAt, endOfDay, isCalendarDate, type CalendarDate } from './erasure/calendar.ts';
export {
  InvalidHolidayError, requestDeadlines, type Deadline, type DeadlineOptions, type RequestDeadlines,
} from './erasure/legal-deadlines.ts';
export { purgeDeadline, oneMonthAfter, PURGE_DAYS } from './erasure/deadlines.ts';
export {
  createRecordResolver, LostRoomVersionError, MissingRoomIdError, MissingRoomVersionError,
  type RecordResolver, type ResolveOptions, type RoomEvent, type RoomVersions,
} from './room/resolve-record.ts';
