import type { EventRow, Page } from '../store.ts';

/** Rows that are read at once: so many that the wait for them costs nothing, and so few that they need no memory to speak of. */
export const ROWS_AT_ONCE = 250;

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
