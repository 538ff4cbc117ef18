/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { renderPlanPage } from '../../src/cli/page/page.ts';
import { renderRevocationPage } from '../../src/cli/page/revocation-page.ts';
import { sampleRevocation } from '../cli/sample-revocation.ts';
import { eventIds, planOf, room, samplePlan, sampleVerification } from '../cli/sample-plan.ts';
import { open } from './browser.ts';
import { examine, overflow, unfold } from './look.ts';

const plain = renderPlanPage(samplePlan);
const verified = renderPlanPage(samplePlan, { verification: sampleVerification, generatedAt: 0 });

/** The widths of a small phone, of one that zooms, and of a desk. */
const widths: readonly number[] = [320, 360, 390, 1280];
const schemes = ['light', 'dark'] as const;

describe.each([360, 1280])('%i pixels wide', (width) => {
  test.each(schemes)('it breaks no rule of accessibility in %s', async (colorScheme) => {
    const { page, close } = await open(verified, { viewport: { width, height: 800 }, colorScheme });
    await unfold(page);
    const { violations, passed } = await examine(page);
    expect(violations).toEqual([]);
    expect(passed).toEqual(expect.arrayContaining(['color-contrast', 'heading-order', 'svg-img-alt', 'region', 'landmark-one-main']));
    await close();
  });
});

test('a plan that was not carried out breaks no rule of accessibility either', async () => {
  const { page, close } = await open(plain);
  expect((await examine(page)).violations).toEqual([]);
  await close();
});

test.each([360, 1280])('a plan to revoke breaks no rule of accessibility, and nothing sticks out of %i pixels', async (width) => {
  for (const colorScheme of schemes) {
    const { page, problems, close } = await open(renderRevocationPage(sampleRevocation), { viewport: { width, height: 800 }, colorScheme });
    await unfold(page);
    expect((await examine(page)).violations).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
    await close();
  }
});

test('the examination would find a fault', async () => {
  const { page, close } = await open(plain.replace('lang="en"', '').replace('--soft: #5d5850', '--soft: #b0b0b0'));
  expect((await examine(page)).violations.map(([id]) => id)).toEqual(expect.arrayContaining(['html-has-lang', 'color-contrast']));
  await close();
});

test.each(widths)('nothing sticks out of %i pixels, folded or unfolded', async (width) => {
  const { page, close } = await open(verified, { viewport: { width, height: 800 } });
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await unfold(page);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await close();
});

test('asks for nothing, and nothing in it runs', async () => {
  const { page, requests, problems, close } = await open(verified, { viewport: { width: 1280, height: 800 } });
  await unfold(page);
  await page.mouse.move(200, 400);
  expect(requests).toEqual([]);
  expect(problems).toEqual([]);
  expect(await page.evaluate(() => [document.scripts.length, document.images.length, document.querySelectorAll('iframe, object, embed, marquee, b, i').length])).toEqual([0, 0, 0]);
  await close();
});

test('would be stopped by its own policy if something slipped in', async () => {
  const slipped = verified.replace('<main', '<img src="https://elsewhere.test/x.png"><script>document.title = "pwned"</script><main');
  const { page, problems, close } = await open(slipped);
  expect(await page.title()).toBe('Erasure plan: @alice:hs1.test:18441');
  expect(problems.join('\n')).toMatch(/Content Security Policy/);
  await close();
});

describe('without JavaScript', () => {
  test('it can be read, and unfolded from the keyboard', async () => {
    const { page, close } = await open(plain, { javaScriptEnabled: false, viewport: { width: 390, height: 800 } });
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('@alice:hs1.test:18441');
    const summary = page.locator('#rooms summary').first();
    const row = page.locator('#rooms details').first().locator('td').first();
    expect(await row.isVisible()).toBe(false);
    await tabTo(page, '#rooms summary');
    expect(await summary.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await summary.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid');
    await page.keyboard.press('Enter');
    expect(await row.isVisible()).toBe(true);
    await page.keyboard.press('Space');
    expect(await row.isVisible()).toBe(false);
    await close();
  });

  test('the first stop of the keyboard leads past the contents', async () => {
    const { page, close } = await open(plain, { javaScriptEnabled: false });
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the plan');
    expect(await page.evaluate(() => document.activeElement?.getBoundingClientRect().left)).toBe(0);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await close();
  });
});

/** Presses the tabulator until an element of a kind has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
  }
}

describe('on paper', () => {
  const hidden = (page: Page): Promise<number> => page.evaluate(() => [...document.querySelectorAll('main td, main caption')].filter((cell) => !cell.checkVisibility()).length);

  test.each(schemes)('everything shows, dark on white, for a reader of %s pages', async (colorScheme) => {
    const { page, close } = await open(verified, { colorScheme, viewport: { width: 680, height: 960 } });
    expect(await hidden(page)).toBeGreaterThan(100);
    await page.emulateMedia({ media: 'print', colorScheme });
    expect(await hidden(page)).toBe(0);
    expect(await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color])).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    expect(await page.locator('nav').isVisible()).toBe(false);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await close();
  });

  test('the folded events are on the pages that come out', async () => {
    const { page, close } = await open(plain);
    const unfolded = pagesOf(await page.pdf({ format: 'A4' }));
    await page.evaluate(() => document.querySelectorAll('details').forEach((details) => details.remove()));
    expect(unfolded).toBeGreaterThan(2 * pagesOf(await page.pdf({ format: 'A4' })));
    await close();
  });
});

/** The number of pages of a PDF: the count at the root of its tree of pages, which is the highest. */
function pagesOf(pdf: Buffer): number {
  return Math.max(...[...pdf.toString('latin1').matchAll(/\/Count (\d+)/g)].map(([, count]) => Number(count)));
}

test('100,000 events in 1,000 rooms are laid out', async () => {
  const id = eventIds(9);
  const rooms = Array.from({ length: 1000 }, (_, i) =>
    room(`!${i}:hs1.test`, '10', Array.from({ length: 100 }, () => ({ event_id: id(), type: 'm.room.message', treatment: 'hide', reason: 'others-had-access' }) as const)));
  const { page, close } = await open(renderPlanPage(planOf(rooms)), { viewport: { width: 390, height: 800 } });
  await unfold(page);
  expect(await page.locator('.room').count()).toBe(300);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await close();
});
