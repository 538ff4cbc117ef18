import type { UserId } from '../identifiers/identifiers.ts';

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
  /** Whether the room's name, topic, avatar, alias and pins stay although the subject wrote them. */
  readonly keepLabels?: boolean;
};
