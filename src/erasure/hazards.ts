import { own, type JsonObject } from '../json/value.ts';
import { redactContent } from '../event/redact.ts';
import type { Pdu } from '../event/pdu.ts';
import type { AuthorizationRules, RoomVersionRules } from '../rules/types.ts';

/** A redaction that would change a room for everybody in it. */
export type Hazard = {
  readonly id: string;
  /** An event type, or the beginning of one followed by `*`. */
  readonly type: string;
  /** Content keys whose loss is the danger; none: the loss of any. */
  readonly loses: readonly string[];
  /** Content that the event must have for the danger to exist. */
  readonly where: { readonly [key: string]: string };
  /** An authorization rule that must be in force for the danger to exist. */
  readonly needs?: keyof AuthorizationRules;
  /**
   * `always`; `in-room`, as an event of the room, for the rules judge it by what it would lose, even if nothing rests on it; `auth-chain`, while an event that
   * remains rests on it, or while it is current; `current`, only while it is current state.
   */
  readonly during: 'always' | 'in-room' | 'auth-chain' | 'current';
  readonly consequence: string;
  readonly remedy: string;
};

const REPLACE_FIRST = 'Another member with the power sends a replacement first; then this one can be redacted.';
const UPGRADE = 'Upgrade the room, and leave the old one.';

/** What must not be redacted yet, or ever. The first row that fits an event counts. */
export const hazards: readonly Hazard[] = Object.freeze([
  {
    id: 'create', type: 'm.room.create', loses: [], where: {}, during: 'always',
    consequence: 'The room would lose its version, its federation setting, its type and its predecessor: servers would no longer agree what room it is.',
    remedy: `None before room version 11. ${UPGRADE}`,
  },
  {
    id: 'power-levels', type: 'm.room.power_levels', loses: ['invite'], where: {}, during: 'in-room',
    consequence: 'The level for inviting would fall back to its default, so that these levels and events since then could be judged differently.',
    remedy: `None before room version 11, where the level survives: a replacement rests on the levels that it replaces. ${UPGRADE}`,
  },
  {
    id: 'notification-levels', type: 'm.room.power_levels', loses: ['notifications'], where: {}, needs: 'notifications', during: 'in-room',
    consequence: 'The levels for notifying the room would be lost, so that these levels and those since then could be judged differently.',
    remedy: `None: a replacement rests on the levels that it replaces. ${UPGRADE}`,
  },
  {
    id: 'room-mentions', type: 'm.room.power_levels', loses: ['notifications'], where: {}, during: 'current',
    consequence: 'The level for notifying the room would fall back to its default, so that others could notify everybody at once.',
    remedy: REPLACE_FIRST,
  },
  {
    id: 'restricted-join', type: 'm.room.member', loses: ['join_authorised_via_users_server'], where: {}, needs: 'restricted', during: 'in-room',
    consequence: 'The join would lose the member who vouched for it, and servers would split over whether the user ever joined.',
    remedy: `None in room version 8; from version 9 the key survives. ${UPGRADE}`,
  },
  {
    id: 'third-party-invite-member', type: 'm.room.member', loses: ['third_party_invite'], where: { membership: 'invite' }, during: 'in-room',
    consequence: 'The invite would lose its signed part, and with it what makes it allowed, or not; and the invited user the permission to join.',
    remedy: `None before room version 11, where the signed part survives. ${UPGRADE}`,
  },
  {
    id: 'third-party-invite', type: 'm.room.third_party_invite', loses: [], where: {}, during: 'auth-chain',
    consequence: 'The invite would lose its public keys, so that nobody could accept it and those who did would no longer be allowed.',
    remedy: 'Revoke the invite by sending it again without content; then it can be redacted, unless somebody has accepted it.',
  },
  {
    id: 'server-acl', type: 'm.room.server_acl', loses: [], where: {}, during: 'current',
    consequence: 'An access list without entries allows no server: everybody would be locked out of the room for good.',
    remedy: REPLACE_FIRST,
  },
  {
    id: 'encryption', type: 'm.room.encryption', loses: [], where: {}, during: 'current',
    consequence: 'Clients could take the room for unencrypted, and send in the clear.',
    remedy: REPLACE_FIRST,
  },
  {
    id: 'tombstone', type: 'm.room.tombstone', loses: [], where: {}, during: 'current',
    consequence: 'Members would no longer find the room that replaced this one.',
    remedy: REPLACE_FIRST,
  },
  {
    id: 'policy-server', type: 'm.room.policy', loses: [], where: {}, during: 'current',
    consequence: 'The room would lose its policy server, and with it its protection from spam.',
    remedy: REPLACE_FIRST,
  },
  {
    id: 'policy-rule', type: 'm.policy.rule.*', loses: [], where: {}, during: 'current',
    consequence: 'A ban would be lifted for everybody who subscribes to this list.',
    remedy: REPLACE_FIRST,
  },
  {
    id: 'space-child', type: 'm.space.child', loses: [], where: {}, during: 'current',
    consequence: 'A room would drop out of the space.',
    remedy: REPLACE_FIRST,
  },
  {
    id: 'retention', type: 'm.room.retention', loses: [], where: {}, during: 'current',
    consequence: 'Messages that should expire would be kept.',
    remedy: REPLACE_FIRST,
  },
] satisfies readonly Hazard[]);

/** Where an event stands in its room. Where that is not known, all is to be taken as true. */
export type Standing = {
  readonly current: boolean;
  /** Whether an event that remains names it as what allows it. */
  readonly inAuthChain: boolean;
  /** Whether it is itself among the events of the room, rather than a copy that another event carries. */
  readonly inRoom?: boolean;
};

/**
 * The hazard that redacting a state event would be, or `undefined` where it is safe.
 * @example findHazard({ type: 'm.room.name', state_key: '', content: { name: 'x' } }, { current: true, inAuthChain: false }, roomVersion('10')) // undefined
 */
export function findHazard(event: Pdu, standing: Standing, rules: RoomVersionRules): Hazard | undefined {
  const lost = lostKeys(event, rules);
  if (lost.length === 0) return undefined;
  return hazards.find((hazard) => fits(hazard, event, rules) && loses(hazard, lost) && stands(hazard, standing));
}

/** The content keys that a redaction would take away. */
function lostKeys(event: Pdu, rules: RoomVersionRules): readonly string[] {
  const kept: JsonObject = redactContent(event, rules.redaction);
  return Object.keys(event.content).filter((key) => !Object.hasOwn(kept, key));
}

function fits(hazard: Hazard, event: Pdu, rules: RoomVersionRules): boolean {
  if (hazard.needs !== undefined && rules.authorization[hazard.needs] !== true) return false;
  return ofType(hazard.type, event.type) && Object.entries(hazard.where).every(([key, value]) => own(event.content, key) === value);
}

function ofType(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

function loses(hazard: Hazard, lost: readonly string[]): boolean {
  return hazard.loses.length === 0 || hazard.loses.some((key) => lost.includes(key));
}

function stands(hazard: Hazard, standing: Standing): boolean {
  switch (hazard.during) {
    case 'always':
      return true;
    case 'in-room':
      return standing.inRoom === true || standing.inAuthChain || standing.current;
    case 'auth-chain':
      return standing.inAuthChain || standing.current;
    case 'current':
      return standing.current;
    default:
      return hazard.during satisfies never;
  }
}
