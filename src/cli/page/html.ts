import { visible } from '../text/visible.ts';

const markup: unique symbol = Symbol('matrix-erasure.markup');

/** Markup that came from the `html` tag, and so holds no text that was not escaped. Nothing else can make it. */
export type Html = { readonly [markup]: string };

/** What may stand in an `html` template. Text is escaped, markup is not, `undefined` is nothing. */
export type HtmlPart = Html | string | number | undefined | readonly HtmlPart[];

const ENTITIES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Text that is safe in an element and in a quoted attribute. Characters that could hide or reorder text are written out.
 * @example escapeHtml('<b title="x">') // '&lt;b title=&quot;x&quot;&gt;'
 */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/**
 * Markup from a template literal: whatever is put into it is escaped, unless it is markup of this kind itself.
 * @example writeHtml(html`<b>${'<i>'}</b>`) // '<b>&lt;i&gt;</b>'
 */
export function html(template: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return { [markup]: template.raw.map((text, i) => text + (i < parts.length ? render(parts[i]) : '')).join('') };
}

/** The text of markup. */
export function writeHtml(part: Html): string {
  return part[markup];
}

function render(part: HtmlPart): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return isMarkup(part) ? part[markup] : part.map(render).join('');
}

function isMarkup(part: Html | readonly HtmlPart[]): part is Html {
  return Object.hasOwn(part, markup);
}
