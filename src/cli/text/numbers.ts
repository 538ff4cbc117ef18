const WEEKDAYS: readonly string[] = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const LATEST_TIME = 8.64e15;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A number with thousands separators.
 * @example formatCount(1949) // '1,949'
 */
export function formatCount(count: number): string {
  return String(count).replace(/(?<=\d)(?=(?:\d{3})+$)/g, ',');
}

/**
 * A number and its noun.
 * @example countOf(1, 'event') // '1 event'
 */
export function countOf(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** Whether a number is a time that a calendar has a date for. */
export function isTime(time: number): boolean {
  return Number.isFinite(time) && Math.abs(time) <= LATEST_TIME;
}

/**
 * A time (ms since 1970) as weekday, date and time in UTC.
 * @example formatTime(0) // 'Thu 1970-01-01 00:00 UTC'
 */
export function formatTime(time: number): string {
  if (!isTime(time)) return 'no valid time';
  const iso = new Date(time).toISOString();
  const [date = '', clock = ''] = iso.split('T');
  return `${WEEKDAYS[new Date(time).getUTCDay()]} ${date} ${clock.slice(0, 5)} UTC`;
}

/**
 * How far one time is from another, in whole days.
 * @example formatDistance(0, 86400000) // '1 day after'
 */
export function formatDistance(from: number, to: number): string {
  const days = Math.round(Math.abs(to - from) / DAY_MS);
  if (days === 0) return 'the same day as';
  return `${countOf(days, 'day')} ${to > from ? 'after' : 'before'}`;
}

const SPANS: readonly (readonly [ms: number, noun: string])[] = [[DAY_MS, 'day'], [3_600_000, 'hour'], [60_000, 'minute'], [1000, 'second']];

/**
 * How long something takes (ms), in the largest unit of which it is two, rounded up.
 * @example formatSpan(150000) // '3 minutes'
 */
export function formatSpan(ms: number): string {
  const [unit, noun] = SPANS.find(([size]) => ms >= 2 * size) ?? [1000, 'second'];
  return countOf(Math.ceil(ms / unit), noun);
}

/**
 * The parts as a list in English.
 * @example inWords(['a', 'b', 'c']) // 'a, b and c'
 */
export function inWords(parts: readonly string[], and: string = ' and '): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')}${and}${last}`;
}

/**
 * A share in percent, never rounded to nothing or to everything.
 * @example percent(99.97) // 'over 99.9 %'
 */
export function percent(share: number): string {
  if (share > 0 && share < 0.1) return 'under 0.1 %';
  if (share > 99.9 && share < 100) return 'over 99.9 %';
  return `${share.toFixed(share === 0 || share === 100 ? 0 : 1)} %`;
}

const MONTHS: readonly string[] = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
];

/**
 * A day, or a month, as the axis of a chart has it (UTC).
 * @example formatDay('day')(0) // '1 Jan'
 */
export function formatDay(grain: 'day' | 'month'): (time: number) => string {
  return (time) => {
    const date = new Date(time);
    const month = MONTHS[date.getUTCMonth()]?.slice(0, 3) ?? '';
    return grain === 'day' ? `${date.getUTCDate()} ${month}` : `${month} ${date.getUTCFullYear()}`;
  };
}

/**
 * A day for people, in UTC.
 * @example formatDate(0) // '1 January 1970'
 */
export function formatDate(time: number): string {
  if (!isTime(time)) return 'a day that is not known';
  const date = new Date(time);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/**
 * A time that is left (s), as it is shown while one waits.
 * @example formatTimeLeft(75) // '1 min 15 s'
 */
export function formatTimeLeft(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours === 0 ? `${minutes} min ${whole % 60} s` : `${hours} h ${minutes} min`;
}
