import type { AccountAnswer, AccountErasure } from '../../erasure/account/plan-account.ts';
import { accountCategories } from '../../erasure/account/categories.ts';
import { countOf, formatTime, inWords } from './numbers.ts';
import { accountTreatments } from './sentences.ts';
import { visible } from './visible.ts';

/** What happens to accounts, a line for each category that is held, and one for what nobody has looked at. */
export function accountLines(accounts: readonly AccountErasure[]): readonly string[] {
  return accounts.flatMap(({ user, answers, notStated }) => [
    ...(user === undefined ? [] : [`${visible(user)}:`]),
    ...answers.filter(({ held }) => typeof held === 'number' && held > 0).map(answerLine),
    ...(notStated.length === 0 ? [] : [`Not looked at: ${inWords(notStated)}.`]),
  ]);
}

function answerLine({ category, section, held, treatment, due }: AccountAnswer): string {
  const by = due === undefined ? '' : ` by ${formatTime(due)}`;
  const why = accountCategories.find(({ id }) => id === category)?.erasure ?? '';
  return `- ${category} (${countOf(Number(held), 'item')}, notice ${section}): ${accountTreatments[treatment]}${by}. ${why}`;
}
