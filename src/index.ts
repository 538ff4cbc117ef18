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
export type { Signer, Verifier } from './crypto/backend.ts';
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
export {
  accountCategories, type AccountCategory, type AccountCategoryId, type AccountDeadline, type AccountTreatment,
} from './erasure/account/categories.ts';
export {
  LOG_DAYS, planAccountErasure, UnknownAccountCategoryError, type AccountAnswer, type AccountErasure, type AccountInventory, type AccountTimes,
} from './erasure/account/plan-account.ts';
export { OtherAccountError, planAccounts, type AccountRequest } from './erasure/account/plan-accounts.ts';
export { accountSchema, type AccountData, type AccountFile } from './erasure/account/schema.ts';
export { confirmGuess, type GuessOptions, type GuessVerdict } from './erasure/residue/confirm-guess.ts';
export { residueRules, type ResidueKind, type ResidueRule, type ResidueView } from './erasure/residue/kinds.ts';
export type { ResidueCounts, ResidueExample, ResidueReport, ResidueText, RoomResidue } from './erasure/residue/report.ts';
export { beginResidue, residueOf, type ResidueOptions, type ResidueReader, type TreatmentOf } from './erasure/residue/residue.ts';
export { SALT_BYTES, SALT_KEY, saltContent, WeakSaltError, type SaltOptions } from './erasure/residue/salt-content.ts';
export { clientEventOf, type ClientEvent, type ClientEventContext } from './erasure/pseudonyms/client-event.ts';
export {
  PSEUDONYM_KEY_BYTES, PSEUDONYM_SERVER, PseudonymMapError, pseudonymOf, pseudonymsFor, WeakPseudonymKeyError, type PseudonymMap, type PseudonymSource,
} from './erasure/pseudonyms/pseudonym-map.ts';
export {
  createPseudonymiser, NoPseudonymError, NotAClientEventError, pseudonymise, pseudonymousView,
  type PseudonymiseOptions, type Pseudonymiser, type PseudonymousEvent,
} from './erasure/pseudonyms/pseudonymise.ts';
export type {
  FindingCounts, FindingStatus, FingerprintFinding, FingerprintFindings, FingerprintPlace, FoundText, UnknownReason,
} from './erasure/fingerprints/findings.ts';
export {
  beginFingerprints, beginFingerprintSharing, takeFingerprints, type Fingerprint, type Fingerprints, type FingerprintSharing, type FingerprintTaker,
} from './erasure/fingerprints/fingerprints.ts';
export { accountTexts } from './erasure/fingerprints/account-texts.ts';
export { beginPlanFingerprints, beginPlanSharing } from './erasure/fingerprints/plan-fingerprints.ts';
export { beginFileSearch, type FileFindings, type FileSearch, type SearchedFile } from './erasure/fingerprints/search-files.ts';
export { FINGERPRINT_KEY_BYTES, WeakFingerprintKeyError } from './erasure/fingerprints/grams.ts';
export type { PersonalText, TextKind } from './erasure/fingerprints/kinds.ts';
export { beginFingerprintSearch, FingerprintKeyError, searchFingerprints, type FingerprintSearch, type OpenedText, type SearchedText } from './erasure/fingerprints/search.ts';
export { findHazard, hazards, type Hazard, type Standing } from './erasure/hazards.ts';
export type { ErasureRequest, ErasureScope } from './erasure/request.ts';
export { BackwardClockError, EmptyRequestError, RemedySenderError } from './erasure/check-request.ts';
export { ContradictoryHoldsError, holdGrounds, InvalidHoldError, type ErasureHold, type HoldGround, type HoldScope } from './erasure/holds.ts';
export { beginPlan, planErasure, type Planner, type PlannerOptions } from './erasure/planner.ts';
export { holdsLeaveNothing } from './erasure/carry-out.ts';
export { planSteps } from './erasure/steps.ts';
export type * from './erasure/plan.ts';
export { applyPlan, createApplier, hiddenSince, type Applied, type AppliedPlan, type Applier, type HiddenMark, type StoredEvent, type WithheldMark } from './erasure/apply.ts';
export { assertPlanIntact, assertSameInput, detectDrift, OtherInputError, PlanDigestError, type Drift, type DriftKind } from './erasure/drift.ts';
export { PlanDriftedError, supplementPlan } from './erasure/supplement.ts';
export {
  assertRevocationIntact, beginRevocation, createRevoker,
  type RevocationPlan, type RevocationPlanner, type RevocationTotals, type RevokedEntry, type RevokedOutcome,
} from './erasure/revocation.ts';
export { createRemedyBuilder, type RemedyBuilder, type RemedyEvent } from './erasure/remedy-events.ts';
export { withoutDerivedCopies, type CopyContext } from './erasure/derived-copies.ts';
export { beginVerification, verifyErasure, type StoredBeforeAndAfter, type Verifying, type VerifyOptions } from './erasure/verify.ts';
export { withTextSearch, type Check, type CheckName, type CheckStatus, type TextSearch, type VerdictChange, type Verification } from './erasure/verification.ts';
export {
  addMonths, dayAt, endOfDay, isCalendarDate, UncountableTimeError, UnknownTimeZoneError, type CalendarDate,
} from './erasure/calendar.ts';
export {
  InvalidHolidayError, requestDeadlines, type Deadline, type DeadlineOptions, type RequestDeadlines,
} from './erasure/legal-deadlines.ts';
export { purgeDeadline, oneMonthAfter, PURGE_DAYS } from './erasure/deadlines.ts';
export {
  createRecordResolver, LostRoomVersionError, MissingRoomIdError, MissingRoomVersionError,
  type RecordResolver, type ResolveOptions, type RoomEvent, type RoomVersions,
} from './room/resolve-record.ts';
