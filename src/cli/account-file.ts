import * as v from 'valibot';
import { accountCategories } from '../erasure/account/categories.ts';
import { UnknownAccountCategoryError } from '../erasure/account/plan-account.ts';
import type { AccountData, AccountFile } from '../erasure/account/schema.ts';
import { isUserId, type UserId } from '../identifiers/identifiers.ts';
import type { JsonValue } from '../json/value.ts';
import { FileShapeError, readJsonFile } from './json-file.ts';

const WHAT = 'account data; its schema is docs/schema/account.schema.json';

const userId = v.custom<UserId>((value) => typeof value === 'string' && isUserId(value), 'not a user ID');
const time = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const isRecord = (value: unknown): value is { readonly [key: string]: unknown } => typeof value === 'object' && value !== null && !Array.isArray(value);
const isItem = (value: unknown): boolean =>
  isRecord(value) ? !Object.hasOwn(value, 'at') || v.is(time, value['at']) : ['string', 'number', 'bigint', 'boolean'].includes(typeof value);

// Which categories there are is checked apart, so that the error can say what to do about one that is missing. No `v.record`: it passes over `__proto__`.
const data = v.custom<{ readonly [name: string]: readonly JsonValue[] }>(
  (value) => isRecord(value) && Object.values(value).every((items) => Array.isArray(items) && items.every(isItem)), 'not lists of values by category',
);
const account = v.strictObject({ user: userId, data });

/** The form of account files. `docs/schema/account.schema.json` says the same to others. */
export const accountFile = v.strictObject({
  format: v.literal('matrix-erasure/account'),
  formatVersion: v.literal(1),
  accounts: v.pipe(v.array(account), v.minLength(1)),
});

/**
 * Reads the account data that `--account` names.
 * @throws {InputFileError} when the file cannot be read
 * @throws {FileShapeError} when it is something else, or has an account twice
 * @throws {UnknownAccountCategoryError} when it has a category that nobody has decided about
 */
export async function readAccountFile(path: string): Promise<AccountFile> {
  const { accounts, ...head } = await readJsonFile(path, accountFile, WHAT);
  const users = accounts.map(({ user }) => user);
  if (new Set(users).size < users.length) throw new FileShapeError(path, WHAT, 'it has an account twice');
  return { ...head, accounts: accounts.map(withKnownCategories) };
}

function withKnownCategories({ user, data: byCategory }: v.InferOutput<typeof account>): AccountData {
  const unknown = Object.keys(byCategory).find((name) => !accountCategories.some(({ id }) => id === name));
  if (unknown !== undefined) throw new UnknownAccountCategoryError(unknown);
  return { user, data: byCategory };
}
