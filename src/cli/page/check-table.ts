import type { Check, VerdictChange, Verification } from '../../erasure/verification.ts';
import { countOf, formatCount } from '../text/numbers.ts';
import { checks, checkSigns, exceptedSentence } from '../text/sentences.ts';
import { html, type Html } from './html.ts';
import { code, section } from './marks.ts';

/** What verification found, check by check. */
export function checkTable({ checks: made }: Verification): Html {
  return section('checked', 'What was checked', html`<table><caption class="soft small">Checked again from the original and the result. What could not be checked is unknown, never passed.</caption>
<thead><tr><th scope="col">Check</th><th scope="col">Result</th><th scope="col" class="n">Checked</th><th scope="col" class="n">Failed</th></tr></thead><tbody>
${made.map(row)}</tbody></table>`);
}

function row({ check, status, checked, failed, unknown, excepted, changes = [], examples }: Check): Html {
  return html`<tr><th scope="row"><strong>${checks[check].label}</strong><br><span class="soft small">${checks[check].sentence}</span>
${unknown === undefined ? undefined : html`<p class="small">Not checked: ${unknown}</p>`}${excepted === undefined ? undefined : html`<p class="small">${exceptedSentence(excepted)}</p>`}${examples.length === 0 ? undefined : exampleList(examples, changes)}</th>
<td><span class="status ${status}"><span aria-hidden="true">${checkSigns[status]}</span> ${status}</span></td><td class="n">${formatCount(checked)}</td><td class="n">${formatCount(failed)}</td></tr>
`;
}

function changeIn(change: VerdictChange | undefined): Html | undefined {
  return change === undefined ? undefined : html` was ${change.before}, is ${change.after}`;
}

function exampleList(examples: readonly string[], changes: readonly VerdictChange[]): Html {
  return html`<details class="sub"><summary>${countOf(examples.length, 'example')}</summary><ul class="plain">${examples.map((id, index) => html`<li>${code(id)}${changeIn(changes[index])}</li>`)}</ul></details>`;
}
