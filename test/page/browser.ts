/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { findChromium } from './chromium.ts';

const ADDRESS = 'https://plan.test/';

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findChromium() });
});
afterAll(async () => {
  await browser.close();
});

/** A page that was opened, with what it asked for and complained of. */
export type Opened = { readonly page: Page; readonly requests: readonly string[]; readonly problems: readonly string[]; readonly close: () => Promise<void> };

/** Opens a page in a browser that can reach nothing else, and notes what it asks for and complains of. */
export async function open(markup: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext(options);
  const requests: string[] = [];
  const problems: string[] = [];
  await context.route('**/*', async (route) => {
    const url = route.request().url();
    if (url === ADDRESS) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: markup });
    requests.push(url);
    return route.abort();
  });
  const page = await context.newPage();
  page.on('request', (request) => {
    if (request.url() !== ADDRESS && !request.url().startsWith('data:')) requests.push(request.url());
  });
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(ADDRESS, { waitUntil: 'load' });
  return { page, requests, problems, close: () => context.close() };
}

/** Opens everything that can be unfolded. */
export async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}

/** What axe finds wrong, with the elements, and which of its rules were met. */
export async function examine(page: Page): Promise<{ readonly violations: readonly (readonly string[])[]; readonly passed: readonly string[] }> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: run } = window as unknown as { readonly axe: typeof axe };
    const { violations, passes } = await run.run(document);
    return { violations: violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map((node) => node.html)]), passed: passes.map(({ id }) => id) };
  });
}

/** How far the page, or anything in it, sticks out to the right (pixels). */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const boxes = [...document.body.querySelectorAll('*')].filter((element) => element.closest('.unseen, .skip, defs') === null);
    const right = Math.max(...boxes.map((element) => element.getBoundingClientRect().right));
    return Math.round(Math.max(document.documentElement.scrollWidth, right) - width);
  });
}
