import { expect, test } from 'vitest';
import { countOf, formatCount, formatDistance, formatTime, inWords } from '../../../src/cli/text/numbers.ts';

test('thousands are separated', () => {
  expect([0, 12, 999, 1000, 1949, 1_234_567, -1000].map(formatCount)).toEqual(['0', '12', '999', '1,000', '1,949', '1,234,567', '-1,000']);
});

test('one event, two events', () => {
  expect([countOf(1, 'event'), countOf(2, 'event'), countOf(2, 'copy', 'copies')]).toEqual(['1 event', '2 events', '2 copies']);
});

test('times are in UTC, with their weekday', () => {
  expect(formatTime(Date.UTC(2026, 10, 23, 20, 7, 9))).toBe('Mon 2026-11-23 20:07 UTC');
  expect([Number.NaN, Infinity, 9e15].map(formatTime)).toEqual(Array.from({ length: 3 }, () => 'no valid time'));
});

test('distances are in days', () => {
  const day = 86_400_000;
  expect([formatDistance(0, 0), formatDistance(0, day), formatDistance(30 * day, 0)]).toEqual(['the same day as', '1 day after', '30 days before']);
});

test('lists read as English', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((parts) => inWords(parts))).toEqual(['', 'a', 'a and b', 'a, b and c']);
});
