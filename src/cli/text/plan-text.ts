import { createColors } from 'picocolors';
import { countAdded } from '../../erasure/plan-facts.ts';
import type { ErasurePlan, PlanTotals } from '../../erasure/plan.ts';
import { groupWarnings, hazardOf, whatStays, type KeptKey, type WarningGroup } from '../../erasure/what-stays.ts';
import { accountLines } from './account-text.ts';
import { countOf, formatCount, formatTime, inWords } from './numbers.ts';
import { elsewhereLines, holdLines, mediaLines, remedyLines, stepLines } from './plan-sections.ts';
import { residueLines } from './residue-text.ts';
import { roomTable } from './room-table.ts';
import { aboutReasons, reaches, treatmentReasons, warningCodes } from './sentences.ts';
import { shorten, visible, wrap } from './visible.ts';

/** How to write for a terminal: whether it shows colour, and how many columns it has. */
export type TextOptions = { readonly color?: boolean; readonly width?: number };

const MIN_WIDTH = 24;
const SERVERS_SHOWN = 5;

/**
 * A plan for people at a terminal: what happens room by room, warnings, what stays and why, deadlines, and one line that
 * sums it up. Identifiers come out with everything escaped that a terminal would act on.
 */
export function renderPlanText(plan: ErasurePlan, { color = false, width = 80 }: TextOptions = {}): string {
  const columns = Math.max(width, MIN_WIDTH);
  const { bold } = createColors(color);
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    [`Erasure of ${inWords(plan.request.subjects.map((subject) => shorten(visible(subject), columns)))}`, headerLines(plan)],
    ['Rooms', roomTable(plan, columns, color)],
    ['Before you approve', groupWarnings(plan.warnings).map((group) => warningLine(group))],
    ['In this order', stepLines(plan)],
    ['Holds', holdLines(plan)],
    ['What others would send first', remedyLines(plan)],
    ['Files', mediaLines(plan)],
    ['Account data', accountLines(plan.account ?? [])],
    ['What stays, and why', stayLines(plan)],
    ['What redaction cannot remove', residueLines(plan.residue)],
    ['Deadlines', deadlineLines(plan)],
  ];
  const blocks = sections.filter(([, lines]) => lines.length > 0).map(([title, lines]) => {
    const body = title === 'Rooms' ? lines : lines.map((line) => wrap(line, columns, '  '));
    return [bold(wrap(title, columns, '  ')), ...body].join('\n');
  });
  return `${[...blocks, summaryLine(plan.totals)].join('\n\n')}\n`;
}

/**
 * The last line of a printed plan.
 * @example summaryLine({ redact: 1949, hide: 4002, purge: 37, keep: 12, held: 4, outOfReach: 211, about: 322 }).startsWith('Plan: 1,949 to redact, ') // true
 */
export function summaryLine({ redact, hide, purge, keep, held, outOfReach, about }: PlanTotals): string {
  const treated = `${formatCount(redact)} to redact, ${formatCount(hide)} to hide, ${formatCount(purge)} to purge, ${formatCount(keep)} to keep`;
  const besides = `${formatCount(held)} held, ${formatCount(outOfReach)} out of reach, ${formatCount(about)} about others`;
  return `Plan: ${treated} (${besides}). Nothing changed.`;
}

function headerLines(plan: ErasurePlan): readonly string[] {
  const { request, rooms, input } = plan;
  const added = countAdded(plan);
  const untouched = input.rooms - rooms.length;
  const elsewhere = untouched === 0 ? '' : ` ${countOf(untouched, 'room')} ${untouched === 1 ? 'holds' : 'hold'} nothing of the person.`;
  return [
    `Requested ${formatTime(request.requestedAt)}, in effect from ${formatTime(request.effectiveAt)}, profile ${visible(request.profile)}.`,
    `${countOf(input.events, 'event')} read in ${countOf(input.rooms, 'room')}.${elsewhere} ${visible(scopeSentence(request))}`,
    ...(request.revokedAt === undefined ? [] : [`Revoked ${formatTime(request.revokedAt)}: what the person sent after they joined again is not covered.`]),
    ...(added === undefined ? [] : [`A supplement: ${countOf(added, 'event')} new, the rest as approved in plan ${visible(plan.supplements ?? '')}.`]),
  ];
}

/** What a request covers, in a sentence. Types come as they are: whoever writes it makes it safe. */
export function scopeSentence({ scope, keepLabels, redactEvents }: ErasurePlan['request']): string {
  const limits = [
    ...(scope.rooms === undefined ? [] : [countOf(scope.rooms.length, 'named room')]),
    ...(scope.types === undefined ? [] : [`events of type ${inWords(scope.types)}`]),
    ...(scope.after === undefined ? [] : [`events after ${formatTime(scope.after)}`]),
    ...(scope.before === undefined ? [] : [`events up to ${formatTime(scope.before)}`]),
  ];
  const covered = limits.length === 0 ? 'Everything the person sent is covered.' : `Covered: only ${inWords(limits)}.`;
  const extras = [...(keepLabels === true ? ['Room labels stay.'] : []), ...(redactEvents === true ? ['Messages are redacted for everybody.'] : [])];
  return [covered, ...extras].join(' ');
}

/** The sentence of a kind of warning, with what it counts. */
export function warningLine(group: WarningGroup): string {
  return `! ${warningCount(group)}: ${warningCodes[group.code].sentence}`;
}

/** What the warnings of a kind add up to: `3 labels in 2 rooms`. */
export function warningCount({ code, count, rooms }: Pick<WarningGroup, 'code' | 'count' | 'rooms'>): string {
  const { unit } = warningCodes[code];
  const counted = countOf(count, unit, unit === 'copy' ? 'copies' : `${unit}s`);
  return rooms === 0 || unit === 'room' ? counted : `${counted} in ${countOf(rooms, 'room')}`;
}

function stayLines(plan: ErasurePlan): readonly string[] {
  const { kept, outOfReach, about, servers } = whatStays(plan);
  const shown = servers.slice(0, SERVERS_SHOWN).map(({ key }) => shorten(visible(key), 60));
  const more = servers.length > shown.length ? [`${formatCount(servers.length - shown.length)} more`] : [];
  const unreached = outOfReach.map(({ key, events }) => `${reaches[key].label} ${formatCount(events)}`);
  const ofOthers = about.map(({ key, events }) => `${aboutReasons[key].label.toLowerCase()} ${formatCount(events)}`);
  return [
    ...kept.map(({ key, events, rooms }) => `- ${countOf(events, 'event')} in ${countOf(rooms, 'room')} kept. ${keptSentence(key)}`),
    ...(unreached.length === 0 ? [] : [`- ${countOf(plan.totals.outOfReach, 'event')} out of reach of a redaction sent into their room: ${inWords(unreached)}.`]),
    ...(ofOthers.length === 0 ? [] : [`- ${countOf(plan.totals.about, 'event')} of others, listed and not touched: ${inWords(ofOthers)}.`]),
    ...(servers.length === 0 ? [] : [`- Copies on ${countOf(servers.length, 'other server')}: ${inWords([...shown, ...more])}.`]),
    ...elsewhereLines(plan),
  ];
}

function keptSentence({ reason, hazard }: KeptKey): string {
  if (hazard === undefined) return treatmentReasons[reason];
  const found = hazardOf(hazard);
  return found === undefined ? `${treatmentReasons[reason]} (${visible(hazard)})` : `Type ${found.type}. ${found.consequence} Remedy: ${found.remedy}`;
}

function deadlineLines({ deadlines, totals, media }: ErasurePlan): readonly string[] {
  const purge = totals.purge + media.purge.length === 0 ? 'nothing to purge' : formatTime(deadlines.purge);
  const review = deadlines.review === undefined ? [] : [`Review by  ${formatTime(deadlines.review)}, the first of the holds`];
  return [`Purge by   ${purge}`, `Answer by  ${formatTime(deadlines.answer)}`, ...review];
}
