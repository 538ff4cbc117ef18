// Control and format characters, private, unassigned and lone-surrogate code points, every space but U+0020, the backslash
// (so that an escape cannot be faked), and marks stacked more than three high.
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\\]|(?! )\p{Zs}|(?<=\p{M}{3})\p{M}/gu;
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const MARK = /\p{M}/u;

/**
 * The text with every character that could hide, reorder or command something written out as an escape. Identifiers, types
 * and state keys come from strangers: on a terminal an escape sequence acts, and a bidirectional override shows another text.
 * @example visible('a\u202eb') // 'a\\u202eb'
 */
export function visible(text: string): string {
  return text.replace(INVISIBLE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  if (character === '\\') return '\\\\';
  const point = (character.codePointAt(0) ?? 0).toString(16);
  return point.length > 4 ? `\\u{${point}}` : `\\u${point.padStart(4, '0')}`;
}

/**
 * How many columns of a terminal a text takes; the text must be `visible`.
 * @example columnsOf('a語') // 3
 */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

function columnsOfCharacter(character: string): number {
  if (MARK.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/**
 * The text made to fit a width by leaving out its middle, where the opaque part of an identifier is.
 * @example shorten('!FbxqwBgAfzmQRtKhxw:hs1.test', 16) // '!FbxqwBg…s1.test'
 */
export function shorten(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  const characters = [...text];
  const head = takeColumns(characters, Math.ceil((width - 1) / 2));
  const tail = takeColumns(characters.reverse(), Math.floor((width - 1) / 2));
  return `${head.join('')}…${tail.reverse().join('')}`;
}

function takeColumns(characters: readonly string[], width: number): string[] {
  let columns = 0;
  const end = characters.findIndex((character) => (columns += columnsOfCharacter(character)) > width);
  return characters.slice(0, end < 0 ? characters.length : end);
}

/** The text in lines of at most a width, each after the first indented; a word longer than a line is left whole. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const limit = lines.length === 0 ? width : width - indent.length;
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > limit) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}
