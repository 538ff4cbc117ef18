/** What a UTF-16 unit counts as: the letters and digits of its plain form, as units; nothing for anything else. */
export type Folding = {
  /** For a unit that folds to one: that unit; 0 for none; {@link SEVERAL}, or {@link UNKNOWN} before it was asked for. */
  readonly table: Uint16Array;
  /** Fills the table in for a unit, and gives what it says. */
  readonly learn: (unit: number) => number;
  /** Of characters that fold to several units, or to none. */
  readonly several: (characters: string) => string;
};

/** The mark of a unit that folds to several, or is half of a character. No letter has this number. */
export const SEVERAL = 0xffff;
/** The mark of a unit that was not asked for yet. No letter has this number. */
export const UNKNOWN = 0xfffe;

const UNITS = 0x10000;
const NOT_COUNTED = /[^\p{L}\p{N}]/gu;

/**
 * How texts are compared: letters and digits only, without case, accents and compatibility forms. What stands between words, be it a space, a line end, a
 * quote sign or markup, and whether an accent is a character of its own, differs from one copy of a text to the next.
 */
export function createFolding(): Folding {
  const table = new Uint16Array(UNITS).fill(UNKNOWN);
  const learn = (unit: number): number => {
    const folded = unit >= 0xd800 && unit < 0xe000 ? SEVERAL : oneUnit(fold(String.fromCharCode(unit)));
    table[unit] = folded;
    return folded;
  };
  return { table, learn, several: fold };
}

function oneUnit(folded: string): number {
  return folded.length > 1 ? SEVERAL : folded.length === 1 ? folded.charCodeAt(0) : 0;
}

function fold(characters: string): string {
  return characters.normalize('NFKD').toLowerCase().normalize('NFKD').replace(NOT_COUNTED, '');
}
