import { escapeSpecial, tagFor, writeMarkup, type Markup, type MarkupPart, type MarkupTag } from '../../portability/page/markup.ts';
import { visible } from '../text/visible.ts';

/** Markup that holds no text that was not escaped. */
export type Html = Markup;

/** What may stand in an `html` template. Text is escaped, markup is not, `undefined` is nothing. */
export type HtmlPart = MarkupPart;

/**
 * Text that is safe in an element and in a quoted attribute. Characters that could hide or reorder text are written out.
 * @example escapeHtml('<b title="x">') // '&lt;b title=&quot;x&quot;&gt;'
 */
export function escapeHtml(text: string): string {
  return escapeSpecial(visible(text));
}

/**
 * Markup in which nothing is hidden: for identifiers, and for whatever strangers chose.
 * @example writeHtml(html`<b>${'<i>'}</b>`) // '<b>&lt;i&gt;</b>'
 */
export const html: MarkupTag = tagFor(escapeHtml);

/** The text of markup. */
export const writeHtml: (part: Html) => string = writeMarkup;
