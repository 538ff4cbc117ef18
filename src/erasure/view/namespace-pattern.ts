/**
 * The regular expression of a namespace. It holds from the beginning of an ID, and need not reach its end. Homeservers are written in other languages: `(?i)` at the beginning,
 * named groups `(?P<name>…)` and `\A` and `\Z` are theirs, and so are escapes where none is needed.
 * @throws {NamespacePatternError} when it cannot be said in JavaScript with the same meaning
 */
export function namespacePattern(source: string): RegExp {
  const anyCase = source.startsWith('(?i)');
  const text = `^(?:${inJavaScript(anyCase ? source.slice(4) : source)})`;
  const flags = anyCase ? 'i' : '';
  const found = compiled(text, `${flags}u`) ?? (MEANT_FOR_UNICODE.test(text) ? undefined : compiled(text, flags));
  if (found === undefined) throw new NamespacePatternError();
  return found;
}

/** Escapes of letters, and references by name: without the flag `u` an unknown one is the letter itself, where Python refuses it. */
const MEANT_FOR_UNICODE = /\\(?![bBdDsSwWfnrtv])[A-Za-z]/;

/** A class, in which `]` may come first; an escape; a named group; a reference to one. */
const TOKEN = /\[(\^?)(\]?(?:\\[\s\S]|[^\]\\])*)\]|\\([\s\S])|\(\?P<([A-Za-z_]\w*)>|\(\?P=([A-Za-z_]\w*)\)/g;
const ESCAPE = /\\([\s\S])/g;

function inJavaScript(source: string): string {
  const groups = new Set<string>();
  return source.replaceAll(TOKEN, (token, ...[caret, inside, escaped, group, reference]: readonly (string | undefined)[]) => {
    if (inside !== undefined) return classOf(caret ?? '', inside);
    if (escaped !== undefined) return ANCHORS[escaped] ?? withoutNeed(token, escaped);
    if (group !== undefined) groups.add(group);
    if (reference !== undefined && (!groups.has(reference) || MAY_BE_SKIPPED.test(source))) throw new NamespacePatternError();
    return group === undefined ? `\\k<${reference}>` : `(?<${group}>`;
  });
}

/** A reference to a group that took no part matches nothing in Python, and the empty text in JavaScript. */
const MAY_BE_SKIPPED = /\||\)(?:[?*]|\{(?:0|,))|\(\?[<!]/;

const ANCHORS: { readonly [letter: string]: string | undefined } = { A: '^', Z: '$' };

/** An empty class is one that was never closed. */
function classOf(caret: string, inside: string): string {
  if (inside === '') return '[';
  const first = inside.startsWith(']') ? '\\' : '';
  return `[${caret}${first}${inside.replaceAll(ESCAPE, withoutNeed)}]`;
}

const NEEDLESS = /[^A-Za-z0-9^$\\.*+?()[\]{}|/-]/;

/** For Python any character may have a backslash before it; JavaScript allows that only where it is needed. */
function withoutNeed(escape: string, character: string): string {
  if (character === '-') return '\\x2d';
  return NEEDLESS.test(character) ? character : escape;
}

function compiled(text: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(text, flags);
  } catch {
    return undefined;
  }
}

/** A namespace of a registration is no regular expression that is understood here. */
export class NamespacePatternError extends Error {
  override readonly name = 'NamespacePatternError';

  constructor() {
    super('a namespace of the registration is no regular expression that means the same in JavaScript: rewrite it');
  }
}
