import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { accountCategories } from '../../src/erasure/account/categories.ts';

const described = v.description;
const text = (description: string) => v.pipe(v.string(), described(description));
const count = (description: string) => v.pipe(v.number(), v.integer(), v.minValue(0), described(description));
const time = (description: string) => v.pipe(v.number(), described(`${description} (ms since 1970, UTC)`));
const userId = v.pipe(v.string(), v.regex(/^@[^:]*:.+$/), v.maxLength(255), described('A Matrix user ID.'));
const roomId = v.pipe(v.string(), described('The Matrix ID of the room.'));
const eventId = v.pipe(v.string(), described('The Matrix ID of the event.'));
const path = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-][A-Za-z0-9_./-]*$/), described('A path in this copy.'));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/), described('SHA-256 of the file, in hexadecimal digits: what sha256sum prints.'));
const pseudonym = v.pipe(v.string(), v.regex(/^@person-\d+:erased\.invalid$/), described('Somebody else, by a number that means nothing outside of the room.'));

const manifest = v.pipe(v.strictObject({
  format: v.literal('matrix-erasure/export'),
  formatVersion: v.literal(1),
  subjects: v.pipe(v.array(userId), v.minLength(1), described('Whose data it is.')),
  exportedAt: time('When the copy was made'),
  counts: v.strictObject({
    rooms: count('Rooms.'), events: count('Events of the person.'), messages: count('Of these, those that are no state and no redaction.'),
    encrypted: count('Of these, those whose text only the devices of the person can read.'), redacted: count('Events whose content a redaction had removed.'),
    references: count('Events of others that concern the person, listed without what they say.'), context: count('Messages of others around those of the person.'),
    files: count('Files to which events or the account of the person refer.'), filesIncluded: count('Of these, those that are in this copy.'), accountItems: count('Items of account data.'),
  }),
  missing: v.pipe(v.array(v.strictObject({
    what: v.picklist(['account', 'events', 'texts', 'files', 'other-people', ...accountCategories.map(({ id }) => id)]),
    reason: v.picklist(['not-given', 'not-stated', 'secret', 'about-others', 'unusable', 'encrypted', 'redacted', 'not-found', 'of-others', 'left-out', 'pseudonyms']),
    count: v.optional(count('How many, where they can be counted.')),
    explanation: text('The reason, for people.'),
  })), described('What is not in this copy, and why.')),
  rooms: v.array(v.strictObject({
    room_id: roomId, room_version: text('The version of the room, which says how events are hashed and signed.'), folder: path, name: v.optional(text('The name that the person gave the room last.')),
    events: count('Events of the person.'), messages: count('Of these, messages.'), references: count('Events of others that concern the person.'), context: count('Messages of others.'),
    first: v.optional(time('When the first event of the person was sent')), last: v.optional(time('When the last one was')),
  })),
  files: v.pipe(v.array(v.strictObject({ path, bytes: count('The size.'), sha256, schema: v.optional(path) })), described('Every file of this copy but this one.')),
}), v.title('Manifest of a copy of personal data'), described('The file manifest.json: what a copy holds, and what it does not.'));

const pdu = v.pipe(
  v.looseObject({
    type: text('The type of the event.'), content: v.pipe(v.looseObject({}), described('What it says.')), sender: v.optional(userId), room_id: v.optional(roomId),
    state_key: v.optional(v.string()), origin_server_ts: v.optional(time('When the server of the person says that it was sent')), unsigned: v.optional(v.looseObject({})),
  }),
  described('The event as it was signed: https://spec.matrix.org/v1.19/server-server-api/#pdus'),
);

const event = v.pipe(v.strictObject({
  room_id: roomId, room_version: text('The version of the room.'), event_id: eventId, pdu,
  stream_ordering: v.optional(v.pipe(v.number(), v.integer(), described('The place in the order of the server that stored it.'))),
  received_ts: v.optional(time('When the server received it')),
  rejected: v.optional(text('Why the server did not accept it.')), soft_failed: v.optional(v.boolean()), outlier: v.optional(v.boolean()),
  redacted_by: v.optional(v.pipe(v.array(eventId), described('The redactions that name the event, applied or not.'))),
  internal_metadata: v.optional(v.strictObject({ device_id: v.optional(v.union([v.string(), v.number()])), txn_id: v.optional(v.union([v.string(), v.number()])) })),
  erasure: v.optional(v.pipe(v.looseObject({}), described('The mark of an earlier erasure.'))),
  export: v.strictObject({
    encrypted: v.optional(v.pipe(v.literal(true), described('The text is encrypted; only the devices of the person can read it.'))),
    redacted: v.optional(v.pipe(v.picklist(['gone', 'named']), described('gone: a redaction removed what it said. named: a redaction names it, and what it said is still stored.'))),
  }),
}), v.title('An event of the person'), described('A line of rooms/*/events-*.jsonl. Such files can be read by matrix-erasure as event files.'));

const reference = v.pipe(v.strictObject({
  room_id: roomId, event_id: eventId, type: text('The type of the event.'), origin_server_ts: v.optional(time('When it was sent')), sender: v.union([pseudonym, userId]),
  reasons: v.array(v.picklist(['membership', 'membership-profile', 'membership-reason', 'mention', 'reply-quote', 'power-level', 'pinned'])),
  membership: v.optional(v.picklist(['invite', 'join', 'knock', 'leave', 'ban'])),
}), v.title('An event of somebody else that concerns the person'), described('A line of rooms/*/references-*.jsonl: that it is there, without what it says.'));

const context = v.pipe(v.strictObject({
  type: text('The type of the event.'), content: v.looseObject({}), event_id: eventId, sender: v.union([pseudonym, userId]), origin_server_ts: v.optional(time('When it was sent')),
  room_id: roomId,
}), v.title('A message of somebody else around those of the person'), described('A line of rooms/*/context-*.jsonl, as clients are shown it, with user IDs replaced. Not signed, and no event for servers.'));

const value = v.union([v.string(), v.number(), v.boolean(), v.looseObject({})]);
const account = v.pipe(v.strictObject({
  format: v.literal('matrix-erasure/export-account'),
  formatVersion: v.literal(1),
  part: v.picklist(['profile', 'devices', 'connections', 'other']),
  accounts: v.array(v.strictObject({
    user: userId,
    data: v.strictObject(Object.fromEntries(accountCategories.map(({ id, purpose }) => [id, v.optional(v.pipe(v.array(value), described(purpose)))]))),
  })),
}), v.title('Account data of the person'), described('The files account/*.json: what is held beside events, by category.'));

const file = v.pipe(v.strictObject({
  uri: v.pipe(v.string(), v.regex(/^mxc:\/\/[^/]+\/[A-Za-z0-9_-]+$/), described('The address in Matrix.')),
  file: v.optional(path), missing: v.optional(v.picklist(['not-given', 'not-found', 'of-others'])),
  room_id: v.optional(roomId), event_id: v.optional(v.pipe(v.string(), described('An event that refers to it.'))),
  category: v.optional(v.pipe(v.picklist(['avatar', 'media']), described('What of the account refers to it.'))), mimetype: v.optional(text('What kind of file it is said to be.')),
  encrypted: v.optional(v.pipe(v.literal(true), described('The bytes are encrypted, with the key that is in the event.'))),
}), v.title('A file to which an event or the account of the person refers'), described('A line of media/files.jsonl.'));

const schemas = { manifest, event, reference, context, account, file };

/** The JSON Schemas of an export by file name, made from the schemas above. */
export const madeSchemas: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(schemas).map(([name, schema]) => [`export-${name}.schema.json`, { $schema: 'https://json-schema.org/draft/2020-12/schema', ...toJsonSchema(schema as v.GenericSchema, { target: 'draft-2020-12' }) }]),
);
