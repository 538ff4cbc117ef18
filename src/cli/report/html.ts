import { patterns } from '../page/charts.ts';
import { pageOf } from '../page/document.ts';
import { html, writeHtml, type Html } from '../page/html.ts';
import { code, day, section, time } from '../page/marks.ts';
import { partsTable } from '../page/parts-table.ts';
import { ring } from '../page/ring.ts';
import { timelineOf } from '../page/timeline-chart.ts';
import { piecesOf, standingSigns, type Block, type Column, type Piece, type Prose, type ReportDocument, type Section, type Standing } from './blocks.ts';
import { reportStyle } from './style.ts';

const STATES: Readonly<Record<Standing, string>> = { good: 'passed', bad: 'failed', open: 'open' };

/** A report as one HTML file that needs no network and no script. */
export function renderReportPage(report: ReportDocument): string {
  const { eyebrow, heading, summary, standing, facts, sections, foot } = report;
  return writeHtml(pageOf(report.title, html`<header>
<p class="eyebrow">${eyebrow}</p>
<h1>${prose(heading)}</h1>
<p class="lede">${prose(summary)}</p>
<p class="state ${STATES[standing.how]}"><span aria-hidden="true">${standingSigns[standing.how]}</span> ${standing.text}</p>
<dl class="facts">
${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${prose(value)}</dd>
`)}</dl>
</header>
<nav aria-label="On this page"><ul>
${sections.map(({ id, short }) => html`<li><a href="#${id}">${short}</a></li>
`)}</ul></nav>
<main id="main" tabindex="-1">
${patterns}
${sections.map(sectionOf)}</main>
<footer><p>${prose(foot)}</p></footer>`, { about: 'report', styles: reportStyle }));
}

function sectionOf({ id, heading, blocks }: Section): Html {
  return section(id, heading, html`${blocks.map(block)}`);
}

function block(one: Block): Html {
  switch (one.kind) {
    case 'prose':
      return html`<p${one.soft === true ? html` class="soft small"` : undefined}>${prose(one.text)}</p>
`;
    case 'heading':
      return html`<h3>${one.text}</h3>
`;
    case 'list':
      return html`<ul class="plain">${one.items.map((item) => html`<li>${prose(item)}</li>
`)}</ul>
`;
    case 'table':
      return table(one);
    case 'parts':
      return parts(one);
    case 'moments':
      return timelineOf(one.moments, one);
    case 'command':
      return html`<pre>${one.text}</pre>
`;
    default:
      return one satisfies never;
  }
}

function table({ caption, columns, rows }: Extract<Block, { kind: 'table' }>): Html {
  return html`<table><caption class="unseen">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col"${numeric(column)}>${column.name}</th>`)}</tr></thead><tbody>
${rows.map((row) => html`<tr>${row.map((cell, i) => (i === 0 ? html`<th scope="row">${prose(cell)}</th>` : html`<td${numeric(columns[i])}>${prose(cell)}</td>`))}</tr>
`)}</tbody></table>
`;
}

function numeric(column: Column | undefined): Html | undefined {
  return column?.number === true ? html` class="n"` : undefined;
}

function parts({ parts: all, ring: middle, ...options }: Extract<Block, { kind: 'parts' }>): Html {
  const picture = middle === undefined ? undefined : ring(all, { ...middle, id: `${options.id}-ring`, noun: options.noun });
  const beside = partsTable(all, options);
  return picture === undefined ? beside : html`<div class="with-ring">${picture}${beside}</div>
`;
}

function prose(text: Prose): Html {
  return html`${piecesOf(text).map(piece)}`;
}

function piece(one: Piece): Html {
  if (typeof one === 'string') return html`${one}`;
  if ('code' in one) return code(one.code);
  if ('strong' in one) return html`<strong>${one.strong}</strong>`;
  if ('time' in one) return time(one.time);
  if ('stands' in one) return html`<span class="status ${one.stands}"><span aria-hidden="true">${one.sign}</span> ${one.word}</span>`;
  return day(one.day);
}
