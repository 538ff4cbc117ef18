import { sha256Base64 } from '#crypto-backend';
import { pageHead } from './head.ts';
import { html, verbatim, writeMarkup, type Markup } from './markup.ts';
import { styleText } from './style.ts';

/** A page of an export: `up` leads from its folder to that of `index.html`, and is empty or ends with `/`. */
export type PageFrame = { readonly title: string; readonly up: string; readonly script?: string };

/**
 * What a page may load: files of its own export and nothing from any network; of styles and scripts those with these hashes. `file:` is named because in a folder on a
 * disk nothing is `'self'` in every browser.
 */
function policy(script: string | undefined): string {
  const run = script === undefined ? "'none'" : hashOf(script);
  return `default-src 'none'; style-src ${hashOf(styleText)}; script-src ${run}; img-src 'self' file: data:; media-src 'self' file:; base-uri 'none'; form-action 'none'`;
}

/** The hash of a style sheet or a script, in padded base64. */
function hashOf(text: string): string {
  const base64 = sha256Base64(text);
  return `'sha256-${base64.padEnd(Math.ceil(base64.length / 4) * 4, '=')}'`;
}

/** The beginning of a page, up to its body. */
export function pageStart({ title, script }: PageFrame): string {
  return writeMarkup(html`${pageHead({ policy: policy(script), title: html`${title}`, styles: html`<style>${verbatim(styleText)}</style>` })}
<body>
<a class="skip" href="#main">Skip to the content</a>
`);
}

/** The end of a page. */
export function pageEnd({ script }: PageFrame): string {
  return writeMarkup(html`${script === undefined ? undefined : html`<script>${verbatim(script)}</script>
`}</body>
</html>
`);
}

/** Ways from a page to the others. */
export function topLinks(up: string, here: 'index' | 'room' | 'search' | 'pictures'): Markup {
  const link = (page: string, name: string, path: string): Markup => (here === page ? html`<span aria-current="page">${name}</span>` : html`<a href="${up}${path}">${name}</a>`);
  return html`<nav class="top" aria-label="This copy">${link('index', 'Your data', 'index.html')} ${link('search', 'Search', 'search/index.html')} ${link('pictures', 'Pictures', 'pictures/index.html')}</nav>`;
}

/** Links to the parts of something that is too large for one page. */
export function partLinks(files: readonly string[], current: number): Markup | undefined {
  if (files.length < 2) return undefined;
  const items = files.map((file, index) => html`<li>${index === current ? html`<span aria-current="page">${index + 1}</span>` : html`<a href="${file}">${index + 1}</a>`}</li>`);
  return html`<nav class="parts" aria-label="Parts"><ol>${items}</ol></nav>`;
}

/** Links to the part before and the part after. */
export function neighbourLinks(before: string | undefined, after: string | undefined, where: 'Above' | 'Below'): Markup | undefined {
  if (before === undefined && after === undefined) return undefined;
  return html`<nav class="parts" aria-label="${where}: earlier and later"><ol>${neighbour(before, 'Earlier')}${neighbour(after, 'Later')}</ol></nav>`;
}

function neighbour(file: string | undefined, text: string): Markup | undefined {
  return file === undefined ? undefined : html`<li><a href="${file}">${text}</a></li>`;
}
