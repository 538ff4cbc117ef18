import type { RightReport } from '../../erasure/rights/report.ts';
import { articleOf } from '../../erasure/rights/rights.ts';
import type { ReportSection, ReportTable } from '../../erasure/rights/sections.ts';
import { pageOf } from './document.ts';
import { html, writeHtml, type Html } from './html.ts';
import { code, section } from './marks.ts';
import { joined } from './overview.ts';

/** Wide tables can be scrolled by themselves, from the keyboard as well. */
const styles = html`<style>
.wide { overflow-x: auto; } .many table { min-width: 40rem; }
@media print { .wide { overflow: visible; } .many table { min-width: 0; } }
</style>`;

/** The answer to a request as one HTML file, for the person: it asks for nothing, and runs nothing. */
export function renderRightPage(report: RightReport): string {
  const { title, id, subjects, sections } = report;
  return writeHtml(pageOf(`${title}: ${subjects.join(', ')}`, html`<header>
<p class="eyebrow">${articleOf(report)} of the GDPR, request ${id}</p>
<h1>${title}</h1>
<p class="lede">An answer to ${joined(subjects.map(code))}.</p>
</header>
<main id="main" tabindex="-1">
${sections.map((one, place) => section(one.id, one.heading, bodyOf(one, place)))}</main>
<footer><p>This page holds identifiers, counts and dates. It holds no content of events.</p></footer>`, { about: 'answer', styles }));
}

function bodyOf({ paragraphs, list = [], table }: ReportSection, place: number): Html {
  return html`${paragraphs.map((text) => html`<p>${text}</p>
`)}${list.length === 0 ? undefined : html`<ul class="plain">${list.map((item) => html`<li>${item}</li>
`)}</ul>`}${table === undefined ? undefined : tableOf(table, place)}`;
}

function tableOf({ caption, columns, rows }: ReportTable, place: number): Html {
  const id = `table-${place}`;
  return html`<div class="wide${columns.length > 2 ? ' many' : ''}" role="region" aria-labelledby="${id}" tabindex="0"><table><caption id="${id}">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead><tbody>
${rows.map(([first = '', ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`)}</tbody></table></div>`;
}
