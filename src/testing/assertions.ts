import type { Arbitrary } from 'fast-check';
import { assertNoObjection, outcome, type LawParameters } from './law.ts';
import { copyOf, deepFreeze, isPartOf, sameJson } from './same-json.ts';

/**
 * Doing it twice is doing it once.
 * @throws {Error} of fast-check, caused by a {@link BrokenLawError}
 * @example assertIdempotent((event) => redact(event, roomVersion('11').redaction), arbitraryPdu({ rules: roomVersion('11') })) // undefined
 */
export function assertIdempotent<T>(transform: (input: T) => T, arbitrary: Arbitrary<T>, parameters?: LawParameters): void {
  assertNoObjection(arbitrary, (input) => {
    const once = transform(input);
    return sameJson(transform(copyOf(once)), once) ? undefined : 'the second time changes something';
  }, parameters);
}

/**
 * What comes out was in the input at the same place.
 * @throws {Error} of fast-check, caused by a {@link BrokenLawError}
 * @example assertOnlyRemoves(({ a, ...rest }) => rest, arbitraryJsonObject()) // undefined
 */
export function assertOnlyRemoves<T>(transform: (input: T) => unknown, arbitrary: Arbitrary<T>, parameters?: LawParameters): void {
  assertNoObjection(arbitrary, (input) => {
    const original = copyOf(input);
    return isPartOf(transform(input), original) ? undefined : 'it adds or changes a value';
  }, parameters);
}

/**
 * The input is afterwards what it was, and may be frozen at every depth.
 * @throws {Error} of fast-check, caused by a {@link BrokenLawError}
 * @example assertDoesNotMutate(encodeCanonicalJson, arbitraryJsonValue()) // undefined
 */
export function assertDoesNotMutate<T>(call: (input: T) => unknown, arbitrary: Arbitrary<T>, parameters?: LawParameters): void {
  assertNoObjection(arbitrary, (input) => {
    const given = copyOf(input);
    call(given);
    if (!sameJson(given, input)) return 'it changes its input';
    return 'thrown' in outcome(() => call(deepFreeze(given))) ? 'it throws on a frozen input' : undefined;
  }, parameters);
}

/** What is done to an input, and what is seen of it before and after. */
export type Preserved<T> = { readonly transform: (input: T) => T; readonly observe: (input: T) => unknown };

/**
 * What is observed is the same before and after; where observing throws, it throws the same.
 * @throws {Error} of fast-check, caused by a {@link BrokenLawError}
 * @example assertPreserves({ transform: (object) => ({ ...object }), observe: encodeCanonicalJson }, arbitraryJsonObject()) // undefined
 */
export function assertPreserves<T>({ transform, observe }: Preserved<T>, arbitrary: Arbitrary<T>, parameters?: LawParameters): void {
  assertNoObjection(arbitrary, (input) => {
    const before = outcome(() => observe(copyOf(input)));
    const after = outcome(() => observe(transform(input)));
    return sameJson(before, after) ? undefined : 'what is observed changes';
  }, parameters);
}

/**
 * Two functions give the same; where one throws, the other does.
 * @throws {Error} of fast-check, caused by a {@link BrokenLawError}
 * @example assertAgree([encodeCanonicalJson, canonicalJsonByTheText], arbitraryJsonValue()) // undefined
 */
export function assertAgree<T>(
  [one, other]: readonly [(input: T) => unknown, (input: T) => unknown],
  arbitrary: Arbitrary<T>,
  parameters?: LawParameters,
): void {
  assertNoObjection(arbitrary, (input) => {
    const left = outcome(() => one(copyOf(input)));
    const right = outcome(() => other(copyOf(input)));
    if ('thrown' in left || 'thrown' in right) return 'thrown' in left && 'thrown' in right ? undefined : 'one throws and the other does not';
    return sameJson(left.value, right.value) ? undefined : 'the results differ';
  }, parameters);
}
