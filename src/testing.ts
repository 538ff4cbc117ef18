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
