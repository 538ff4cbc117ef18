import { createColors } from 'picocolors';
import type { Check, CheckStatus, TextSearch, VerdictChange, Verification } from '../../erasure/verification.ts';
import { countOf, formatCount } from './numbers.ts';
import type { TextOptions } from './plan-text.ts';
import { checks, checkSigns, exceptedSentence, textStatuses, verdictSentence } from './sentences.ts';
import { countsLine, sumFindings, textSearchLines } from './text-search-text.ts';
import { shorten, visible, wrap } from './visible.ts';

const LABEL_WIDTH = Math.max(...Object.values(checks).map(({ label }) => label.length));
const STATUS_WIDTH = '✓ unknown'.length;
const GAP = '  ';
const MIN_WIDTH = 24;

/** What verification found, for people at a terminal: each check with a word for how it ended, and one line that sums it up. */
export function renderVerificationText(verification: Verification, { color = false, width = 80 }: TextOptions = {}): string {
  const columns = Math.max(width, MIN_WIDTH);
  const { bold } = createColors(color);
  const lines = verification.checks.flatMap((check) => checkLines(check, columns, color));
  const searched = verification.texts === undefined ? [] : ['', ...searchLines(verification.texts, columns, color)];
  return `${[bold('Verification'), ...lines, ...searched, '', verdictLine(verification)].join('\n')}\n`;
}

/**
 * The last line of a printed verification.
 * @example verdictLine({ verdict: 'clean', checks: [] }) // 'Verified: 0 passed, 0 failed, 0 unknown. Every check passed.'
 */
export function verdictLine(verification: Verification): string {
  const { checks: made, texts } = verification;
  const ended = (status: CheckStatus): string => `${formatCount(made.filter((check) => check.status === status).length)} ${status}`;
  const excepted = made.reduce((sum, check) => sum + (check.excepted ?? 0), 0);
  const kept = excepted === 0 ? '' : ` ${countOf(excepted, 'kept event')} still ${excepted === 1 ? 'holds' : 'hold'} text.`;
  return `Verified: ${ended('passed')}, ${ended('failed')}, ${ended('unknown')}. ${verdictSentence(verification)}${kept}${texts === undefined ? '' : ` Texts: ${countsLine(sumFindings(texts))}.`}`;
}

function searchLines(search: TextSearch, width: number, color: boolean): readonly string[] {
  const { bold, green, red, yellow } = createColors(color);
  const { sign, status } = textStatuses[search.verdict];
  const paint = { passed: green, failed: red, unknown: yellow }[status];
  const head = `${bold('Texts that were searched for')}: ${paint(`${sign} ${search.verdict === 'not-found' ? 'not found' : search.verdict}`)}`;
  return [head, ...textSearchLines(search).map((line) => wrap(line, width, '  '))];
}

/** How the verdict on an event changed, and by which rule. */
function changeIn(change: VerdictChange | undefined): string {
  return change === undefined ? '' : ` was ${visible(change.before)}, is ${visible(change.after)}`;
}

function checkLines({ check, status, checked, failed, unknown, excepted, changes = [], examples }: Check, width: number, color: boolean): readonly string[] {
  const { green, red, yellow } = createColors(color);
  const paint = { passed: green, failed: red, unknown: yellow }[status];
  const found = checked === 0 ? 'nothing to check' : `${formatCount(checked)} checked${failed === 0 ? '' : `, ${formatCount(failed)} failed`}`;
  const fits = STATUS_WIDTH + GAP.length + LABEL_WIDTH + GAP.length + found.length <= width;
  const details = [
    ...(fits ? [] : [found]),
    ...(status === 'passed' ? [] : [checks[check].sentence]),
    ...(unknown === undefined ? [] : [`Not checked: ${visible(unknown)}`]),
    ...(excepted === undefined ? [] : [exceptedSentence(excepted)]),
    ...examples.map((example, index) => `${shorten(visible(example), width - 4)}${changeIn(changes[index])}`),
  ];
  const name = fits ? `${checks[check].label.padEnd(LABEL_WIDTH)}${GAP}${found}` : checks[check].label;
  const head = `${paint(`${checkSigns[status]} ${status.padEnd(7)}`)}${GAP}${name}`;
  return [head, ...details.map((detail) => `    ${wrap(detail, width - 4, '    ')}`)];
}
