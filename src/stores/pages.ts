import type { EventRow, Page } from './store.ts';

/** Rows that are read at once: so many that the wait for them costs nothing, and so few that they are gone before memory is tidied up. */
export const ROWS_AT_ONCE = 250;

/** So many things are asked for at once. */
const ASKED_AT_ONCE = 1000;

/** All rows of a list, page by page. What changes in the list meanwhile comes if it is behind what was given. */
export async function* pagesOf(read: (page: Page) => Promise<readonly EventRow[]>): AsyncGenerator<readonly EventRow[]> {
  let after = 0;
  for (;;) {
    const rows = await read({ after, limit: ROWS_AT_ONCE });
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_AT_ONCE) return;
    after = rows.at(-1)?.place ?? after;
  }
}

/** Asks for a long list in parts. */
export async function inParts<T, R>(items: readonly T[], ask: (part: readonly T[]) => Promise<readonly R[]>): Promise<readonly R[]> {
  const found: R[] = [];
  for (let at = 0; at < items.length; at += ASKED_AT_ONCE) for (const one of await ask(items.slice(at, at + ASKED_AT_ONCE))) found.push(one);
  return found;
}
