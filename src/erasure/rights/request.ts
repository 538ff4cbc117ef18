import { assertUserId, type UserId } from '../../identifiers/identifiers.ts';
import { requestDeadlines, type Deadline, type DeadlineOptions, type RequestDeadlines } from '../legal-deadlines.ts';
import { refusalGroundsFor, type RefusalGroundId } from './refusal-grounds.ts';
import { rightOf, type RightKind } from './rights.ts';

/** Why an answer takes longer than a month (Article 12(3)). */
export type ExtensionReason = 'complexity' | 'number-of-requests';

/** Both reasons. */
export const extensionReasons: readonly ExtensionReason[] = Object.freeze(['complexity', 'number-of-requests'] satisfies readonly ExtensionReason[]);

/** That the answer takes longer: when the person was told so, and why. */
export type RequestExtension = { readonly at: number; readonly reason: ExtensionReason; readonly explanation?: string };

/** How a request ended, and when the person was answered. What was refused, as a whole or in part, has a ground and an explanation. */
export type RequestEnding =
  | { readonly at: number; readonly outcome: 'granted' | 'withdrawn'; readonly explanation?: string }
  | { readonly at: number; readonly outcome: 'refused' | 'granted-in-part'; readonly ground: RefusalGroundId; readonly explanation: string };

/** A request of a person. Times are ms since 1970, UTC. It names the person, and holds no content of events. */
export type RightsRequest = {
  /** What people call it by, such as `2026-1`. */
  readonly id: string;
  readonly kind: RightKind;
  /** The user IDs of the person. */
  readonly subjects: readonly UserId[];
  /** When it was received: the clock runs from that day. */
  readonly receivedAt: number;
  /** Where and how the controller counts days. */
  readonly counting?: DeadlineOptions;
  readonly extended?: RequestExtension;
  readonly ended?: RequestEnding;
};

const MAX_ID = 64;
const MAX_EXPLANATION = 2000;
const ID = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;

/**
 * A new request.
 * @throws {InvalidRequestError} when it has no usable ID, or names nobody
 * @throws {UnknownRightError} when there is no such right
 * @throws {InvalidIdentifierError} when somebody that it names is no user ID
 * @throws {UncountableTimeError | UnknownTimeZoneError | InvalidHolidayError} when no deadline can be counted from it
 * @see https://eur-lex.europa.eu/eli/reg/2016/679/oj
 * @example openRequest({ id: '1', kind: 'access', subjects: ['@a:b.c'], receivedAt: 0 }).kind // 'access'
 */
export function openRequest(opening: Omit<RightsRequest, 'extended' | 'ended'>): RightsRequest {
  const { id, kind, subjects, receivedAt, counting } = opening;
  if (id.length > MAX_ID || !ID.test(id)) throw new InvalidRequestError('its ID is not letters, digits, dots, hyphens and underscores, 64 at most');
  if (subjects.length === 0) throw new InvalidRequestError('it names no subject: give at least one user ID');
  rightOf(kind);
  for (const user of subjects) assertUserId(user);
  requestDeadlines(receivedAt, counting);
  return { id, kind, subjects: [...new Set(subjects)], receivedAt, ...(counting === undefined ? {} : { counting }) };
}

/**
 * The request, extended to three months from receipt. The person has to be told within the first month, and why.
 * @throws {EndedRequestError} when it has ended
 * @throws {InvalidRequestError} when it is extended already, or the time is before its receipt
 * @throws {LateExtensionError} when the month is over: it can no longer be extended
 * @example extendRequest(openRequest({ id: '1', kind: 'access', subjects: ['@a:b.c'], receivedAt: 0 }), { at: 5, reason: 'complexity' }).extended // { at: 5, reason: 'complexity' }
 */
export function extendRequest(request: RightsRequest, extension: RequestExtension): RightsRequest {
  assertOpen(request, extension);
  if (request.extended !== undefined) throw new InvalidRequestError('it is extended already, and can be only once');
  const { extensionNotice } = deadlinesOf(request);
  if (extension.at > extensionNotice.endsAt) throw new LateExtensionError(extensionNotice);
  return { ...request, extended: extension };
}

/** A refusal: its ground, what the ground rests on, and whether the rest is granted. */
export type Refusal = { readonly at: number; readonly ground: RefusalGroundId; readonly explanation: string; readonly inPart?: boolean };

/**
 * The request, refused as a whole or in part. The explanation goes to the person, with the remedies.
 * @throws {EndedRequestError} when it has ended
 * @throws {InvalidRefusalError} when the ground is none against this right, or nothing is explained
 * @throws {InvalidRequestError} when the time is before its receipt
 * @see https://eur-lex.europa.eu/eli/reg/2016/679/oj
 * @example refuseRequest(openRequest({ id: '1', kind: 'access', subjects: ['@a:b.c'], receivedAt: 0 }), { at: 5, ground: 'data-accurate', explanation: 'x' }) // throws InvalidRefusalError
 */
export function refuseRequest(request: RightsRequest, { at, ground, explanation, inPart = false }: Refusal): RightsRequest {
  assertOpen(request, { at, explanation });
  const grounds = refusalGroundsFor(request.kind).map(({ id }) => id);
  if (!grounds.includes(ground)) throw new InvalidRefusalError(`that is no ground against this right; there is: ${grounds.join(', ')}`);
  if (explanation.trim() === '') throw new InvalidRefusalError('it has no explanation: the person has to be told the reasons (Article 12(4))');
  return { ...request, ended: { at, outcome: inPart ? 'granted-in-part' : 'refused', ground, explanation } };
}

/** How a request ends that is not refused. */
export type Closing = { readonly at: number; readonly outcome: 'granted' | 'withdrawn'; readonly explanation?: string };

/**
 * The request, answered or taken back.
 * @throws {EndedRequestError} when it has ended
 * @throws {InvalidRequestError} when the time is before its receipt
 * @example closeRequest(openRequest({ id: '1', kind: 'access', subjects: ['@a:b.c'], receivedAt: 0 }), { at: 5, outcome: 'granted' }).ended // { at: 5, outcome: 'granted' }
 */
export function closeRequest(request: RightsRequest, closing: Closing): RightsRequest {
  assertOpen(request, closing);
  return { ...request, ended: closing };
}

function assertOpen(request: RightsRequest, { at, explanation = '' }: { readonly at: number; readonly explanation?: string }): void {
  if (request.ended !== undefined) throw new EndedRequestError(request.id);
  if (!(at >= request.receivedAt)) throw new InvalidRequestError('the time is before that of its receipt');
  if (explanation.length > MAX_EXPLANATION) throw new InvalidRequestError(`the explanation is longer than ${MAX_EXPLANATION} characters`);
}

/**
 * The deadlines of a request, by the controller's days.
 * @example deadlinesOf(openRequest({ id: '1', kind: 'access', subjects: ['@a:b.c'], receivedAt: Date.UTC(2026, 0, 31) })).answer.day // '2026-03-02'
 */
export function deadlinesOf({ receivedAt, counting }: RightsRequest): RequestDeadlines {
  return requestDeadlines(receivedAt, counting);
}

/**
 * By when a request has to be answered: one month, or three where it was extended.
 * @example dueOf(openRequest({ id: '1', kind: 'access', subjects: ['@a:b.c'], receivedAt: Date.UTC(2026, 0, 31) })).day // '2026-03-02'
 */
export function dueOf(request: RightsRequest): Deadline {
  const { answer, extended } = deadlinesOf(request);
  return request.extended === undefined ? answer : extended;
}

/** A request does not make sense: correct what the message names. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';

  constructor(problem: string) {
    super(`the request cannot be used: ${problem}`);
  }
}

/** A request has ended, and does not change any more: open another one. */
export class EndedRequestError extends Error {
  override readonly name = 'EndedRequestError';

  constructor(id: string) {
    super(`request ${id} has ended, and does not change any more: open another one`);
  }
}

/** The month in which a person has to be told that the answer takes longer is over: answer now. */
export class LateExtensionError extends Error {
  override readonly name = 'LateExtensionError';

  constructor({ day }: Deadline) {
    super(`the request can no longer be extended: the person had to be told by ${day} (Article 12(3)); answer now`);
  }
}

/** A refusal has no ground that fits, or explains nothing. */
export class InvalidRefusalError extends Error {
  override readonly name = 'InvalidRefusalError';

  constructor(problem: string) {
    super(`the refusal cannot be used: ${problem}`);
  }
}
