import { isMxcUri } from '../../identifiers/identifiers.ts';
import { isJsonObject, type JsonValue } from '../../json/value.ts';
import type { AccountCategoryId } from '../account/categories.ts';
import type { AccountFile } from '../account/schema.ts';
import type { PersonalText, TextKind } from './kinds.ts';

/** The account data that a person chose or wrote, and that can turn up elsewhere. The user name stays, and so is not searched for. */
const KINDS: readonly (readonly [category: AccountCategoryId, kind: TextKind])[] = [
  ['display-name', 'display-name'], ['membership-names', 'display-name'], ['avatar', 'media'], ['upload-names', 'file-name'], ['email', 'other'], ['telephone', 'other'],
];

/**
 * The texts of account data that can be searched for after an erasure: names, addresses, and the IDs of avatars.
 * @example accountTexts({ format: 'matrix-erasure/account', formatVersion: 1, accounts: [{ user: '@a:b', data: { email: ['a@c.example'] } }] }) // [{ kind: 'other', text: 'a@c.example' }]
 */
export function accountTexts({ accounts }: AccountFile): readonly PersonalText[] {
  return accounts.flatMap(({ data }) =>
    KINDS.flatMap(([category, kind]) => (data[category] ?? []).flatMap(stringsIn).map((text) => ({ kind, text: isMxcUri(text) ? text.slice(text.lastIndexOf('/') + 1) : text }))));
}

function stringsIn(item: JsonValue): readonly string[] {
  if (typeof item === 'string') return [item];
  return isJsonObject(item) ? Object.values(item).filter((value) => typeof value === 'string') : [];
}
