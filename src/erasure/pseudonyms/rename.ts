import { isUserId } from '../../identifiers/identifiers.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/value.ts';

/** Gives a text in which the names are replaced; the same text where there are none. */
export type RenameText = (text: string) => string;

/** One name and what stands instead. */
export type Renaming = { readonly from: string; readonly to: string };

/**
 * Replaces user IDs wherever texts name them: as they are, in `matrix:` links, and percent-encoded in other links. `@alice:example.org` in
 * `@alice:example.org.uk` is somebody else's, and so is any other user ID.
 */
export function createRenaming(renamings: readonly Renaming[]): RenameText {
  const forms = new Map(renamings.flatMap(({ from, to }) => [[from, to], [`matrix:u/${from.slice(1)}`, `matrix:u/${to.slice(1)}`]] as const));
  if (forms.size === 0) return (text) => text;
  const names = [...forms.keys()];
  const plain = new RegExp(`(?:${names.map(escaped).join('|')})${END_OF_NAME}`, 'g');
  const encoded = new RegExp(`(?:${names.map(encodedForms).join('|')})${END_OF_NAME}`, 'g');
  return (text) => {
    if (isUserId(text)) return forms.get(text) ?? text;
    const renamed = text.replace(plain, (name) => forms.get(name) ?? name);
    return renamed.includes('%') ? renamed.replace(encoded, (name) => encodeFound(name, forms.get(decodeURIComponent(name)))) : renamed;
  };
}

function encodeFound(found: string, to: string | undefined): string {
  return to === undefined ? found : encodeURIComponent(to);
}

// What may follow a server name only as a part of it: another user is named then.
const END_OF_NAME = '(?![0-9A-Za-z-]|\\.[0-9A-Za-z]|:[0-9])';

/** Each character as it is or as its bytes in percent, one of them at least in percent: links are written by many hands. */
function encodedForms(name: string): string {
  return Array.from(name, (character) => `(?:${character === '%' ? '' : `${escaped(character)}|`}${percentOf(character)})`).join('');
}

/** The bytes of a character in percent, in either case of the digits. No UTF-8 has half of a surrogate pair. */
function percentOf(character: string): string {
  const encoded = encodeURIComponent(character.replace(/\p{Surrogate}/gu, '\ufffd'));
  const bytes = encoded.startsWith('%') ? encoded : `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  return bytes.replaceAll(/[A-Fa-f]/g, (digit) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** A value in which texts and keys are renamed; the same value where nothing was. */
export function renameValue(value: JsonValue, rename: RenameText): JsonValue {
  if (typeof value === 'string') return rename(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => renameValue(item, rename));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  return isJsonObject(value) ? renameObject(value, rename) : value;
}

/** The same for an object. If a key is renamed to one that is there, what the person's own key says counts. */
export function renameObject(object: JsonObject, rename: RenameText): JsonObject {
  const before = Object.entries(object);
  const after = before.map(([key, value]) => [rename(key), renameValue(value, rename)] as const);
  const changed = after.some(([key, value], index) => key !== before[index]?.[0] || value !== before[index]?.[1]);
  if (!changed) return object;
  const renamed = new Set(after.filter(([key], index) => key !== before[index]?.[0]).map(([key]) => key));
  return Object.fromEntries(after.filter(([key], index) => !renamed.has(key) || key !== before[index]?.[0]));
}
