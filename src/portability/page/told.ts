import type { Pdu } from '../../event/pdu.ts';
import { isJsonFloat, isJsonObject, own, type JsonObject, type JsonValue } from '../../json/value.ts';

/** What a page says of an event: what it is in a few words, what it says, and how that is to be shown. */
export type Told = {
  /** What was done, for everything but an ordinary text message. */
  readonly label?: string;
  readonly text?: string;
  /** How the file of the event is shown, if it has one. */
  readonly file?: 'image' | 'audio' | 'video' | 'file';
  /** What there is no better way to tell: shown on demand. */
  readonly data?: string;
};

type Tell = (content: JsonObject, pdu: Pdu) => Told;

/** How events of each type are told. */
const TYPES: ReadonlyMap<string, Tell> = new Map<string, Tell>([
  ['m.room.message', tellMessage],
  ['m.sticker', (content) => ({ label: 'Sticker', ...text(content, 'body'), file: 'image' })],
  ['m.reaction', (content) => ({ label: 'Reacted', ...text(object(own(content, 'm.relates_to')), 'key') })],
  ['m.room.encrypted', () => ({ label: 'Encrypted message', text: 'Only your own devices can read it.' })],
  ['m.room.redaction', (content) => ({ label: 'Removed a message', ...text(content, 'reason') })],
  ['m.room.member', tellMembership],
  ['m.room.create', () => ({ label: 'Created the room' })],
  ['m.room.name', (content) => ({ label: 'Named the room', ...text(content, 'name') })],
  ['m.room.topic', (content) => ({ label: 'Set the topic', ...text(content, 'topic') })],
  ['m.room.avatar', () => ({ label: 'Set the picture of the room', file: 'image' })],
  ['m.room.canonical_alias', (content) => ({ label: 'Set the address of the room', ...text(content, 'alias') })],
  ['m.room.encryption', () => ({ label: 'Turned on encryption' })],
  ['m.room.tombstone', (content) => ({ label: 'Replaced the room by another', ...text(content, 'body') })],
  ['m.room.join_rules', (content) => ({ label: 'Set who may join', ...text(content, 'join_rule') })],
  ['m.room.history_visibility', (content) => ({ label: 'Set who may read what was written before', ...text(content, 'history_visibility') })],
  ['m.room.guest_access', (content) => ({ label: 'Set whether guests may join', ...text(content, 'guest_access') })],
  ['m.room.power_levels', (content) => ({ label: 'Set who may do what', data: readable(content) })],
  ['m.room.server_acl', (content) => ({ label: 'Set which servers may take part', data: readable(content) })],
  ['m.room.pinned_events', (content) => ({ label: 'Pinned messages', data: readable(content) })],
  ['m.room.third_party_invite', (content) => ({ label: 'Invited somebody by their address', ...text(content, 'display_name') })],
  ['m.space.child', (content, { state_key: child = '' }) => ({ label: 'Added a room to the space', text: child, data: readable(content) })],
  ['m.poll.start', tellPoll], ['org.matrix.msc3381.poll.start', tellPoll],
  ['m.poll.response', () => ({ label: 'Answered a poll' })], ['org.matrix.msc3381.poll.response', () => ({ label: 'Answered a poll' })],
]);

/** Message types with a file. */
const FILES: ReadonlyMap<string, Told> = new Map<string, Told>([
  ['m.image', { label: 'Picture', file: 'image' }], ['m.video', { label: 'Video', file: 'video' }], ['m.audio', { label: 'Sound', file: 'audio' }], ['m.file', { label: 'File', file: 'file' }],
]);

/**
 * An event in words. What a message says in HTML is not shown: its plain text is. What is not known is shown as data.
 * @example tell({ type: 'm.room.name', content: { name: 'Garden' } }) // { label: 'Named the room', text: 'Garden' }
 */
export function tell(pdu: Pdu): Told {
  const known = TYPES.get(pdu.type);
  const told = known?.(pdu.content, pdu) ?? {};
  return known !== undefined && (told.label !== undefined || told.text !== undefined) ? told : { label: `Event of type ${pdu.type}`, ...told, data: readable(pdu.content) };
}

function tellMessage(content: JsonObject): Told {
  const replaced = own(content, 'm.new_content');
  const isEdit = own(object(own(content, 'm.relates_to')), 'rel_type') === 'm.replace' && isJsonObject(replaced);
  const said = isEdit ? replaced : content;
  const type = own(said, 'msgtype');
  const file = FILES.get(typeof type === 'string' ? type : '');
  const label = isEdit ? 'Edited a message' : type === 'm.emote' ? 'Said, as an action' : type === 'm.location' ? 'Place' : file?.label;
  const isReply = isJsonObject(own(object(own(content, 'm.relates_to')), 'm.in_reply_to'));
  const { text: body } = text(said, 'body');
  return { ...file, ...(label === undefined ? {} : { label }), ...(body === undefined ? {} : { text: isReply ? withoutQuote(body) : body }) };
}

/** What is quoted at the beginning of a reply somebody else wrote. @see https://spec.matrix.org/v1.12/client-server-api/#fallbacks-for-rich-replies */
function withoutQuote(body: string): string {
  const said = body.replace(/^(?:> [^\n]*(?:\n|$))+\n?/, '');
  return said === body ? body : `[…] ${said}`;
}

function tellMembership(content: JsonObject, { sender, state_key: whom = '' }: Pdu): Told {
  const isOwn = sender === whom;
  const membership = own(content, 'membership');
  const words = (isOwn ? OWN_MEMBERSHIPS : MEMBERSHIPS_OF_OTHERS).get(typeof membership === 'string' ? membership : '') ?? 'Changed a membership';
  const name = isOwn ? stringOf(own(content, 'displayname')) : whom;
  const reason = stringOf(own(content, 'reason'));
  return { label: words, ...(name === undefined && reason === undefined ? {} : { text: [name === undefined ? undefined : isOwn ? `as ${name}` : name, reason].filter((part) => part !== undefined).join(': ') }) };
}

const OWN_MEMBERSHIPS: ReadonlyMap<string, string> = new Map([
  ['join', 'Joined, or changed name or picture'], ['leave', 'Left the room'], ['knock', 'Asked to be let in'], ['invite', 'Invited'], ['ban', 'Banned'],
]);
const MEMBERSHIPS_OF_OTHERS: ReadonlyMap<string, string> = new Map([['invite', 'Invited'], ['leave', 'Removed, or took an invite back'], ['ban', 'Banned'], ['join', 'Let in']]);

function tellPoll(content: JsonObject): Told {
  const poll = object(own(content, 'm.poll') ?? own(content, 'm.poll.start') ?? own(content, 'org.matrix.msc3381.poll.start'));
  const answers = own(poll, 'answers');
  const lines = [textIn(own(poll, 'question')), ...(Array.isArray(answers) ? answers.map(textIn) : [])].filter((line) => line !== undefined);
  return { label: 'Started a poll', text: lines.join('\n• ') };
}

/** A text in any of the forms in which extensible events have it. */
function textIn(value: JsonValue | undefined): string | undefined {
  const fields = object(value);
  const texts = own(fields, 'm.text') ?? own(fields, 'org.matrix.msc1767.text') ?? own(fields, 'body');
  return stringOf(Array.isArray(texts) ? own(object(texts[0]), 'body') : texts);
}

function text(content: JsonObject, key: string): { readonly text?: string } {
  const value = stringOf(own(content, key));
  return value === undefined ? {} : { text: value };
}

function stringOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function object(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

const LONGEST_DATA = 20_000;

/** A value as people can read it, its end left out where it is very long: the whole is in the files for machines. */
export function readable(value: JsonValue): string {
  const whole = JSON.stringify(value, (_key, item: unknown) => plainNumber(item), 2);
  return whole.length <= LONGEST_DATA ? whole : `${whole.slice(0, LONGEST_DATA)}…`;
}

function plainNumber(item: unknown): unknown {
  if (typeof item === 'bigint') return String(item);
  if (typeof item !== 'object' || item === null || !isJsonFloat(item as JsonValue)) return item;
  return Number(Object.getOwnPropertySymbols(item).map((symbol) => (item as { readonly [key: symbol]: unknown })[symbol])[0]);
}
