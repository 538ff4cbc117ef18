/**
 * Generators and laws for [fast-check](https://fast-check.dev), with which other implementations of Matrix events can be tested as
 * this one is. fast-check is a peer dependency of this entry alone.
 * @module
 */
export { arbitraryRoomVersion, arbitrarySigningSeed } from './testing/arbitraries.ts';
export { assertAgree, assertDoesNotMutate, assertIdempotent, assertOnlyRemoves, assertPreserves, type Preserved } from './testing/assertions.ts';
export { canonicalJsonLaws, type CanonicalJsonImplementation } from './testing/canonical-json-laws.ts';
export { canonicalJsonByTheText } from './testing/canonical-json-oracle.ts';
export { arbitraryJsonKey, arbitraryJsonObject, arbitraryJsonValue, type JsonOptions } from './testing/json-arbitraries.ts';
export { BrokenLawError, type Law, type LawParameters } from './testing/law.ts';
export { arbitraryPdu, arbitraryWellFormedPdu, type PduOptions } from './testing/pdu-arbitraries.ts';
export {
  redactionLaws,
  type RedactionImplementation,
  type RedactionLawOptions,
  type SignatureImplementation,
} from './testing/redaction-laws.ts';
export { redactByTheText } from './testing/redaction-oracle.ts';
export { agreementLaws, type AgreementImplementation } from './testing/rooms/agreement-laws.ts';
export { arbitraryRoom, arbitraryRoomScript, type RoomOptions } from './testing/rooms/arbitrary-room.ts';
export { buildRoom, type BuildOptions } from './testing/rooms/build-room.ts';
export { describeRoom } from './testing/rooms/describe-room.ts';
export { hasEffects, redactionEffects, type FindEffects, type RedactionEffects } from './testing/rooms/effects.ts';
export {
  roomImplementation, type ResolutionFacts, type RoomFacts, type RoomImplementation, type StateEvents,
} from './testing/rooms/judge.ts';
export { keptIn } from './testing/rooms/kept-events.ts';
export { erasureLaws, type ErasureLawOptions, type ErasureImplementation } from './testing/rooms/erasure-laws.ts';
export { stateResolutionLaws, type StateResolutionImplementation } from './testing/rooms/state-resolution-laws.ts';
export type { GeneratedEvent, Room } from './testing/rooms/room.ts';
export type { Deed, LevelChange, Parting, Person, RoomAction, RoomScript, Sending, Server, Setting } from './testing/rooms/script.ts';
export { runRoom, type RoomRun } from './testing/rooms/run-room.ts';
export { smallestScript } from './testing/rooms/smallest-script.ts';
export { importedLines } from './testing/stores/lines.ts';
export { NonConformingStoreError, type OpenStore, type StoreCheck, type StoreUnderTest } from './testing/stores/store-check.ts';
export { storeConformance, type StoreConformanceOptions } from './testing/stores/store-conformance.ts';
