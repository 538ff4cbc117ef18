/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What a page complains of from now on: every message of the console, error and dialog. */
export function noteProblems(page: Page): readonly string[] {
  const problems: string[] = [];
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return problems;
}

/** Opens everything that can be unfolded. */
export async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}

/** What axe finds wrong, with the elements, and which of its rules were met. */
export async function examine(page: Page): Promise<{ readonly violations: readonly (readonly string[])[]; readonly passed: readonly string[] }> {
  // The policy of a page lets no other script in; the browser's own way does.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: run } = window as unknown as { readonly axe: typeof axe };
    const { violations, passes } = await run.run(document);
    return { violations: violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map((node) => node.html)]), passed: passes.map(({ id }) => id) };
  });
}

/** How far the page, or anything in it but what a selector excepts, sticks out to the right (pixels). */
export async function overflow(page: Page, except = '.unseen, .skip, defs'): Promise<number> {
  return page.evaluate((selector) => {
    const width = document.documentElement.clientWidth;
    const boxes = [...document.body.querySelectorAll('*')].filter((element) => element.closest(selector) === null);
    const right = Math.max(...boxes.map((element) => element.getBoundingClientRect().right));
    return Math.round(Math.max(document.documentElement.scrollWidth, right) - width);
  }, except);
}
