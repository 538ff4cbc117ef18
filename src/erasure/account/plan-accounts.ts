import type { PlanAccount } from '../plan.ts';
import type { ErasureRequest } from '../request.ts';
import { planAccountErasure } from './plan-account.ts';
import type { AccountFile } from './schema.ts';

/** What of a request counts for accounts, and when the operator's backups are overwritten (ms since 1970, UTC). */
export type AccountRequest = Pick<ErasureRequest, 'subjects' | 'requestedAt' | 'effectiveAt'> & { readonly backupsUntil?: number };

/**
 * What happens to the accounts of a request's subjects, in the order of the subjects. A subject without account data, such as a bridge ghost, has
 * no answers.
 * @throws {OtherAccountError} when the file has an account that is none of the subjects'
 * @throws {UnknownAccountCategoryError} for a category that is not in the table
 * @throws {UncountableTimeError} for a time from which no deadline can be counted
 * @example planAccounts({ format: 'matrix-erasure/account', formatVersion: 1, accounts: [{ user: '@a:b', data: {} }] }, { subjects: ['@a:b'], requestedAt: 0, effectiveAt: 0 }).length // 1
 */
export function planAccounts({ accounts }: AccountFile, request: AccountRequest): readonly PlanAccount[] {
  if (!accounts.every(({ user }) => request.subjects.includes(user))) throw new OtherAccountError();
  return request.subjects.flatMap((subject) =>
    accounts.filter(({ user }) => user === subject).map(({ user, data }) => ({ user, ...planAccountErasure(data, request) })));
}

/** Account data is of somebody whom the request does not name: name them as a subject, or take the account out of the file. */
export class OtherAccountError extends Error {
  override readonly name = 'OtherAccountError';

  constructor() {
    super('the account data has an account that is none of the subjects: name its user as a subject, or take it out of the file');
  }
}
