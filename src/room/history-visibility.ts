import type { Pdu } from '../event/pdu.ts';
import type { ServerName } from '../identifiers/identifiers.ts';
import { contentField, domainOf, membershipIn } from './auth-context.ts';
import type { Membership } from './auth-context.ts';
import { isReadable } from './readable.ts';

/** Who may read what was sent while it was set. @see https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility */
export type HistoryVisibility = 'world_readable' | 'shared' | 'invited' | 'joined';

/** What decides whether a user may see an event. */
export type VisibilityFacts = {
  /** The visibility at the event. */
  readonly visibility: HistoryVisibility;
  /** The user's membership at the event. */
  readonly membership: Membership | undefined;
  /** Whether the user joined the room at any point after the event. */
  readonly joinedLater: boolean;
};

/** The rule that shows an event. */
export type VisibilityRule = 'world_readable' | 'joined' | 'shared' | 'invited';

/** Whether an event may be seen, and by which rule. */
export type VisibilityVerdict = { readonly visible: true; readonly rule: VisibilityRule } | { readonly visible: false };

/** The state around an event: before it, and after it. */
export type StateAround = {
  readonly before: (type: string, stateKey: string) => Pdu | undefined;
  readonly after: (type: string, stateKey: string) => Pdu | undefined;
};

/** Who asks to see an event. */
export type Reader = { readonly userId: string; readonly joinedLater: boolean };

/** One user's membership at an event. */
export type MemberAt = readonly [userId: string, membership: Membership];

const HIDDEN: VisibilityVerdict = { visible: false };

/**
 * The visibility that an `m.room.history_visibility` event sets; `shared` where there is none, or a value of no known kind.
 * @see https://spec.matrix.org/v1.19/client-server-api/#server-behaviour-6
 * @example historyVisibilityIn(undefined) // 'shared'
 */
export function historyVisibilityIn(event: Pdu | undefined): HistoryVisibility {
  const value = contentField(event, 'history_visibility');
  return value === 'world_readable' || value === 'invited' || value === 'joined' ? value : 'shared';
}

/**
 * Whether a user may see an event, by what held at the event.
 * @see https://spec.matrix.org/v1.19/client-server-api/#server-behaviour-6
 * @example historyVisibilityFor({ visibility: 'shared', membership: undefined, joinedLater: true }) // { visible: true, rule: 'shared' }
 */
export function historyVisibilityFor({ visibility, membership, joinedLater }: VisibilityFacts): VisibilityVerdict {
  // 1. Whoever may read a room that is open to the world.
  if (visibility === 'world_readable') return { visible: true, rule: 'world_readable' };
  // 2. Whoever was joined.
  if (membership === 'join') return { visible: true, rule: 'joined' };
  // 3. Where history is shared, whoever joined later.
  if (visibility === 'shared' && joinedLater) return { visible: true, rule: 'shared' };
  // 4. Where the invited may read, whoever was invited.
  if (visibility === 'invited' && membership === 'invite') return { visible: true, rule: 'invited' };
  // 5. Nobody else.
  return HIDDEN;
}

/**
 * Whether a user may see an event, by the states around it: for a change of the visibility, and for a change of the user's own
 * membership, the laxer of what held before and after counts.
 * @see https://spec.matrix.org/v1.19/client-server-api/#server-behaviour-6
 * @example historyVisibilityOf({ type: 'm.room.message', content: {} }, { userId: '@a:b', joinedLater: false }, { before: () => undefined, after: () => undefined }) // { visible: false }
 */
export function historyVisibilityOf(event: Pdu, reader: Reader, states: StateAround): VisibilityVerdict {
  const visibilities = changesAt(event, ['m.room.history_visibility', ''], states).map(historyVisibilityIn);
  const memberships = changesAt(event, ['m.room.member', reader.userId], states).map(membershipIn);
  const { joinedLater } = reader;
  const verdicts = visibilities.flatMap((visibility) =>
    memberships.map((membership) => historyVisibilityFor({ visibility, membership, joinedLater })));
  return verdicts.find(({ visible }) => visible) ?? HIDDEN;
}

type Place = readonly [type: string, stateKey: string];

/** What holds a place of the state at an event: one event or, if the event itself takes the place, what it was before and is after. */
function changesAt(event: Pdu, [type, stateKey]: Place, { before, after }: StateAround): readonly (Pdu | undefined)[] {
  const changes = isReadable(event) && event.type === type && event.state_key === stateKey;
  return changes ? [before(type, stateKey), after(type, stateKey)] : [before(type, stateKey)];
}

/**
 * Whether a server may see an event: any server where its history is open or shared, for users who join later may read it;
 * else a server one of whose users was joined or, if the visibility says so, invited.
 * @see https://spec.matrix.org/v1.19/client-server-api/#server-behaviour-6
 * @example historyVisibilityForServer('b.org', { visibility: 'joined', members: [['@a:b.org', 'join']] }) // { visible: true, rule: 'joined' }
 */
export function historyVisibilityForServer(
  server: ServerName,
  { visibility, members }: { readonly visibility: HistoryVisibility; readonly members: Iterable<MemberAt> },
): VisibilityVerdict {
  if (visibility === 'world_readable' || visibility === 'shared') return { visible: true, rule: visibility };
  for (const [userId, membership] of members) {
    const verdict = domainOf(userId) === server ? historyVisibilityFor({ visibility, membership, joinedLater: false }) : HIDDEN;
    if (verdict.visible) return verdict;
  }
  return HIDDEN;
}
