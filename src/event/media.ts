import { isMxcUri, type MxcUri } from '../identifiers/identifiers.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../json/value.ts';
import type { Pdu } from './pdu.ts';

/** Where in a message content a file can be named, thumbnails of galleries and edits included. */
const URI_PATHS: readonly (readonly string[])[] = [
  ['url'],
  ['file', 'url'],
  ['info', 'thumbnail_url'],
  ['info', 'thumbnail_file', 'url'],
  ['avatar_url'],
];

const MXC_IN_HTML = /mxc:\/\/[0-9A-Za-z.:[\]-]+\/[A-Za-z0-9_-]+/g;

/**
 * Every file that an event refers to, each once: files, encrypted files, thumbnails, avatars, edits, galleries and
 * inline images. To be read before the event is redacted, because redaction removes all of them.
 * @see https://spec.matrix.org/v1.19/client-server-api/#matrix-content-mxc-uris
 * @example mediaReferences({ type: 'm.sticker', content: { url: 'mxc://example.org/abc' } }) // ['mxc://example.org/abc']
 */
export function mediaReferences(event: Pdu): readonly MxcUri[] {
  return [...new Set(referencesIn(event.content))];
}

/** An edit may be of a gallery. */
function referencesIn(content: JsonObject): readonly MxcUri[] {
  const replaced = own(content, 'm.new_content');
  return [...referencesInGallery(content), ...(isJsonObject(replaced) ? referencesInGallery(replaced) : [])];
}

/** One level down only: an edit of an edit, or a gallery in a gallery, is not a thing. */
function referencesInGallery(content: JsonObject): readonly MxcUri[] {
  const items = own(content, 'itemtypes');
  return [...referencesInOne(content), ...(Array.isArray(items) ? items.filter(isJsonObject).flatMap(referencesInOne) : [])];
}

function referencesInOne(content: JsonObject): readonly MxcUri[] {
  return [...URI_PATHS.flatMap((path) => uris(at(content, path))), ...inlineImages(own(content, 'formatted_body'))];
}

function inlineImages(html: JsonValue | undefined): readonly MxcUri[] {
  return typeof html === 'string' ? (html.match(MXC_IN_HTML) ?? []).flatMap(uris) : [];
}

function at(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((inner, key) => (isJsonObject(inner) ? own(inner, key) : undefined), value);
}

function uris(value: JsonValue | undefined): readonly MxcUri[] {
  return typeof value === 'string' && isMxcUri(value) ? [value] : [];
}
