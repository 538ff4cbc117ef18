import type { Form } from './forms.ts';

const REFERENCES: Form = { items: 'eventId' };
const LEVELS: Form = { keys: 'type', values: 'number' };

/** The keys of an event proper, `content` apart. */
export const EVENT_KEYS: { readonly [key: string]: Form } = {
  type: 'type',
  sender: 'id',
  room_id: 'id',
  event_id: 'eventId',
  state_key: 'stateKey',
  origin: 'server',
  origin_server_ts: 'number',
  depth: 'number',
  membership: 'membership',
  redacts: 'eventId',
  hashes: { fields: { sha256: 'base64' } },
  signatures: { keys: 'server', values: { keys: 'key', values: 'base64' } },
  prev_events: REFERENCES,
  auth_events: REFERENCES,
  prev_state: REFERENCES,
  prev_state_events: REFERENCES,
};

const SIGNED: Form = { fields: { mxid: 'id', sender: 'id', token: 'token', signatures: { keys: 'server', values: { keys: 'key', values: 'base64' } } } };

/** What the content of an event may hold that is no free text, by type: of types that redactions keep something of, and of those that can be hazards. */
export const CONTENT_KEYS: { readonly [type: string]: { readonly [key: string]: Form } } = {
  'm.room.member': { membership: 'membership', join_authorised_via_users_server: 'id', is_direct: 'flag', third_party_invite: { fields: { signed: SIGNED } } },
  'm.room.create': {
    creator: 'id', room_version: 'roomVersion', 'm.federate': 'flag', type: 'type', additional_creators: { items: 'id' },
    predecessor: { fields: { room_id: 'id', event_id: 'eventId' } },
  },
  'm.room.join_rules': { join_rule: 'joinRule', allow: { items: { fields: { type: 'type', room_id: 'id' } } } },
  'm.room.power_levels': {
    ban: 'number', events: LEVELS, events_default: 'number', invite: 'number', kick: 'number', notifications: { fields: { room: 'number' } },
    redact: 'number', state_default: 'number', users: { keys: 'id', values: 'number' }, users_default: 'number',
  },
  'm.room.history_visibility': { history_visibility: 'visibility' },
  'm.room.redaction': { redacts: 'eventId' },
  'm.room.server_acl': { allow: { items: 'serverPattern' }, deny: { items: 'serverPattern' }, allow_ip_literals: 'flag' },
  'm.room.encryption': { algorithm: 'algorithm', rotation_period_ms: 'number', rotation_period_msgs: 'number' },
  'm.room.tombstone': { replacement_room: 'id' },
  'm.room.third_party_invite': { public_key: 'base64', public_keys: { items: { fields: { public_key: 'base64' } } } },
  'm.room.policy': { via: 'server', public_key: 'base64' },
  'm.room.retention': { min_lifetime: 'number', max_lifetime: 'number' },
  'm.space.child': { via: { items: 'server' }, suggested: 'flag' },
};

/** Keys whose values are free text, and that are not themselves: everybody's events have them. Any other key could be somebody's words. */
export const TEXT_KEYS: ReadonlySet<string> = new Set([
  'content', 'displayname', 'avatar_url', 'reason', 'name', 'topic', 'url', 'info', 'alias', 'alt_aliases', 'aliases', 'body', 'msgtype', 'display_name',
  'key_validity_url', 'entity', 'recommendation', 'order', 'pinned', 'format', 'formatted_body', 'm.topic', 'm.text', 'mimetype', 'thumbnail_url',
]);
