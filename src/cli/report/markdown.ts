import { shareOf, sumOf } from '../page/charts.ts';
import { capital } from '../page/parts-table.ts';
import { formatCount, formatDate, formatTime } from '../text/numbers.ts';
import { visible } from '../text/visible.ts';
import { piecesOf, standingSigns, type Block, type Piece, type Prose, type ReportDocument, type Section } from './blocks.ts';

/** What means something in Markdown, in HTML within it, or at GitHub, wherever it stands. A bar only does in tables. */
const SPECIAL = /[\\`*_[\]<>&#~$]/g;
/** What makes a list or a heading of the line that it begins. */
const AT_START = /^(?:[-+=]|\d+(?=[.)](?:\s|$)))/;

/** A report as Markdown (CommonMark, with the tables of GitHub). */
export function renderReportMarkdown({ eyebrow, heading, summary, standing, facts, sections, foot }: ReportDocument): string {
  const blocks = [
    `*${escapeMarkdown(eyebrow)}*`,
    `# ${prose(heading)}`,
    prose(summary),
    `**${standingSigns[standing.how]} ${escapeMarkdown(standing.text)}**`,
    facts.map(([name, value]) => `- ${escapeMarkdown(name)}: ${prose(value)}`).join('\n'),
    ...sections.flatMap(sectionBlocks),
    '---',
    prose(foot),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/**
 * Text with everything escaped that could mean something in Markdown or in HTML within it, and what could hide or reorder text written out.
 * @example escapeMarkdown('*a* <b>') // '\\*a\\* \\<b\\>'
 */
export function escapeMarkdown(text: string): string {
  const escaped = visible(text).replace(SPECIAL, (character) => `\\${character}`).replace(/^ +/, ' ');
  return escaped.replace(AT_START, (start) => (/^\d/.test(start) ? `${start}\\` : `\\${start}`));
}

/**
 * Text in a code span that nothing in it can end.
 * @example codeSpan('a`b') // '``a`b``'
 */
export function codeSpan(text: string): string {
  const shown = visible(text);
  if (shown.trim() === '') return 'empty';
  const fence = '`'.repeat(1 + longest([...shown.matchAll(/`+/g)].map(([run]) => run.length)));
  const padded = /^[` ]|[` ]$/.test(shown) ? ` ${shown} ` : shown;
  return `${fence}${padded}${fence}`;
}

function longest(lengths: readonly number[]): number {
  return Math.max(0, ...lengths);
}

function sectionBlocks({ heading, blocks }: Section): readonly string[] {
  return [`## ${escapeMarkdown(heading)}`, ...blocks.map(block)];
}

function block(one: Block): string {
  switch (one.kind) {
    case 'prose':
      return prose(one.text);
    case 'heading':
      return `### ${escapeMarkdown(one.text)}`;
    case 'list':
      return one.items.map((item) => `- ${prose(item)}`).join('\n');
    case 'table':
      return table(one.columns.map(({ name, number }) => ({ name, right: number === true })), one.rows.map((row) => row.map(prose)));
    case 'parts':
      return parts(one);
    case 'moments':
      return one.moments.map(({ at, what, more }, i) => `${i + 1}. ${escapeMarkdown((one.grain === 'day' ? formatDate : formatTime)(at))}: **${escapeMarkdown(what)}.** ${escapeMarkdown(more)}`).join('\n');
    case 'command':
      return `    ${one.text.replaceAll('\n', '\n    ')}`;
    default:
      return one satisfies never;
  }
}

function parts({ heading, noun, parts: all }: Extract<Block, { kind: 'parts' }>): string {
  const whole = sumOf(all);
  const rows = all.map(({ label, sentence, count }) => [`**${escapeMarkdown(label)}** ${escapeMarkdown(sentence)}`, formatCount(count), escapeMarkdown(shareOf(count, whole))]);
  return table([{ name: heading, right: false }, { name: capital(noun[1]), right: true }, { name: 'Share', right: true }], rows);
}

type Head = { readonly name: string; readonly right: boolean };

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A bar in a cell would end it, in a code span too. */
function table(heads: readonly Head[], rows: readonly (readonly string[])[]): string {
  return [
    line(heads.map(({ name }) => escapeMarkdown(name))),
    line(heads.map(({ right }) => (right ? '---:' : '---'))),
    ...rows.map((row) => line(row.map((cell) => cell.replaceAll('|', '\\|')))),
  ].join('\n');
}

function prose(text: Prose): string {
  return piecesOf(text).map(piece).join('');
}

function piece(one: Piece): string {
  if (typeof one === 'string') return escapeMarkdown(one);
  if ('code' in one) return codeSpan(one.code);
  if ('strong' in one) return `**${escapeMarkdown(one.strong)}**`;
  if ('stands' in one) return `${one.sign} ${escapeMarkdown(one.word)}`;
  return escapeMarkdown('time' in one ? formatTime(one.time) : formatDate(one.day));
}
