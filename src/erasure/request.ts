import type { UserId } from '../identifiers/identifiers.ts';
import type { ErasureHold } from './holds.ts';
import type { DeadlineOptions } from './legal-deadlines.ts';
import type { ServiceRegistration } from './view/service.ts';

/** Which of the subject's events a request covers; what is left out is unlimited. */
export type ErasureScope = {
  readonly rooms?: readonly string[];
  readonly types?: readonly string[];
  /** Only events up to the room's position at this time (ms). */
  readonly before?: number;
  /** Only events after the room's position at this time (ms). */
  readonly after?: number;
};

/** A request to be forgotten: who asks, when, and for what. */
export type ErasureRequest = {
  /** The user IDs of the person, bridge ghosts included. */
  readonly subjects: readonly UserId[];
  /** When the person asked (ms since 1970, UTC): the deadlines run from here. */
  readonly requestedAt: number;
  /** From when on newcomers are served less (ms since 1970, UTC). */
  readonly effectiveAt: number;
  /** The name of an erasure profile. */
  readonly profile: string;
  readonly scope: ErasureScope;
  /** What must not be destroyed for now, and why. */
  readonly holds?: readonly ErasureHold[];
  /** When the person took the request back (ms): what they sent after they joined again is not covered. */
  readonly revokedAt?: number;
  /** People who were erased before: they no longer count as having access. */
  readonly alreadyErased?: readonly UserId[];
  /** Application services of the server: where they are sent a room's events, those are not the subject's alone. */
  readonly services?: readonly ServiceRegistration[];
  /** Whether the room's name, topic, avatar, alias and pins stay although the subject wrote them. */
  readonly keepLabels?: boolean;
  /** Whether messages are redacted for everybody, by redactions sent into the rooms, instead of hidden from newcomers. */
  readonly redactEvents?: boolean;
  /** Days within which what only the subjects could access is deleted, where that is sooner than the earlier of 30 days and one month. */
  readonly purgeWithin?: number;
  /** Where and how the controller counts by when the request has to be answered; in UTC, without holidays, unless given. */
  readonly counting?: DeadlineOptions;
  /** Who would send what has to be sent before a hazard can be redacted; never a subject. */
  readonly remedySender?: UserId;
};
