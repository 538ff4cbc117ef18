import * as fc from 'fast-check';
import type { Arbitrary, Parameters } from 'fast-check';

/** How often a law is tried, and how a run is repeated: options of fast-check. */
export type LawParameters = Pick<Parameters<unknown>, 'numRuns' | 'seed' | 'path'>;

/** A law that an implementation must obey. `check` throws, with the smallest counterexample that was found, when it does not. */
export type Law = { readonly name: string; readonly check: (parameters?: LawParameters) => void };

/** A function and, in its own words, what is wrong with an input; `undefined` when nothing is. */
export type Objection<T> = (input: T) => string | undefined;

/**
 * Tries an input after another until one is objected to.
 * @throws {Error} of fast-check, caused by a {@link BrokenLawError}, when there is such an input
 */
export function assertNoObjection<T>(arbitrary: Arbitrary<T>, objection: Objection<T>, parameters: LawParameters = {}): void {
  const property = fc.property(arbitrary, (input) => {
    const objected = objection(input);
    if (objected !== undefined) throw new BrokenLawError(objected);
  });
  fc.assert(property, parameters);
}

/** What a call gives, or the name of what it throws, so that calls which must not be made can be compared too. */
export function outcome<T>(call: () => T): { readonly value: T } | { readonly thrown: string } {
  try {
    return { value: call() };
  } catch (error) {
    return { thrown: error instanceof Error ? error.name : 'unknown' };
  }
}

/** An implementation does not obey a law. The counterexample is in the message of the error that this one causes. */
export class BrokenLawError extends Error {
  override readonly name = 'BrokenLawError';

  constructor(objection: string) {
    super(`the law is broken: ${objection}`);
  }
}
