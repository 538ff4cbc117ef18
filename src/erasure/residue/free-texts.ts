import { isJsonFloat, isJsonObject, own, type JsonObject, type JsonValue } from '../../json/value.ts';
import type { Pdu } from '../../event/pdu.ts';
import { FORMS, type Form } from './forms.ts';
import { CONTENT_KEYS, EVENT_KEYS, TEXT_KEYS } from './known-keys.ts';

/**
 * Where an event has free text: the paths of all values that are not known to be none. Keys are shown only if they stand in everybody's events,
 * others as `*`: they may be somebody's words. `unsigned` is no part of the event.
 * @example freeTextPaths({ type: 'm.room.member', content: { membership: 'join', displayname: 'Alice', secret: 1 } }) // ['content.displayname', 'content.*']
 */
export function freeTextPaths(event: Pdu): readonly string[] {
  const known = own(CONTENT_KEYS, event.type) ?? {};
  const fields = { ...EVENT_KEYS, content: { fields: known } };
  const { unsigned: _, ...proper } = event;
  return [...pathsIn(proper as JsonObject, { fields }, '')];
}

function* pathsIn(value: JsonValue, form: Form | undefined, path: string): Generator<string> {
  if (typeof form === 'string') {
    if (!FORMS[form](isJsonFloat(value) ? 0 : value)) yield* leavesOf(value, path);
  } else if (form !== undefined && 'fields' in form && isJsonObject(value)) yield* fieldPaths(value, form.fields, path);
  else if (form !== undefined && 'items' in form && Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* itemPaths(item, form.items, `${path}[${index}]`);
  } else if (form !== undefined && 'keys' in form && isJsonObject(value)) yield* mapPaths(value, form, path);
  else yield* leavesOf(value, path);
}

/** In room versions 1 and 2 a reference is a pair of ID and hashes. */
function* itemPaths(item: JsonValue, form: Form, path: string): Generator<string> {
  if (!Array.isArray(item)) return yield* pathsIn(item, form, path);
  for (const [index, part] of item.entries()) yield* pathsIn(part, index === 0 ? form : index === 1 ? PAIRED_HASHES : undefined, `${path}[${index}]`);
}

const PAIRED_HASHES: Form = { fields: { sha256: 'base64' } };

function* fieldPaths(value: JsonObject, fields: { readonly [key: string]: Form }, path: string): Generator<string> {
  for (const [key, item] of Object.entries(value)) {
    const form = own(fields, key);
    if (form === undefined) yield* leavesOf(item, join(path, TEXT_KEYS.has(key) ? key : '*'));
    else yield* pathsIn(item, form, join(path, key));
  }
}

function* mapPaths(value: JsonObject, { keys, values }: Extract<Form, { readonly keys: unknown }>, path: string): Generator<string> {
  for (const [key, item] of Object.entries(value)) {
    const below = join(path, '*');
    if (FORMS[keys](key)) yield* pathsIn(item, values, below);
    else yield* leavesOf(item, below);
  }
}

/** Everything below a key that is not known: whatever it is, it may be text, and so may the key. */
function* leavesOf(value: JsonValue, path: string): Generator<string> {
  if (Array.isArray(value) && value.length > 0) for (const [index, item] of value.entries()) yield* leavesOf(item, `${path}[${index}]`);
  else if (isJsonObject(value) && Object.keys(value).length > 0) {
    for (const [key, item] of Object.entries(value)) yield* leavesOf(item, join(path, TEXT_KEYS.has(key) ? key : '*'));
  } else yield path;
}

function join(path: string, key: string): string {
  const escaped = key.replaceAll('.', '\\.');
  return path === '' ? escaped : `${path}.${escaped}`;
}
