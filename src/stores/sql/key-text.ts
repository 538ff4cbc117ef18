const ODD = /[\0\p{Surrogate}]/u;

/** A text as a database can hold it: IDs of hostile events may have NUL in them, or what no UTF-8 can express. */
export function keyText(text: string): string {
  return text.startsWith('"') || ODD.test(text) ? JSON.stringify(text).replaceAll('\u007f', '\\u007f') : text;
}

/** The text that {@link keyText} was given. */
export function fromKeyText(stored: string): string {
  return stored.startsWith('"') ? String(JSON.parse(stored)) : stored;
}
