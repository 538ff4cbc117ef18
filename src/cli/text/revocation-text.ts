import { createColors } from 'picocolors';
import type { RevocationPlan, RevocationTotals, RevokedEntry } from '../../erasure/revocation.ts';
import { countOf, formatCount, formatTime, inWords } from './numbers.ts';
import type { TextOptions } from './plan-text.ts';
import { revokedReasons } from './sentences.ts';
import { shorten, visible, wrap } from './visible.ts';

const MIN_WIDTH = 24;
const ROOMS_SHOWN = 50;

/** A plan to revoke for people at a terminal: what comes back, what is gone, and one line that sums it up. */
export function renderRevocationText(revocation: RevocationPlan, { color = false, width = 80 }: TextOptions = {}): string {
  const columns = Math.max(width, MIN_WIDTH);
  const { bold } = createColors(color);
  const { request, rooms } = revocation;
  const head = `Revocation for ${inWords(request.subjects.map((subject) => shorten(visible(subject), columns)))}`;
  const when = `In effect from ${formatTime(request.effectiveAt)}, revoked ${formatTime(request.revokedAt)}.`;
  const listed = rooms.slice(0, ROOMS_SHOWN).map(({ room_id: id, totals }) => `${shorten(visible(id), columns - 2)}: ${inWords(parts(totals))}`);
  const more = rooms.length > ROOMS_SHOWN ? [`${formatCount(rooms.length - ROOMS_SHOWN)} more rooms, in the file`] : [];
  const blocks: readonly (readonly string[])[] = [
    [bold(wrap(head, columns, '  ')), wrap(when, columns, '  ')],
    [bold('Rooms'), ...[...listed, ...more].map((line) => wrap(line, columns, '  '))],
    [bold(wrap('What comes back, and what does not', columns, '  ')), ...countReasons(revocation).map(([reason, count]) => wrap(`- ${countOf(count, 'event')}. ${revokedReasons[reason]}`, columns, '  '))],
  ];
  return `${[...blocks.map((lines) => lines.join('\n')), revocationLine(revocation.totals)].join('\n\n')}\n`;
}

/**
 * The last line of a printed plan to revoke.
 * @example revocationLine({ returns: 1, gone: 2, unchanged: 3 }) // 'Revocation: 1 to come back, 2 gone, 3 as they always were. Nothing changed.'
 */
export function revocationLine({ returns, gone, unchanged }: RevocationTotals): string {
  return `Revocation: ${formatCount(returns)} to come back, ${formatCount(gone)} gone, ${formatCount(unchanged)} as they always were. Nothing changed.`;
}

/** How many events of each reason, the most frequent first. */
export function countReasons({ rooms }: RevocationPlan): readonly (readonly [reason: RevokedEntry['reason'], count: number])[] {
  const counts = new Map<RevokedEntry['reason'], number>();
  for (const { entries } of rooms) for (const { reason } of entries) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

function parts({ returns, gone, unchanged }: RevocationTotals): readonly string[] {
  return [`${formatCount(returns)} to come back`, `${formatCount(gone)} gone`, `${formatCount(unchanged)} as they were`];
}
