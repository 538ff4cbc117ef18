import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { findChromium } from './chromium.ts';
import { noteProblems } from './look.ts';

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
  const problems = noteProblems(page);
  await page.goto(ADDRESS, { waitUntil: 'load' });
  return { page, requests, problems, close: () => context.close() };
}
