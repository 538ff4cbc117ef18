const markup: unique symbol = Symbol('matrix-erasure.markup');

/** Markup that came from a tag of `tagFor`, and so holds no text that was not escaped. Nothing else can make it. */
export type Markup = { readonly [markup]: string };

/** What may stand in a template. Text is escaped, markup is not, `undefined` is nothing. */
export type MarkupPart = Markup | string | number | undefined | readonly MarkupPart[];

const ENTITIES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const SPECIAL = /[&<>"']/g;
// Characters that no document may have, and halves of characters that no encoding can write.
// oxlint-disable-next-line no-control-regex
const IMPOSSIBLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]|\p{Surrogate}/gu;

/**
 * Text without the characters that mean something in markup.
 * @example escapeSpecial('<b title="x">') // '&lt;b title=&quot;x&quot;&gt;'
 */
export function escapeSpecial(text: string): string {
  return text.replace(SPECIAL, (character) => ENTITIES[character] ?? '');
}

/**
 * Text for an element or a quoted attribute. What people wrote is shown as they wrote it, line breaks and joined emoji included: overrides of direction, which could
 * show another text, end with the element, as the style sheet isolates it.
 * @example escapeText('<b title="x">') // '&lt;b title=&quot;x&quot;&gt;'
 */
export function escapeText(text: string): string {
  return escapeSpecial(text.replace(IMPOSSIBLE, '\ufffd'));
}

/** Makes markup from a template literal: whatever is put into it is escaped, unless it is markup itself. */
export type MarkupTag = (template: TemplateStringsArray, ...parts: readonly MarkupPart[]) => Markup;

/**
 * A tag that escapes text in one way.
 * @example writeMarkup(tagFor(escapeText)`<b>${'<i>'}</b>`) // '<b>&lt;i&gt;</b>'
 */
export function tagFor(escape: (text: string) => string): MarkupTag {
  const render = (part: MarkupPart): string => {
    if (part === undefined) return '';
    if (typeof part === 'string' || typeof part === 'number') return escape(String(part));
    return isMarkup(part) ? part[markup] : part.map(render).join('');
  };
  return (template, ...parts) => ({ [markup]: template.raw.map((text, i) => text + (i < parts.length ? render(parts[i]) : '')).join('') });
}

/**
 * Markup in which people's texts stand as they wrote them.
 * @example writeMarkup(html`<b>${'<i>'}</b>`) // '<b>&lt;i&gt;</b>'
 */
export const html: MarkupTag = tagFor(escapeText);

/** The text of markup. */
export function writeMarkup(part: Markup): string {
  return part[markup];
}

/** Text of our own that is to stand as it is: style sheets and scripts. */
export function verbatim(text: string): Markup {
  return { [markup]: text };
}

function isMarkup(part: Markup | readonly MarkupPart[]): part is Markup {
  return Object.hasOwn(part, markup);
}
