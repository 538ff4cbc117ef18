import { assertUserId } from '../identifiers/identifiers.ts';
import { assertHolds } from './holds.ts';
import { requestDeadlines } from './legal-deadlines.ts';
import { erasureProfile } from './profiles.ts';
import type { ErasureRequest } from './request.ts';

/**
 * Throws unless a request can be planned.
 * @throws {EmptyRequestError} when it names no subject
 * @throws {InvalidIdentifierError} when somebody that it names is no user ID
 * @throws {UnknownProfileError} when it names a profile that does not exist
 * @throws {BackwardClockError} when of two of its times the later is earlier
 * @throws {UncountableTimeError | UnknownTimeZoneError | InvalidHolidayError} when no deadline can be counted from it
 * @throws {InvalidHoldError | ContradictoryHoldsError} when its holds cannot be meant
 * @throws {RemedySenderError} when a subject is to replace what they wrote
 */
export function assertRequest(request: ErasureRequest): void {
  const { subjects, alreadyErased = [], remedySender } = request;
  if (subjects.length === 0) throw new EmptyRequestError();
  for (const user of [...subjects, ...alreadyErased, ...(remedySender === undefined ? [] : [remedySender])]) assertUserId(user);
  erasureProfile(request.profile);
  assertClocks(request);
  // A time zone or a holiday that is none is told of before anything is read.
  requestDeadlines(request.requestedAt, request.counting);
  assertHolds(request);
  if (remedySender !== undefined && [...subjects, ...alreadyErased].includes(remedySender)) throw new RemedySenderError();
}

/** Times that come one after the other: the first of each pair may not be later than the second. */
function assertClocks({ requestedAt, effectiveAt, revokedAt, scope: { after, before } }: ErasureRequest): void {
  const pairs: readonly (readonly [string, number | undefined, string, number | undefined])[] = [
    ['requested', requestedAt, 'in effect', effectiveAt],
    ['requested', requestedAt, 'revoked', revokedAt],
    ['the scope after', after, 'the scope before', before],
  ];
  for (const [first, one, second, other] of pairs) {
    if (one !== undefined && other !== undefined && one > other) throw new BackwardClockError(first, second);
  }
}

/** A request without a subject would erase nobody: name the user ID. */
export class EmptyRequestError extends Error {
  override readonly name = 'EmptyRequestError';

  constructor() {
    super('the request names no subject: give at least one user ID');
  }
}

/** Of two times of a request the one that has to come first is later: correct one of them. */
export class BackwardClockError extends Error {
  override readonly name = 'BackwardClockError';

  constructor(first: string, second: string) {
    super(`the clock runs backwards: the time of "${second}" is earlier than that of "${first}"; correct one of them`);
  }
}

/** What an erased person would send in place of what they wrote would be theirs again: name another member. */
export class RemedySenderError extends Error {
  override readonly name = 'RemedySenderError';

  constructor() {
    super('a remedy cannot be sent by a person who is erased: name another member of the room');
  }
}
