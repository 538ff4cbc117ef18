/** What stands for the placeholders of a template. Texts that come from elsewhere are to be made harmless first: {@link plainText}. */
export type TemplateValues = Readonly<Record<string, string>>;

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const BRACES = /\{\{|\}\}/;

/**
 * Puts values in the places of `{{names}}`.
 * @throws {TemplateError} when a placeholder has no value, or braces do not match
 */
export function fillTemplate(template: string, values: TemplateValues): string {
  checkTemplate(template, Object.keys(values));
  return template.replaceAll(PLACEHOLDER, (_, name: string) => values[name.trim()] ?? '');
}

/**
 * Makes sure that a template has no placeholders but these, before anybody is written to with it.
 * @throws {TemplateError} when it has, or braces do not match
 */
export function checkTemplate(template: string, names: readonly string[]): void {
  for (const [, written = ''] of template.matchAll(PLACEHOLDER)) if (!names.includes(written.trim())) throw new TemplateError(written.trim(), names);
  if (BRACES.test(template.replaceAll(PLACEHOLDER, ''))) throw new TemplateError(undefined, names);
}

// Control characters, line and paragraph separators, and what changes the direction of the text behind it.
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text from elsewhere on one line, with nothing in it that is not seen. */
export function plainText(text: string): string {
  return text.replaceAll(UNSAFE, '\ufffd');
}

/** A template cannot be filled: `placeholder` is the name that is not known, or `undefined` where braces do not match. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly placeholder: string | undefined;

  constructor(placeholder: string | undefined, names: readonly string[]) {
    const what = placeholder === undefined ? 'braces that do not match' : `the unknown placeholder {{${plainText(placeholder)}}}`;
    super(`the template has ${what}; there is: ${names.map((name) => `{{${name}}}`).join(', ')}`);
    this.placeholder = placeholder;
  }
}
