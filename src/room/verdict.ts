/** The rule that refused an event, named after what the specification checks there. */
export type AuthRule =
  // m.room.create
  | 'create-has-previous-events'
  | 'create-room-id-domain'
  | 'create-has-room-id'
  | 'create-room-version'
  | 'create-additional-creators'
  | 'create-creator'
  // the auth events themselves
  | 'auth-events-duplicate'
  | 'auth-events-unexpected'
  | 'auth-events-rejected'
  | 'auth-events-create'
  | 'auth-events-other-room'
  // any event
  | 'format'
  | 'room-id-create'
  | 'create-missing'
  | 'federation'
  | 'sender'
  | 'sender-not-joined'
  | 'required-power'
  | 'owned-state-key'
  // m.room.aliases
  | 'aliases-state-key'
  | 'aliases-domain'
  // m.room.member
  | 'member-form'
  | 'member-authorising-signature'
  | 'join-sender'
  | 'join-banned'
  | 'join-rule'
  | 'join-authorising-user'
  | 'third-party-invite-banned'
  | 'third-party-invite-form'
  | 'third-party-invite-mxid'
  | 'third-party-invite-token'
  | 'third-party-invite-sender'
  | 'third-party-invite-signature'
  | 'invite-sender-not-joined'
  | 'invite-target'
  | 'invite-power'
  | 'leave-membership'
  | 'kick-sender-not-joined'
  | 'unban-power'
  | 'kick-power'
  | 'ban-sender-not-joined'
  | 'ban-power'
  | 'knock-rule'
  | 'knock-sender'
  | 'knock-membership'
  | 'membership-unknown'
  // m.room.third_party_invite
  | 'third-party-invite-power'
  // m.room.power_levels
  | 'power-levels-form'
  | 'power-levels-users-form'
  | 'power-levels-creators'
  | 'power-levels-raise'
  // m.room.redaction, room versions 1 and 2
  | 'redaction-power';

/** What the authorization rules say of an event: allowed, or which rule refused it and why, in a sentence without event content. */
export type AuthVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly rule: AuthRule; readonly reason: string };

/** Allowed. */
export const ALLOWED: AuthVerdict = { allowed: true };

/** Refused by a rule. The reason is printed and logged: it never repeats event content. */
export function refuse(rule: AuthRule, reason: string): AuthVerdict {
  return { allowed: false, rule, reason };
}
