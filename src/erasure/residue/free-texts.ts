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
  const paths: string[] = [];
  const known = own(CONTENT_KEYS, event.type) ?? NO_KEYS;
  for (const key in event) {
    const value = event[key];
    if (value === undefined || key === 'unsigned') continue;
    if (key === 'content' && isJsonObject(value)) notedFields(value, { fields: known, path: 'content', paths });
    else notedField(key, value, { fields: EVENT_KEYS, path: '', paths });
  }
  return paths;
}

const NO_KEYS: { readonly [key: string]: Form } = {};

type At = { readonly path: string; readonly paths: string[] };
type Fields = At & { readonly fields: { readonly [key: string]: Form } };

function noted(value: JsonValue, form: Form | undefined, at: At): void {
  if (typeof form === 'string') {
    if (!FORMS[form](isJsonFloat(value) ? 0 : value)) notedLeaves(value, at);
  } else if (form !== undefined && 'fields' in form && isJsonObject(value)) notedFields(value, { ...at, fields: form.fields });
  else if (form !== undefined && 'items' in form && Array.isArray(value)) {
    for (const [index, item] of value.entries()) notedItem(item, form.items, below(at, `[${index}]`));
  } else if (form !== undefined && 'keys' in form && isJsonObject(value)) notedMap(value, form, at);
  else notedLeaves(value, at);
}

function notedFields(value: JsonObject, fields: Fields): void {
  for (const key in value) notedField(key, value[key] ?? null, fields);
}

function notedField(key: string, value: JsonValue, { fields, ...at }: Fields): void {
  const form = own(fields, key);
  if (typeof form === 'string' && FORMS[form](isJsonFloat(value) ? 0 : value)) return;
  if (form === undefined) notedLeaves(value, step(at, TEXT_KEYS.has(key) ? key : '*'));
  else noted(value, form, step(at, key));
}

/** In room versions 1 and 2 a reference is a pair of ID and hashes. */
function notedItem(item: JsonValue, form: Form, at: At): void {
  if (!Array.isArray(item)) return noted(item, form, at);
  for (const [index, part] of item.entries()) noted(part, index === 0 ? form : index === 1 ? PAIRED_HASHES : undefined, below(at, `[${index}]`));
}

const PAIRED_HASHES: Form = { fields: { sha256: 'base64' } };

function notedMap(value: JsonObject, { keys, values }: Extract<Form, { readonly keys: unknown }>, at: At): void {
  const inner = step(at, '*');
  for (const [key, item] of Object.entries(value)) {
    if (FORMS[keys](key)) noted(item, values, inner);
    else notedLeaves(item, inner);
  }
}

/** Everything below a key that is not known: whatever it is, it may be text, and so may the key. */
function notedLeaves(value: JsonValue, at: At): void {
  if (Array.isArray(value) && value.length > 0) for (const [index, item] of value.entries()) notedLeaves(item, below(at, `[${index}]`));
  else if (isJsonObject(value) && Object.keys(value).length > 0) {
    for (const [key, item] of Object.entries(value)) notedLeaves(item, step(at, TEXT_KEYS.has(key) ? key : '*'));
  } else at.paths.push(at.path);
}

function below({ path, paths }: At, more: string): At {
  return { path: path + more, paths };
}

function step({ path, paths }: At, key: string): At {
  const escaped = key.includes('.') ? key.replaceAll('.', '\\.') : key;
  return { path: path === '' ? escaped : `${path}.${escaped}`, paths };
}
