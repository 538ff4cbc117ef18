/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { describe, expect, test } from 'vitest';
import { renderReportPage } from '../../src/cli/report/html.ts';
import { operatorDocument } from '../../src/cli/report/operator-document.ts';
import { subjectDocument } from '../../src/cli/report/subject-document.ts';
import { reportToSubject } from '../../src/portability/report/subject.ts';
import { planOf } from '../cli/sample-plan.ts';
import { generatedAt, sampleOperatorReport, sampleSubjectReport } from '../cli/sample-report.ts';
import { open } from './browser.ts';
import { examine, overflow } from './look.ts';

const pages = [
  ['for the person', renderReportPage(subjectDocument(sampleSubjectReport))],
  ['for the operator', renderReportPage(operatorDocument(sampleOperatorReport))],
  ['of nothing', renderReportPage(subjectDocument(reportToSubject(planOf([]), { generatedAt })))],
] as const;

describe.each(pages)('a report %s', (name, markup) => {
  test.each([[360, 'light'], [360, 'dark'], [1280, 'light'], [1280, 'dark']] as const)('%i pixels wide, %s: no rule of accessibility is broken, nothing sticks out', async (width, colorScheme) => {
    const { page, requests, problems, close } = await open(markup, { viewport: { width, height: 800 }, colorScheme });
    const { violations, passed } = await examine(page);
    expect(violations).toEqual([]);
    expect(passed).toEqual(expect.arrayContaining(['color-contrast', 'heading-order', 'region', 'landmark-one-main', ...(name === 'of nothing' ? [] : ['svg-img-alt'])]));
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect([requests, problems]).toEqual([[], []]);
    expect(await page.evaluate(() => [document.scripts.length, document.images.length, document.querySelectorAll('iframe, object, embed').length])).toEqual([0, 0, 0]);
    await close();
  });

  test('on paper: dark on white, and all of it', async () => {
    const { page, close } = await open(markup, { viewport: { width: 680, height: 960 }, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color])).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
    await close();
  });
});

describe.each([360, 1280])('charts, %i pixels wide', (width) => {
  test('every mark of the time line is inside, none covers another, and each has its entry', async () => {
    const { page, close } = await open(pages[0][1], { viewport: { width, height: 800 } });
    const marks = await page.evaluate(() => [...document.querySelectorAll('svg.time circle')].map((mark) => mark.getBoundingClientRect()).map(({ x, y, right, bottom }) => ({ x, y, right, bottom })));
    expect(marks).toHaveLength(await page.locator('ol.line li').count());
    expect(marks.length).toBeGreaterThan(4);
    for (const [i, one] of marks.entries()) {
      expect(one.x).toBeGreaterThanOrEqual(0);
      expect(one.right).toBeLessThanOrEqual(width);
      for (const other of marks.slice(i + 1)) expect(one.right <= other.x || other.right <= one.x || one.bottom <= other.y || other.bottom <= one.y).toBe(true);
    }
    await close();
  });

  test('the labels of its axis do not run into each other, nor out of the page', async () => {
    const { page, close } = await open(pages[0][1], { viewport: { width, height: 800 } });
    const labels = await page.evaluate(() => [...document.querySelectorAll('svg.time .tick')].map((label) => label.getBoundingClientRect()).map(({ x, right }) => [x, right] as const));
    expect(labels.length).toBeGreaterThan(2);
    for (const [i, [x, right]] of labels.entries()) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(width);
      expect(right).toBeLessThan(labels[i + 1]?.[0] ?? Infinity);
    }
    await close();
  });
});

test('parts of a ring and of bars can be told apart without colour', async () => {
  const { page, close } = await open(pages[1][1]);
  const fills = await page.evaluate(() => [...document.querySelectorAll('.ring .part')].map((part) => part.getAttribute('fill')));
  expect(fills).toHaveLength(5);
  expect(new Set(fills).size).toBe(5);
  const shapes = await page.evaluate((names) => names.map((name) => document.querySelector((name ?? '').slice(4, -1))?.innerHTML.replace(/var\(--[a-z]+\)/g, '')), fills);
  expect(new Set(shapes).size).toBe(5);
  await close();
});

test('names that would act are only shown', async () => {
  const { page, requests, problems, close } = await open(pages[1][1]);
  expect(await page.locator('script, img, i').count()).toBe(0);
  expect(await page.title()).toContain('Report of an erasure');
  expect([requests, problems]).toEqual([[], []]);
  await close();
});
