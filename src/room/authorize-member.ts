import { own } from '../json/value.ts';
import { referencedIds } from '../event/pdu.ts';
import type { Pdu } from '../event/pdu.ts';
import { isUserId } from '../identifiers/identifiers.ts';
import { domainOf, membershipOf, powerLevelsOf } from './auth-context.ts';
import type { RoomContext } from './auth-context.ts';
import { createEventIdOf } from './create-event-id.ts';
import { isCreator, namedLevel, userLevel } from './power-levels.ts';
import { authorizeThirdPartyInvite } from './third-party-invite.ts';
import { ALLOWED, refuse } from './verdict.ts';
import type { AuthVerdict } from './verdict.ts';

/** A member event with what its rules speak of: who sends it, and whom it is about. */
export type MemberChange = { readonly event: Pdu; readonly sender: string; readonly target: string };

/** The rules of `m.room.member`. @see https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules */
export function authorizeMember(event: Pdu, sender: string, context: RoomContext): AuthVerdict {
  const membership = own(event.content, 'membership');
  const target = event.state_key;

  // It has a state key, which names a user, and a membership.
  if (target === undefined || !isUserId(target) || membership === undefined) {
    return refuse('member-form', 'a member event has a user ID as its state key, and a membership');
  }
  // From version 8: if a user of the room let the member in, that user's server has signed the event.
  const signed = checkAuthorisingSignature(event, context);
  if (!signed.allowed) return signed;

  const change: MemberChange = { event, sender, target };
  switch (membership) {
    case 'join': return authorizeJoin(change, context);
    case 'invite': return authorizeInvite(change, context);
    case 'leave': return authorizeLeave(change, context);
    case 'ban': return authorizeBan(change, context);
    case 'knock': return authorizeKnock(change, context);
    // Any other membership is refused.
    default: return refuse('membership-unknown', 'the membership is of no known kind');
  }
}

function checkAuthorisingSignature(event: Pdu, context: RoomContext): AuthVerdict {
  const user = own(event.content, 'join_authorised_via_users_server');
  if (!context.rules.authorization.restricted || user === undefined || context.signedBy === undefined) return ALLOWED;
  const server = typeof user === 'string' && isUserId(user) ? domainOf(user) : undefined;
  return server !== undefined && context.signedBy(event, server)
    ? ALLOWED
    : refuse('member-authorising-signature', 'the server of join_authorised_via_users_server has not signed the event');
}

function authorizeJoin({ event, sender, target }: MemberChange, context: RoomContext): AuthVerdict {
  // The creator joins first, right after the create event.
  if (isFounder(target, context) && followsCreateAlone(event, context)) return ALLOWED;

  // Nobody joins for somebody else.
  if (sender !== target) return refuse('join-sender', 'users join for themselves');

  // Whoever is banned stays out.
  const membership = membershipOf(sender, context);
  if (membership === 'ban') return refuse('join-banned', 'the sender is banned');

  return checkJoinRule(event, membership === 'invite' || membership === 'join', context);
}

function checkJoinRule(event: Pdu, invitedOrJoined: boolean, context: RoomContext): AuthVerdict {
  const rules = context.rules.authorization;
  const rule = joinRule(context);

  // Invited and joined users pass where invitations count: from version 7 also where knocking is allowed.
  if (rule === 'invite' || (rules.knocking && rule === 'knock')) {
    return invitedOrJoined ? ALLOWED : refuse('join-rule', 'the sender is neither invited nor joined');
  }
  // From version 8 they pass in restricted rooms, where others need a member with the power to invite, who let them in.
  if ((rules.restricted && rule === 'restricted') || (rules.knockRestricted && rule === 'knock_restricted')) {
    return invitedOrJoined || isAuthorisedByMember(event, context)
      ? ALLOWED
      : refuse('join-authorising-user', 'join_authorised_via_users_server names no joined member with the power to invite');
  }
  // Public rooms are open; under any other rule nobody joins.
  return rule === 'public' ? ALLOWED : refuse('join-rule', 'the join rule lets nobody in');
}

function isAuthorisedByMember(event: Pdu, context: RoomContext): boolean {
  const user = own(event.content, 'join_authorised_via_users_server');
  if (typeof user !== 'string' || membershipOf(user, context) !== 'join') return false;
  const levels = powerLevelsOf(context);
  return userLevel(levels, user) >= namedLevel(levels, 'invite');
}

function authorizeInvite(change: MemberChange, context: RoomContext): AuthVerdict {
  const { event, sender, target } = change;
  // With a third-party invite other rules apply.
  if (Object.hasOwn(event.content, 'third_party_invite')) return authorizeThirdPartyInvite(change, context);

  // Only members invite.
  if (membershipOf(sender, context) !== 'join') return refuse('invite-sender-not-joined', 'the sender is not joined');

  // Neither members nor the banned are invited.
  const current = membershipOf(target, context);
  if (current === 'join' || current === 'ban') return refuse('invite-target', 'the target is joined or banned');

  const levels = powerLevelsOf(context);
  return userLevel(levels, sender) >= namedLevel(levels, 'invite')
    ? ALLOWED
    : refuse('invite-power', 'the sender is below the invite level');
}

function authorizeLeave({ sender, target }: MemberChange, context: RoomContext): AuthVerdict {
  const current = membershipOf(target, context);
  // One leaves from where one is: joined, invited or, from version 7, knocking.
  if (sender === target) {
    const inside = current === 'join' || current === 'invite' || (context.rules.authorization.knocking && current === 'knock');
    return inside ? ALLOWED : refuse('leave-membership', 'the sender is neither joined nor invited');
  }
  // Only members remove others.
  if (membershipOf(sender, context) !== 'join') return refuse('kick-sender-not-joined', 'the sender is not joined');

  const levels = powerLevelsOf(context);
  const power = userLevel(levels, sender);
  // To lift a ban, the ban level is needed.
  if (current === 'ban' && power < namedLevel(levels, 'ban')) return refuse('unban-power', 'the sender is below the ban level');

  // The kick level is, and more power than the target has.
  return power >= namedLevel(levels, 'kick') && userLevel(levels, target) < power
    ? ALLOWED
    : refuse('kick-power', 'the sender is below the kick level or does not outrank the target');
}

function authorizeBan({ sender, target }: MemberChange, context: RoomContext): AuthVerdict {
  // Only members ban.
  if (membershipOf(sender, context) !== 'join') return refuse('ban-sender-not-joined', 'the sender is not joined');

  // The ban level is needed, and more power than the target has.
  const levels = powerLevelsOf(context);
  const power = userLevel(levels, sender);
  return power >= namedLevel(levels, 'ban') && userLevel(levels, target) < power
    ? ALLOWED
    : refuse('ban-power', 'the sender is below the ban level or does not outrank the target');
}

function authorizeKnock({ sender, target }: MemberChange, context: RoomContext): AuthVerdict {
  const rules = context.rules.authorization;
  // Before version 7 nobody knocks.
  if (!rules.knocking) return refuse('membership-unknown', 'this room version has no knocking');

  // The join rule is one that takes knocks.
  const rule = joinRule(context);
  if (rule !== 'knock' && !(rules.knockRestricted && rule === 'knock_restricted')) {
    return refuse('knock-rule', 'the join rule takes no knocks');
  }
  // Nobody knocks for somebody else.
  if (sender !== target) return refuse('knock-sender', 'users knock for themselves');

  // Whoever is banned, invited or joined does not knock.
  const current = membershipOf(sender, context);
  return current === 'ban' || current === 'invite' || current === 'join'
    ? refuse('knock-membership', 'the sender is banned, invited or joined')
    : ALLOWED;
}

/** The join rule of a state; a room without one is open to the invited. */
function joinRule(context: RoomContext): unknown {
  const event = context.state('m.room.join_rules', '');
  return event === undefined ? 'invite' : own(event.content, 'join_rule');
}

/** Whether a user may be the first to join: the creator, but none of the additional ones. */
function isFounder(user: string, context: RoomContext): boolean {
  return isCreator(context.create, user, { ...context.rules.authorization, privilegedCreators: false });
}

function followsCreateAlone(event: Pdu, context: RoomContext): boolean {
  const previous = referencedIds(event.prev_events);
  return previous.length === 1 && previous[0] === createEventIdOf(context);
}
