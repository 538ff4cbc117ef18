/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { describe, expect, test } from 'vitest';
import { renderGraphPage } from '../../src/cli/graph/page.ts';
import { event, largeRoom, layout, start } from '../cli/graph/rooms.ts';
import { open } from './browser.ts';
import { examine, overflow } from './look.ts';

const EVENTS = 5000;
const LARGEST_BYTES = 4 * 1024 * 1024;
const room = largeRoom(EVENTS);
const folded = layout(room, { auth: true });
const page = renderGraphPage(folded);
const smaller = renderGraphPage(layout(largeRoom(900), { auth: true }));
const sides = Array.from({ length: 300 }, (_, i) => event(`$c${i}`, ['$levels']));
const fan = renderGraphPage(layout([...start, ...sides, event('$end', sides.map(({ event_id: id }) => id))]));
const whole = renderGraphPage(layout(room, { all: true }));

/** What is in the figure may be wider than the page: the figure can be scrolled. */
const EXCEPT_FIGURE = '.unseen, .skip, svg';

test.each([
  ['5,000 events on a phone', page, 360, 'light'],
  ['a smaller room on a phone, dark', smaller, 360, 'dark'],
  ['a smaller room at a desk', smaller, 1280, 'light'],
  ['a smaller room at a desk, dark', smaller, 1280, 'dark'],
] as const)('no rule of accessibility is broken: %s', async (_, markup, width, colorScheme) => {
  const { page: tab, close } = await open(markup, { viewport: { width, height: 900 }, colorScheme });
  const { violations, passed } = await examine(tab);
  expect(violations).toEqual([]);
  expect(passed).toEqual(expect.arrayContaining(['color-contrast', 'role-img-alt', 'region', 'landmark-one-main', ...(width === 360 ? ['scrollable-region-focusable'] : [])]));
  await close();
});

describe.each([360, 1280])('5,000 events, %i pixels wide', (width) => {
  test.each([['folded', page], ['whole', whole]])('%s: all rows are there, and only the figure may be wider', async (_, markup) => {
    expect(Buffer.byteLength(markup)).toBeLessThan(LARGEST_BYTES);
    const { page: tab, requests, problems, close } = await open(markup, { viewport: { width, height: 900 } });
    const rows = markup === whole ? EVENTS : folded.nodes.length;
    expect(await tab.locator('svg.band > g').count()).toBe(rows);
    expect(await tab.evaluate(() => [...document.querySelectorAll('svg.band')].reduce((sum, band) => sum + band.getBoundingClientRect().height, 0))).toBe(24 * rows);
    expect(await overflow(tab, EXCEPT_FIGURE)).toBeLessThanOrEqual(0);
    expect([requests, problems]).toEqual([[], []]);
    expect(await tab.evaluate(() => [document.scripts.length, document.images.length, document.querySelectorAll('iframe, object, embed').length])).toEqual([0, 0, 0]);
    await close();
  });
});

test('on a phone the figure can be scrolled, from the keyboard too', async () => {
  const { page: tab, close } = await open(page, { viewport: { width: 360, height: 800 } });
  const region = tab.locator('.scroll');
  expect(await region.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
  await region.focus();
  await tab.keyboard.press('ArrowRight');
  await tab.waitForFunction(() => (document.querySelector('.scroll')?.scrollLeft ?? 0) > 0);
  await close();
});

test('texts of a row do not run into each other', async () => {
  const { page: tab, close } = await open(page, { viewport: { width: 1280, height: 900 } });
  const overlaps = await tab.evaluate(() => [...document.querySelectorAll('svg.band text')].filter((text) => {
    const parts = [...text.querySelectorAll('tspan')].map((part) => {
      const at = part.getStartPositionOfChar(0).x;
      return [at, at + part.getComputedTextLength()];
    });
    return parts.some(([, end = 0], i) => i + 1 < parts.length && end > (parts[i + 1]?.[0] ?? Infinity));
  }).map(({ textContent }) => textContent));
  expect(overlaps).toEqual([]);
  await close();
});

test.each([['5,000 events', page], ['a fan of 300 events', fan]])('marks are left of the text of their row: %s', async (_, markup) => {
  const { page: tab, close } = await open(markup, { viewport: { width: 1280, height: 900 } });
  const gaps = await tab.evaluate(() => [...document.querySelectorAll('svg.band > g')].map((row) => {
    const marks = [...row.querySelectorAll('path, circle, rect:not(.row)')].map((mark) => mark.getBoundingClientRect().right);
    return (row.querySelector('text')?.getBoundingClientRect().left ?? 0) - Math.max(...marks);
  }));
  expect(gaps.length).toBeGreaterThan(300);
  expect(Math.min(...gaps)).toBeGreaterThan(2);
  await close();
});

test('the marks differ in shape, and without colour', async () => {
  const { page: tab, close } = await open(page, { viewport: { width: 1280, height: 900 }, forcedColors: 'active' });
  const shapes = await tab.evaluate(() => ['.state', '.message', '.redaction', '.cross', '.ring', '.hazard', '.frame'].map((name) => {
    const mark = document.querySelector(`.legend ${name}`);
    return `${mark?.localName} ${mark?.getAttribute('d') ?? mark?.getAttribute('r') ?? mark?.getAttribute('rx')}`;
  }));
  expect(new Set(shapes).size).toBe(shapes.length);
  const hollow = await tab.evaluate(() => [...document.querySelectorAll('.legend .message')].map((mark) => getComputedStyle(mark).fill));
  expect(new Set(hollow).size).toBeGreaterThan(1);
  await close();
});

test('names that would act are only shown', async () => {
  const hostile = renderGraphPage(layout([...start, event('$"><img src=x>', ['$levels'], '</title></svg><script>document.title = "acted"</script>', { state_key: '\u202e]]><b>' })]));
  const { page: tab, requests, problems, close } = await open(hostile);
  expect(await tab.title()).toBe('Event graph: !graph:a.example');
  expect(await tab.locator('script, img, b').count()).toBe(0);
  expect([requests, problems]).toEqual([[], []]);
  await close();
});

test('on paper: dark on white, no wider than the sheet, and no picture is cut', async () => {
  const { page: tab, close } = await open(page, { viewport: { width: 680, height: 960 }, colorScheme: 'dark' });
  await tab.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await tab.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color])).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
  const bands = await tab.evaluate(() => [...document.querySelectorAll('svg.band')].map((band) => band.getBoundingClientRect()).map(({ right, height }) => [right, height]));
  for (const [right = Infinity, height = Infinity] of bands) {
    expect(right).toBeLessThanOrEqual(680);
    expect(height).toBeLessThanOrEqual(490);
  }
  expect((await tab.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
  await close();
});
