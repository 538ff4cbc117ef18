import type { DatedCategory, ReportedAccount, SubjectReport } from '../../portability/report/report.ts';
import { inWords } from '../text/numbers.ts';
import type { Block, Prose, Section } from './blocks.ts';
import { accountForSubject, accountStays } from './subject-words.ts';

/** What becomes of the account, or that this report does not speak of it. */
export function subjectAccount({ account, contact, limited }: SubjectReport): readonly Section[] {
  const frame = { id: 'account', heading: 'What becomes of your account', short: 'Your account' };
  if (account !== undefined) return [{ ...frame, blocks: account.flatMap((one) => accountBlocks(one, account.length > 1)) }];
  if (limited) return [];
  return [{ ...frame, blocks: [{ kind: 'prose', text: `This report speaks of what you sent into rooms. What else there was of your account, such as your e-mail address, is not part of it${contact === undefined ? '.' : `; ask ${contact}.`}` }] }];
}

function accountBlocks({ user, deleted, stays, asked, notLookedAt }: ReportedAccount, isOneOfMany: boolean): readonly Block[] {
  const items: readonly Prose[] = [
    ...byDate(deleted).map(([due, names]): Prose => (due === undefined ? `Deleted: ${inWords(names)}.` : ['Deleted by ', { day: due }, `: ${inWords(names)}.`])),
    ...byDate(asked).map(([due, names]): Prose => [`Others hold ${inWords(names)}, and are asked to delete it`, ...(due === undefined ? [] : [' by ', { day: due }]), '.']),
    ...stays.map((category): Prose => `Kept: ${accountForSubject[category]}${accountStays[category] === undefined ? '' : `, ${accountStays[category]}`}.`),
    ...(notLookedAt.length === 0 ? [] : [`Not looked at yet: ${inWords(notLookedAt.map((category) => accountForSubject[category]))}.`]),
  ];
  return [...(isOneOfMany ? [{ kind: 'prose', text: { code: user } } as const] : []), { kind: 'list', items }];
}

/** The names of what goes at one time, the soonest first. */
function byDate(categories: readonly DatedCategory[]): readonly (readonly [due: number | undefined, names: readonly string[]])[] {
  const dates = [...new Set(categories.map(({ due }) => due))].sort((one, other) => (one ?? Infinity) - (other ?? Infinity));
  return dates.map((date) => [date, categories.filter(({ due }) => due === date).map(({ category }) => accountForSubject[category])]);
}
