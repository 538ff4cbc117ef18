import { accountCategories, type AccountCategory, type AccountCategoryId } from '../erasure/account/categories.ts';
import type { AccountFile } from '../erasure/account/schema.ts';
import type { UserId } from '../identifiers/identifiers.ts';
import { own, type JsonValue } from '../json/value.ts';
import { missing, type Missing, type MissingReason } from './missing.ts';

/** The files that account data is divided into. */
export type AccountPart = 'profile' | 'devices' | 'connections' | 'other';

/** A file of account data: by account the items of each category. */
export type AccountExport = {
  readonly format: 'matrix-erasure/export-account';
  readonly formatVersion: 1;
  readonly part: AccountPart;
  readonly accounts: readonly { readonly user: UserId; readonly data: { readonly [category: string]: readonly JsonValue[] } }[];
};

/** Where each category goes that is not among the other ones. */
const PARTS: ReadonlyMap<AccountCategoryId, AccountPart> = new Map<AccountCategoryId, AccountPart>([
  ['username', 'profile'], ['display-name', 'profile'], ['avatar', 'profile'], ['email', 'profile'], ['telephone', 'profile'], ['identity-bindings', 'profile'],
  ['sso-mappings', 'profile'], ['devices', 'devices'], ['cross-signing-keys', 'devices'], ['pushers', 'devices'], ['ip-addresses', 'connections'],
  ['user-agents', 'connections'], ['last-seen', 'connections'],
]);

/** What stays out although it is held. A password can be guessed from its hash, tokens let in whoever has them, and reports name who made them. */
const WITHHELD: ReadonlyMap<AccountCategoryId, MissingReason> = new Map<AccountCategoryId, MissingReason>([
  ['password-hash', 'secret'], ['access-tokens', 'secret'], ['reports', 'about-others'],
]);

/** The file in which a category goes. */
export function accountPartOf(category: AccountCategory): AccountPart {
  return PARTS.get(category.id) ?? 'other';
}

/** The files of account data that an export has, those with nothing in them left out. */
export function accountExports({ accounts }: AccountFile): readonly AccountExport[] {
  const parts: readonly AccountPart[] = ['profile', 'devices', 'connections', 'other'];
  return parts.flatMap((part) => {
    const categories = accountCategories.filter((category) => accountPartOf(category) === part && !WITHHELD.has(category.id));
    const within = accounts.map(({ user, data }) => ({ user, data: Object.fromEntries(categories.flatMap(({ id }) => (own(data, id) === undefined ? [] : [[id, own(data, id) ?? []]]))) }));
    const stated = within.filter(({ data }) => Object.keys(data).length > 0);
    return stated.length === 0 ? [] : [{ format: 'matrix-erasure/export-account' as const, formatVersion: 1 as const, part, accounts: stated }];
  });
}

/** What of account data is not in an export, and why. */
export function missingOfAccount(file: AccountFile | undefined): readonly Missing[] {
  if (file === undefined) return [missing('account', 'not-given')];
  return accountCategories.flatMap(({ id }) => {
    const stated = file.accounts.map(({ data }) => own(data, id));
    if (stated.every((items) => items === undefined)) return [missing(id, 'not-stated')];
    const reason = WITHHELD.get(id);
    const held = stated.reduce((sum, items) => sum + (items?.length ?? 0), 0);
    return reason === undefined || held === 0 ? [] : [missing(id, reason, held)];
  });
}

/** How many items of account data files hold. */
export function countItems(files: readonly AccountExport[]): number {
  return files.flatMap(({ accounts }) => accounts.flatMap(({ data }) => Object.values(data))).reduce((sum, items) => sum + items.length, 0);
}
