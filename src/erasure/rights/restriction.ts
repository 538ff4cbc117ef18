import type { UserId } from '../../identifiers/identifiers.ts';
import type { ErasureHold } from '../holds.ts';
import { defineProfile, type ErasureProfile, type ProfileRow, type Seen } from '../profiles.ts';
import type { ErasureScope } from '../request.ts';
import type { RoomErasure, ViewedRoom, ViewOptions } from '../view/room-facts.ts';
import { viewRoom } from '../view/view-room.ts';
import type { Viewer, ViewReason } from '../view/viewer.ts';

/** Why processing is restricted (Article 18(1)). */
export type RestrictionGround =
  /** The person says that the data are wrong, and it is being checked. */
  | 'article-18-1-a'
  /** The processing is unlawful, and the person wants the data kept. */
  | 'article-18-1-b'
  /** Nobody else needs the data, but the person does, for legal claims. */
  | 'article-18-1-c'
  /** The person has objected, and it is being decided. */
  | 'article-18-1-d';

/** The grounds, in the order of the article. */
export const restrictionGrounds: readonly RestrictionGround[] = Object.freeze([
  'article-18-1-a', 'article-18-1-b', 'article-18-1-c', 'article-18-1-d',
] satisfies readonly RestrictionGround[]);

/** A restriction: data that are kept, and served to nobody. Times are ms since 1970, UTC. */
export type Restriction = {
  /** The ID of its request; the hold has the same. */
  readonly id: string;
  readonly ground: RestrictionGround;
  readonly subjects: readonly UserId[];
  readonly from: number;
  /** When somebody has to look whether it is still needed. */
  readonly reviewAt: number;
  /** Which events; those up to `from` where it does not say `before`, because what the person sends after it they want to be seen. */
  readonly scope: ErasureScope;
  readonly lifted?: Lifting;
};

/** The end of a restriction, and when the person was told that it would come. */
export type Lifting = { readonly toldAt: number; readonly at: number };

const HIDDEN: ProfileRow = {
  hadAccess: 'hidden', newUser: 'hidden', newGuest: 'hidden', serverHadAccess: 'redacted', otherServer: 'redacted', serviceThere: 'hidden', otherService: 'hidden',
};
const REDACTED: ProfileRow = {
  hadAccess: 'redacted', newUser: 'redacted', newGuest: 'redacted', serverHadAccess: 'redacted', otherServer: 'redacted', serviceThere: 'redacted', otherService: 'redacted',
};

/** Who is served what of restricted data: nobody a message, and state as far as the room needs it. It says what is served, never what is stored. */
export const restrictionProfile: ErasureProfile = defineProfile('restriction', {
  source: 'Article 18 of the GDPR: with the exception of storage, nothing is done with restricted data',
  message: HIDDEN,
  state: REDACTED,
});

/**
 * The hold of a restriction: with it in a request, no erasure redacts or purges what it covers.
 * @example restrictionHold({ id: '1', ground: 'article-18-1-c', subjects: ['@a:b.c'], from: 5, reviewAt: 9, scope: {} }) // { id: '1', ground: 'legal-hold', basis: 'Article 18(1)(c)', reviewAt: 9, scope: { before: 5 } }
 */
export function restrictionHold(restriction: Restriction): ErasureHold {
  const letter = restriction.ground.at(-1) ?? '';
  return { id: restriction.id, ground: 'legal-hold', basis: `Article 18(1)(${letter})`, reviewAt: restriction.reviewAt, scope: scopeOf(restriction) };
}

function scopeOf({ scope, from }: Restriction): ErasureScope {
  return { ...scope, before: scope.before ?? from };
}

/**
 * Whether a restriction is in force at a time (ms since 1970, UTC).
 * @example isRestricted({ id: '1', ground: 'article-18-1-c', subjects: ['@a:b.c'], from: 5, reviewAt: 9, scope: {}, lifted: { toldAt: 6, at: 8 } }, 8) // false
 */
export function isRestricted({ from, lifted }: Restriction, at: number): boolean {
  return at >= from && (lifted === undefined || at < lifted.at);
}

/**
 * The restriction as an erasure that decides what is served; for `viewRoom` and `serveEvents`, while it is in force.
 * @example restrictionView({ id: '1', ground: 'article-18-1-c', subjects: ['@a:b.c'], from: 5, reviewAt: 9, scope: {} }).effectiveAt // 5
 */
export function restrictionView(restriction: Restriction): RoomErasure {
  return { profile: restrictionProfile, subjects: restriction.subjects, effectiveAt: restriction.from, scope: scopeOf(restriction) };
}

/** How a viewer is served an event where restrictions are in force. */
export type RestrictedDecision = { readonly seen: Seen; readonly reason: ViewReason | 'restricted' };

/** The restrictions, and the time of the look (ms since 1970, UTC). */
export type RestrictedOptions = { readonly restrictions: readonly Restriction[]; readonly at: number };

const ORDER: readonly Seen[] = ['hidden', 'redacted', 'full'];

/**
 * How one viewer is served each event of a room at a time: what they are served without the restrictions, and never more than what these leave. The
 * subject sees their own data. Once all are lifted, it is what `viewRoom` says.
 * @example viewRestrictedRoom({ roomId: '!r:b', graph: openRoom([], { rules: roomVersion('11') }), events: [] }, { kind: 'anonymous' }, { view: { erasure: { profile: erasureProfiles.notice, subjects: [], effectiveAt: 0 } }, restrictions: [], at: 0 }) // []
 */
export function viewRestrictedRoom(room: ViewedRoom, viewer: Viewer, { view, restrictions, at }: RestrictedOptions & { readonly view: ViewOptions }): readonly RestrictedDecision[] {
  const without: readonly RestrictedDecision[] = viewRoom(room, viewer, view);
  return restrictions.filter((one) => isRestricted(one, at)).reduce((known, restriction) => {
    const restricted = viewRoom(room, viewer, { ...view, erasure: restrictionView(restriction) });
    return known.map((decision, index): RestrictedDecision => {
      // Other people's events are none of its business, whatever the law of the profile shows of them.
      if (!restriction.subjects.some((user) => user === room.events[index]?.pdu.sender)) return decision;
      const seen = restricted[index]?.seen ?? 'hidden';
      return ORDER.indexOf(seen) < ORDER.indexOf(decision.seen) ? { seen, reason: 'restricted' } : decision;
    });
  }, without);
}

/**
 * The restriction, lifted. The person is told before (Article 18(3)).
 * @throws {EarlyLiftingError} when they were not told before it, or it was not in force
 * @see https://eur-lex.europa.eu/eli/reg/2016/679/oj
 * @example liftRestriction({ id: '1', ground: 'article-18-1-c', subjects: ['@a:b.c'], from: 5, reviewAt: 9, scope: {} }, { toldAt: 8, at: 8 }) // throws EarlyLiftingError
 */
export function liftRestriction(restriction: Restriction, lifting: Lifting): Restriction {
  if (restriction.lifted !== undefined) throw new EarlyLiftingError('it was lifted already');
  if (!(lifting.toldAt >= restriction.from)) throw new EarlyLiftingError('the person was told before it began, which tells them nothing');
  if (!(lifting.at > lifting.toldAt)) throw new EarlyLiftingError('the person has to be told before it (Article 18(3))');
  return { ...restriction, lifted: lifting };
}

/** A restriction cannot be lifted like that: correct what the message names. */
export class EarlyLiftingError extends Error {
  override readonly name = 'EarlyLiftingError';

  constructor(problem: string) {
    super(`the restriction cannot be lifted: ${problem}`);
  }
}
