import type { Arbitrary } from 'fast-check';
import { roomVersion, roomVersionIds } from '../rules/room-versions.ts';
import type { Pdu } from '../event/pdu.ts';
import type { RedactionExplanation } from '../event/explain.ts';
import { assertAgree, assertDoesNotMutate, assertIdempotent, assertOnlyRemoves, assertPreserves } from './assertions.ts';
import { explanationObjection } from './explanation-law.ts';
import { assertNoObjection, type Law } from './law.ts';
import { arbitraryPdu, arbitraryWellFormedPdu } from './pdu-arbitraries.ts';
import { redactByTheText } from './redaction-oracle.ts';
import { reversedKeys } from './same-json.ts';

/** A redaction under test; what else the implementation has is tested with it. */
export type RedactionImplementation = {
  readonly redact: (event: Pdu, roomVersion: string) => Pdu;
  readonly referenceHash?: (event: Pdu, roomVersion: string) => string;
  readonly eventId?: (event: Pdu, roomVersion: string) => string;
  readonly explain?: (event: Pdu, roomVersion: string) => readonly Pick<RedactionExplanation, 'path' | 'kept'>[];
  readonly signatures?: SignatureImplementation;
};

/** Signs well-formed events as the server `example.org`, and tells whether such a signature holds. */
export type SignatureImplementation = {
  readonly sign: (event: Pdu, roomVersion: string) => Pdu;
  readonly verify: (event: Pdu, roomVersion: string) => boolean;
};

/** Which room versions are tried: those that this library knows unless it is said. */
export type RedactionLawOptions = { readonly roomVersions?: readonly string[] };

/** Versions whose redaction the specification describes with the same words. */
const SAME_REDACTION: readonly (readonly string[])[] = [['1', '2', '3', '4', '5'], ['6', '7'], ['9', '10'], ['11', '12']];

/**
 * The laws of redaction, for any implementation and each room version.
 * @throws {UnsupportedRoomVersionError} for a room version that this library has no table for
 * @see https://spec.matrix.org/v1.19/client-server-api/#redactions
 * @example redactionLaws({ redact: (event, version) => redact(event, roomVersion(version).redaction) }, { roomVersions: ['11'] }).map((law) => law.name)[0] // 'room version 11: is idempotent'
 */
export function redactionLaws(implementation: RedactionImplementation, { roomVersions = roomVersionIds }: RedactionLawOptions = {}): readonly Law[] {
  return [
    ...roomVersions.flatMap((id) => lawsOf(implementation, id).map(({ name, check }) => ({ name: `room version ${id}: ${name}`, check }))),
    ...equalVersionLaws(implementation, roomVersions),
  ];
}

function lawsOf(implementation: RedactionImplementation, id: string): readonly Law[] {
  const events = arbitraryPdu({ rules: roomVersion(id) });
  const redact = (event: Pdu): Pdu => implementation.redact(event, id);
  return [
    { name: 'is idempotent', check: (parameters) => assertIdempotent(redact, events, parameters) },
    { name: 'only removes', check: (parameters) => assertOnlyRemoves(redact, events, parameters) },
    { name: 'does not mutate', check: (parameters) => assertDoesNotMutate(redact, events, parameters) },
    { name: 'agrees with the text', check: (parameters) => assertAgree([redact, (event) => redactByTheText(event, id)], events, parameters) },
    { name: 'depends on no order of keys', check: (parameters) => assertAgree([redact, (event) => redact(reversedKeys(event))], events, parameters) },
    { name: 'depends on no removed key', check: (parameters) => assertAgree([redact, (event) => redact(withoutUnsigned(event))], events, parameters) },
    ...optionalLaws(implementation, id, { redact, events }),
  ];
}

type Tried = { readonly redact: (event: Pdu) => Pdu; readonly events: Arbitrary<Pdu> };

function optionalLaws({ referenceHash, eventId, explain, signatures }: RedactionImplementation, id: string, { redact, events }: Tried): readonly Law[] {
  const laws: Law[] = [];
  if (referenceHash !== undefined) laws.push(keeps('the reference hash', (event) => referenceHash(event, id), { redact, events }));
  if (eventId !== undefined) laws.push(keeps('the event ID', (event) => eventId(event, id), { redact, events }));
  if (explain !== undefined) laws.push({ name: 'is explained', check: (parameters) => assertNoObjection(events, explanationObjection(redact, (event) => explain(event, id)), parameters) });
  if (signatures !== undefined) laws.push(keepsSignatures(signatures, id, redact));
  return laws;
}

function keeps(what: string, observe: (event: Pdu) => string, { redact, events }: Tried): Law {
  return { name: `keeps ${what}`, check: (parameters) => assertPreserves({ transform: redact, observe }, events, parameters) };
}

function keepsSignatures({ sign, verify }: SignatureImplementation, id: string, redact: (event: Pdu) => Pdu): Law {
  const events = arbitraryWellFormedPdu({ rules: roomVersion(id) });
  return {
    name: 'keeps signatures',
    check: (parameters) => assertNoObjection(events, (event) => {
      const signed = sign(event, id);
      if (!verify(signed, id)) return 'the signature does not hold to begin with';
      return verify(redact(signed), id) ? undefined : 'the signature holds no more';
    }, parameters),
  };
}

function equalVersionLaws({ redact }: RedactionImplementation, roomVersions: readonly string[]): readonly Law[] {
  const known = SAME_REDACTION.map((group) => group.filter((id) => roomVersions.includes(id)));
  return known.flatMap(([first, ...others]) => others.map((other) => ({
    name: `room versions ${first} and ${other} agree`,
    check: (parameters) => assertAgree([(event) => redact(event, first ?? other), (event) => redact(event, other)], arbitraryPdu({ rules: roomVersion(other) }), parameters),
  }) satisfies Law));
}

function withoutUnsigned(event: Pdu): Pdu {
  const { unsigned: _unsigned, redacts: _redacts, ...rest } = event;
  return rest;
}
