import { escapeAt, LONGEST_ESCAPE } from './escapes.ts';
import { SEVERAL, UNKNOWN, type Folding } from './folding.ts';

/** Takes text in pieces, cut anywhere, and gives its folded units one after the other. */
export type UnitReader = {
  readonly write: (text: string) => void;
  readonly end: () => void;
  /** Line ends so far, written as such: escaped ones are within a line of the file. */
  readonly lines: () => number;
};

const BACKSLASH = 0x5c;
const AMPERSAND = 0x26;
const PERCENT = 0x25;
const LINE_END = 0x0a;

/** Reads text as {@link createFolding} counts it, with escapes undone. */
export function createUnitReader({ table, learn, several }: Folding, take: (unit: number) => void): UnitReader {
  let rest = '';
  let lines = 0;

  const takeAll = (characters: string): void => {
    const folded = several(characters);
    for (let index = 0; index < folded.length; index++) take(folded.charCodeAt(index));
  };
  /** Reads up to `end`; what comes after it is only looked at. Gives where it stopped. */
  const read = (text: string, end: number): number => {
    let at = 0;
    while (at < end) {
      const unit = text.charCodeAt(at);
      const known = table[unit] ?? 0;
      const folded = known === UNKNOWN ? learn(unit) : known;
      if (folded !== 0 && folded !== SEVERAL) {
        take(folded);
        at += 1;
      } else if (folded === SEVERAL) {
        const character = String.fromCodePoint(text.codePointAt(at) ?? unit);
        takeAll(character);
        at += character.length;
      } else {
        if (unit === LINE_END) lines += 1;
        const escape = unit === BACKSLASH || unit === AMPERSAND || unit === PERCENT ? escapeAt(text, at) : undefined;
        if (escape !== undefined) takeAll(escape.meaning);
        at += escape?.length ?? 1;
      }
    }
    return at;
  };
  return {
    write: (text) => {
      const whole = rest === '' ? text : rest + text;
      rest = whole.length > LONGEST_ESCAPE ? whole.slice(read(whole, whole.length - LONGEST_ESCAPE)) : whole;
    },
    end: () => {
      read(rest, rest.length);
      rest = '';
    },
    lines: () => lines,
  };
}
