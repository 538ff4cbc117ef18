import { accountCategories } from '../../erasure/account/categories.ts';
import type { AccountAnswer } from '../../erasure/account/plan-account.ts';
import type { ErasurePlan, PlanAccount } from '../../erasure/plan.ts';
import { formatCount, inWords } from '../text/numbers.ts';
import { accountTreatments } from '../text/sentences.ts';
import { html, type Html } from './html.ts';
import { code, section, time } from './marks.ts';

/** What happens to the accounts of the subjects, as far as their data were given. */
export function accountTables({ account = [] }: ErasurePlan): Html | undefined {
  if (account.length === 0) return undefined;
  return section('account', 'What happens to the account', html`<p>What a server holds beside events, from the file that was given. Sections are those of the matrix.org privacy notice.</p>
${account.map(accountTable)}`);
}

function accountTable({ user, answers, notStated }: PlanAccount): Html {
  const held = answers.filter((answer) => answer.held !== 0 && answer.held !== 'not-stated');
  return html`<h3>${code(user)}</h3>
${held.length === 0 ? html`<p>Nothing is held of it in what was looked at.</p>` : html`<table><caption class="unseen">Data of the account, and what happens to them</caption>
<thead><tr><th scope="col">Category, what happens, and by when</th><th scope="col" class="n">Items</th></tr></thead><tbody>
${held.map(answerRow)}</tbody></table>`}${notStated.length === 0 ? undefined : html`<p class="small"><strong>Not looked at:</strong> ${inWords(notStated)}. The file says nothing of them: somebody has to look.</p>
`}`;
}

function answerRow({ category, section: of, held, treatment, due }: AccountAnswer): Html {
  const why = accountCategories.find(({ id }) => id === category)?.erasure;
  return html`<tr><th scope="row"><strong>${category}</strong> <span class="soft small">section ${of}</span><br>${accountTreatments[treatment]}${due === undefined ? undefined : html` by ${time(due)}`}<br><span class="soft small">${why}</span></th><td class="n">${formatCount(Number(held))}</td></tr>
`;
}
