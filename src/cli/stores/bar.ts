import { SingleBar, type Params } from 'cli-progress';
import { formatCount, formatTimeLeft } from '../text/numbers.ts';

/** How far work of a known size is. */
export type ProgressBar = { readonly advance: (steps: number) => void; readonly clear: () => void };

const UPDATES_A_SECOND = 5;
const WIDTH = 24;
const SECOND = 1000;

/** Shows a bar, a rate and the time that is left on a terminal; nothing where there is none. */
export function createBar(label: string, { total, done = 0, unit }: { readonly total: number; readonly done?: number; readonly unit: string }): ProgressBar {
  if (!process.stderr.isTTY || total === 0) return { advance: () => undefined, clear: () => undefined };
  const format = (_: unknown, params: Params): string => barText(label, { ...params, first: done, unit });
  const bar = new SingleBar({ stream: process.stderr, format, fps: UPDATES_A_SECOND, clearOnComplete: true, gracefulExit: false, hideCursor: false, linewrap: false });
  bar.start(total, done);
  return { advance: (steps) => bar.increment(steps), clear: () => bar.stop() };
}

/** What a bar shows. */
export type BarState = Pick<Params, 'value' | 'total' | 'startTime'> & { readonly first: number; readonly unit: string };

/**
 * The text of a bar.
 * @example barText('carrying out', { value: 500, total: 1000, first: 0, startTime: 0, unit: 'events' }, 1000) // 'carrying out [============------------] 500 of 1,000 events, 500 a second, 1 s left'
 */
export function barText(label: string, { value, total, startTime, first, unit }: BarState, now: number = Date.now()): string {
  const filled = Math.round((Math.min(value, total) / Math.max(total, 1)) * WIDTH);
  const rate = ((value - first) * SECOND) / Math.max(now - startTime, 1);
  const left = rate > 0 ? `, ${formatTimeLeft((total - value) / rate)} left` : '';
  return `${label} [${'='.repeat(filled)}${'-'.repeat(WIDTH - filled)}] ${formatCount(value)} of ${formatCount(total)} ${unit}, ${formatCount(Math.round(rate))} a second${left}`;
}
