import { isMxcUri } from '../../identifiers/identifiers.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/value.ts';
import type { Pdu } from '../../event/pdu.ts';

/** What kind of text of a person it is. */
export type TextKind = 'display-name' | 'message' | 'file-name' | 'media' | 'topic' | 'room-label' | 'reason' | 'other';

/** All kinds of texts, in the order in which they are shown. */
export const textKinds: readonly TextKind[] = Object.freeze(['display-name', 'message', 'file-name', 'media', 'topic', 'room-label', 'reason', 'other']);

/** A text of a person. */
export type PersonalText = { readonly kind: TextKind; readonly text: string };

const KINDS: { readonly [key: string]: TextKind } = {
  displayname: 'display-name', display_name: 'display-name', body: 'message', formatted_body: 'message', 'm.text': 'message', filename: 'file-name', topic: 'topic',
  name: 'room-label', alias: 'room-label', alt_aliases: 'room-label', aliases: 'room-label', reason: 'reason',
};

/** Keys whose values are words of the protocol, not of a person. */
const NOT_PERSONAL: ReadonlySet<string> = new Set([
  'msgtype', 'format', 'mimetype', 'algorithm', 'rel_type', 'event_id', 'room_id', 'via', 'membership', 'join_rule', 'history_visibility', 'guest_access', 'v',
  'alg', 'kty', 'key_ops', 'room_version', 'type', 'sender', 'creator', 'redacts', 'user_ids', 'method',
]);

const FILE_TYPES: ReadonlySet<JsonValue | undefined> = new Set(['m.file', 'm.image', 'm.video', 'm.audio']);
const IDENTIFIER = /^(?:[@!#$]\S+|m\.[a-z_.]+)$/;

// Of identifiers, these are made up by people.
const CHOSEN: ReadonlySet<string> = new Set(['alias', 'alt_aliases', 'aliases']);

/** Everything that a person wrote into the content of an event, however deep; identifiers and words of the protocol are left out. */
export function personalTexts({ type, content }: Pdu): readonly PersonalText[] {
  return textsBelow(content, FILE_TYPES.has(content['msgtype']) || type === 'm.sticker');
}

function textsBelow(object: JsonObject, ofFile: boolean): readonly PersonalText[] {
  const found: PersonalText[] = [];
  const rest: (readonly [key: string, value: JsonValue])[] = Object.entries(object);
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [key, value] = next;
    if (NOT_PERSONAL.has(key)) continue;
    if (typeof value === 'string') found.push(...textOf(key, value, ofFile));
    else if (Array.isArray(value)) for (const item of value) rest.push([key, item]);
    else if (isJsonObject(value)) rest.push(...Object.entries(value));
  }
  return found;
}

function textOf(key: string, text: string, ofFile: boolean): readonly PersonalText[] {
  // Copies of a file are known by its ID, be it in a URI, a path or a column of its own.
  if (isMxcUri(text)) return [{ kind: 'media', text: text.slice(text.lastIndexOf('/') + 1) }];
  if (IDENTIFIER.test(text) && !CHOSEN.has(key)) return [];
  return [{ kind: key === 'body' && ofFile ? 'file-name' : (Object.hasOwn(KINDS, key) ? KINDS[key] : undefined) ?? 'other', text }];
}
