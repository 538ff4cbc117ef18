import { html, writeMarkup, type Markup } from './markup.ts';
import { pageEnd, pageStart, partLinks, topLinks, type PageFrame } from './document.ts';

/** A picture of an export, and where it was sent: the page and the anchor there. */
export type Picture = { readonly file: string; readonly name: string; readonly room: string; readonly page: string };

const FRAME: PageFrame = { title: 'Your pictures', up: '../' };

/** A page of pictures. */
export function picturesPage(pictures: readonly Picture[], files: readonly string[], current: number): string {
  return pageStart(FRAME) + writeMarkup(html`<header>
${topLinks('../', 'pictures')}
<h1>Your pictures</h1>
${partLinks(files, current)}
</header>
<main id="main" tabindex="-1">
${pictures.length === 0 ? html`<p>There are no pictures in this copy.</p>` : html`<ul class="pictures">${pictures.map(pictureItem)}</ul>`}
</main>
`) + pageEnd(FRAME);
}

function pictureItem({ file, name, room, page }: Picture): Markup {
  return html`<li><a href="../${file}"><img src="../${file}" alt="${name}" loading="lazy"></a><a href="../${page}">in ${room}</a></li>
`;
}
