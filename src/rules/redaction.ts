import type { RedactionRules, RetainedKeys } from './types.ts';

const keys = (...names: readonly string[]): RetainedKeys => Object.fromEntries(names.map((name) => [name, true]));

/** Top-level keys, in the order of Canonical JSON, which spares the encoder its sorting. `content` is judged apart. */
const eventKeys = (...names: readonly string[]): RetainedKeys =>
  Object.fromEntries([...names, 'content'].sort().map((name) => [name, name === 'content' ? {} : true]));

/** Versions 1 to 5. @see https://spec.matrix.org/v1.19/rooms/v1/#redactions */
export const REDACTION_V1: RedactionRules = {
  spec: 'https://spec.matrix.org/v1.19/rooms/v1/#redactions',
  event: eventKeys(
    'event_id', 'type', 'room_id', 'sender', 'state_key', 'hashes', 'signatures', 'depth', 'prev_events',
    'prev_state', 'auth_events', 'origin', 'origin_server_ts', 'membership',
  ),
  content: {
    'm.room.member': keys('membership'),
    'm.room.create': keys('creator'),
    'm.room.join_rules': keys('join_rule'),
    'm.room.power_levels': keys(
      'ban', 'events', 'events_default', 'kick', 'redact', 'state_default', 'users', 'users_default',
    ),
    'm.room.aliases': keys('aliases'),
    'm.room.history_visibility': keys('history_visibility'),
  },
  anyContent: {},
};

/** Aliases are protected no more. @see https://spec.matrix.org/v1.19/rooms/v6/#redactions */
export const REDACTION_V6: RedactionRules = {
  ...REDACTION_V1,
  spec: 'https://spec.matrix.org/v1.19/rooms/v6/#redactions',
  content: without(REDACTION_V1.content, 'm.room.aliases'),
};

/** `allow` stays, so that a restricted room stays restricted. @see https://spec.matrix.org/v1.19/rooms/v8/#redactions */
export const REDACTION_V8: RedactionRules = {
  ...REDACTION_V6,
  spec: 'https://spec.matrix.org/v1.19/rooms/v8/#redactions',
  content: { ...REDACTION_V6.content, 'm.room.join_rules': keys('join_rule', 'allow') },
};

/** Who let a member in stays, or the join would stop being allowed. @see https://spec.matrix.org/v1.19/rooms/v9/#redactions */
export const REDACTION_V9: RedactionRules = {
  ...REDACTION_V8,
  spec: 'https://spec.matrix.org/v1.19/rooms/v9/#redactions',
  content: { ...REDACTION_V8.content, 'm.room.member': keys('membership', 'join_authorised_via_users_server') },
};

/**
 * Three obsolete keys go; the create event, `invite`, the signed part of a third-party invite and `redacts` stay.
 * @see https://spec.matrix.org/v1.19/rooms/v11/#redactions
 */
export const REDACTION_V11: RedactionRules = {
  ...REDACTION_V9,
  spec: 'https://spec.matrix.org/v1.19/rooms/v11/#redactions',
  event: without(REDACTION_V9.event, 'prev_state', 'origin', 'membership'),
  content: {
    ...REDACTION_V9.content,
    'm.room.create': true,
    'm.room.member': {
      ...keys('membership', 'join_authorised_via_users_server'),
      third_party_invite: { signed: true },
    },
    'm.room.power_levels': keys(
      'ban', 'events', 'events_default', 'invite', 'kick', 'redact', 'state_default', 'users', 'users_default',
    ),
    'm.room.redaction': keys('redacts'),
  },
};

/** A redacted server ACL keeps its lists, or every server would be locked out. */
export const REDACTION_MSC2870: RedactionRules = {
  ...REDACTION_V11,
  spec: 'https://github.com/matrix-org/matrix-spec-proposals/blob/main/proposals/2870-protect-acls-from-redaction.md',
  content: { ...REDACTION_V11.content, 'm.room.server_acl': keys('allow', 'deny', 'allow_ip_literals') },
};

/** A redacted event keeps what it relates to. */
export const REDACTION_MSC3389: RedactionRules = {
  ...REDACTION_V9,
  spec: 'https://github.com/matrix-org/matrix-spec-proposals/pull/3389',
  anyContent: { 'm.relates_to': keys('rel_type', 'event_id') },
};

/** A redacted kick or ban still redacts its target's events. */
export const REDACTION_MSC4298: RedactionRules = {
  ...REDACTION_V11,
  spec: 'https://github.com/matrix-org/matrix-spec-proposals/pull/4298',
  content: {
    ...REDACTION_V11.content,
    'm.room.member': { ...keys('membership', 'join_authorised_via_users_server', 'redact_events'), third_party_invite: { signed: true } },
  },
};

/** State DAGs: the previous state events take the place of the auth events. */
export const REDACTION_MSC4242: RedactionRules = {
  ...REDACTION_V11,
  spec: 'https://github.com/matrix-org/matrix-spec-proposals/pull/4242',
  event: eventKeys(
    'event_id', 'type', 'room_id', 'sender', 'state_key', 'hashes', 'signatures', 'depth', 'prev_events',
    'prev_state_events', 'origin_server_ts',
  ),
};

function without<T>(table: { readonly [key: string]: T }, ...names: readonly string[]): { readonly [key: string]: T } {
  return Object.fromEntries(Object.entries(table).filter(([key]) => !names.includes(key)));
}
