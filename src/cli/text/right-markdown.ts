import type { RightReport } from '../../erasure/rights/report.ts';
import { articleOf } from '../../erasure/rights/rights.ts';
import type { ReportSection, ReportTable } from '../../erasure/rights/sections.ts';
import { visible } from './visible.ts';

/** The answer to a request as Markdown. Texts are texts: nothing in them becomes a heading, a link, HTML or a cell of its own. */
export function renderRightMarkdown(report: RightReport): string {
  const { title, id, sections } = report;
  const head = `# ${escapeMarkdown(`${title} (${articleOf(report)} of the GDPR), request ${id}`)}`;
  return `${[head, ...sections.flatMap(sectionBlocks)].join('\n\n')}\n`;
}

function sectionBlocks({ heading, paragraphs, list = [], table }: ReportSection): readonly string[] {
  return [
    `## ${escapeMarkdown(heading)}`,
    ...paragraphs.map(escapeMarkdown),
    ...(list.length === 0 ? [] : [list.map((item) => `- ${escapeMarkdown(item)}`).join('\n')]),
    ...(table === undefined ? [] : [tableBlock(table)]),
  ];
}

function tableBlock({ columns, rows }: ReportTable): string {
  return [tableLine(columns), `|${columns.map(() => '---|').join('')}`, ...rows.map(tableLine)].join('\n');
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.map(escapeMarkdown).join(' | ')} |`;
}

// What acts anywhere, what acts at the beginning of a line, and what makes a link of a bare address.
const ACTS = /[\\`*_[\]<>#|~&!$]/g;
const BEGINS = /^(\s*)([-+=]|\d{1,9}(?=[.)]))/;
const LINKS = /:(?=\/\/)|\.(?<=www\.)/gi;

/**
 * Text that Markdown shows as it is.
 * @example escapeMarkdown('# <b>') // '\\# \\<b\\>'
 */
export function escapeMarkdown(text: string): string {
  const plain = visible(text).replace(ACTS, '\\$&').replace(LINKS, '\\$&');
  return plain.replace(BEGINS, (_, space: string, mark: string) => (/\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`));
}
