import { isJsonObject, own, type JsonValue } from '../../json/value.ts';
import type { UserId } from '../../identifiers/identifiers.ts';
import { UncountableTimeError } from '../calendar.ts';
import { purgeDeadline } from '../deadlines.ts';
import { accountCategories, type AccountCategory, type AccountCategoryId, type AccountTreatment } from './categories.ts';

/** Days after which logs are gone (privacy notice, 2.2). */
export const LOG_DAYS = 180;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * What is held of an account: the items of each category, in whatever form they are stored; an empty list where there are none. An item that is an object may
 * say with `at` when it was recorded (ms since 1970, UTC).
 */
export type AccountInventory = { readonly [category in AccountCategoryId]?: readonly JsonValue[] };

/** The times that deadlines are counted from (ms since 1970, UTC). */
export type AccountTimes = {
  readonly requestedAt: number;
  readonly effectiveAt: number;
  /** When the last backup that was made before the erasure is overwritten. */
  readonly backupsUntil?: number;
};

/** What happens to a category. Holds no value of it. */
export type AccountAnswer = {
  readonly category: AccountCategoryId;
  readonly section: string;
  /** How many items there are; `not-stated` where the inventory does not say: somebody has to look. */
  readonly held: number | 'not-stated';
  readonly treatment: AccountTreatment;
  /** By when (ms since 1970, UTC), where there is a date. */
  readonly due?: number;
};

/** What happens to the data of an account: an answer for every category of the table. */
export type AccountErasure = {
  readonly user?: UserId;
  readonly answers: readonly AccountAnswer[];
  /** Categories on which the inventory is silent. */
  readonly notStated: readonly AccountCategoryId[];
};

/**
 * Answers for every category of account data: what an erasure does with it, and by when.
 * @throws {UnknownAccountCategoryError} for a category that is not in the table: add it there, so that no store is forgotten
 * @throws {UncountableTimeError} for a time from which no deadline can be counted
 * @example planAccountErasure({ pushers: [{}, {}] }, { requestedAt: 0, effectiveAt: 5 }).answers.find(({ category }) => category === 'pushers') // { category: 'pushers', section: '2.3.1', held: 2, treatment: 'delete', due: 5 }
 * @example planAccountErasure({ horoscopes: [] }, { requestedAt: 0, effectiveAt: 0 }) // throws UnknownAccountCategoryError
 */
export function planAccountErasure(present: AccountInventory, times: AccountTimes): AccountErasure {
  for (const name of Object.keys(present)) if (!accountCategories.some(({ id }) => id === name)) throw new UnknownAccountCategoryError(name);
  const answers = accountCategories.map((category) => answerFor(category, own(present, category.id), times));
  return { answers, notStated: answers.filter(({ held }) => held === 'not-stated').map(({ category }) => category) };
}

function answerFor(category: AccountCategory, items: readonly JsonValue[] | undefined, times: AccountTimes): AccountAnswer {
  const due = items?.length === 0 ? undefined : dueOf(category, items ?? [], times);
  return {
    category: category.id,
    section: category.section,
    held: items?.length ?? 'not-stated',
    treatment: category.treatment,
    ...(due === undefined ? {} : { due }),
  };
}

function dueOf({ deadline }: AccountCategory, items: readonly JsonValue[], { requestedAt, effectiveAt, backupsUntil }: AccountTimes): number | undefined {
  switch (deadline) {
    case 'effect':
      // Never later than what has no effect: an erasure that is dated ahead does not keep sessions open.
      return Math.min(effectiveAt, purgeDeadline(requestedAt));
    case 'purge':
      return purgeDeadline(requestedAt);
    case 'logs':
      return lastRecorded(items, Math.max(requestedAt, effectiveAt)) + LOG_DAYS * DAY_MS;
    case 'rotation':
      return backupsUntil;
    case 'none':
      return undefined;
    default:
      return deadline satisfies never;
  }
}

/** When the last item was recorded; of one that does not say, it may be as late as the erasure. */
function lastRecorded(items: readonly JsonValue[], latest: number): number {
  const times = items.map((item) => (isJsonObject(item) ? own(item, 'at') : undefined));
  if (times.length === 0 || !times.every((time) => typeof time === 'number')) return latest;
  const last = Math.max(...times);
  if (!Number.isSafeInteger(last)) throw new UncountableTimeError();
  return last;
}

const PLAIN_NAME = /^[A-Za-z0-9_.-]{1,60}$/;

/** Data is held in a category that the table does not know, so that there is no telling what an erasure does with it. */
export class UnknownAccountCategoryError extends Error {
  override readonly name = 'UnknownAccountCategoryError';

  constructor(category: string) {
    // What is no plain name could be somebody's data in the wrong place.
    const shown = PLAIN_NAME.test(category) ? `"${category}"` : 'one whose name is not plain letters';
    super(`the inventory has a category that is not known (${shown}): use a name of accountCategories, or add the new store to that table first`);
  }
}
