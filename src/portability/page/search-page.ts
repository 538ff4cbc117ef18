import { html, verbatim, writeMarkup } from './markup.ts';
import { pageEnd, pageStart, partLinks, topLinks, type PageFrame } from './document.ts';
import { searchScript } from './search-script.ts';

const FRAME: PageFrame = { title: 'Search your messages', up: '../', script: searchScript };

/** The beginning of a page that searches the texts that follow as JSON. */
export function searchPageStart(files: readonly string[], current: number): string {
  return pageStart(FRAME) + writeMarkup(html`<header>
${topLinks('../', 'search')}
<h1>Search your messages</h1>
</header>
<main id="main" tabindex="-1">
<form class="search" id="form" role="search" hidden><input id="term" type="search" aria-label="Words to search for" placeholder="Words to search for" autocomplete="off"><button>Search</button></form>
<p id="without">Searching needs a browser that runs scripts. Without one, open a room and search its page.</p>
${files.length < 2 ? undefined : html`<p class="soft">There are too many messages for one page, so each part is searched on its own, this one being part ${current + 1} of ${files.length}.</p>`}
${partLinks(files, current)}
<p id="status" role="status" class="soft"></p>
<ol class="found" id="found"></ol>
<p><button id="more" hidden>Show more</button></p>
</main>
<script type="application/json" id="data">`);
}

/** The end of such a page. */
export function searchPageEnd(): string {
  return `</script>\n${pageEnd(FRAME)}`;
}

/** JSON as it can stand in such a page: nothing in it ends the element. */
export function embedded(json: string): string {
  return writeMarkup(verbatim(json.replaceAll('<', '\\u003c')));
}
