/** A growing list of 32-bit integers at four bytes each, where an array of numbers takes eight. */
export type IntColumn = {
  readonly length: () => number;
  /** The value at a place, 0 beyond the end. */
  readonly at: (index: number) => number;
  readonly set: (index: number, value: number) => void;
  readonly push: (value: number) => void;
};

/** An empty column. Setting a place beyond the end fills what lies between with 0. */
export function createIntColumn(): IntColumn {
  let cells = new Int32Array(64);
  let length = 0;
  const set = (index: number, value: number): void => {
    if (index >= cells.length) {
      const grown = new Int32Array(Math.max(cells.length * 2, index + 1));
      grown.set(cells);
      cells = grown;
    }
    cells[index] = value;
    if (index >= length) length = index + 1;
  };
  return { length: () => length, at: (index) => cells[index] ?? 0, set, push: (value) => set(length, value) };
}

/** Lists of integers, one after another in one column. */
export type IntLists = {
  readonly length: () => number;
  readonly push: (list: readonly number[]) => void;
  readonly at: (index: number) => readonly number[];
};

/** No lists yet. */
export function createIntLists(): IntLists {
  const ends = createIntColumn();
  const values = createIntColumn();
  return {
    length: ends.length,
    push: (list) => {
      list.forEach(values.push);
      ends.push(values.length());
    },
    at: (index) => {
      const start = index === 0 ? 0 : ends.at(index - 1);
      return Array.from({ length: ends.at(index) - start }, (_, offset) => values.at(start + offset));
    },
  };
}
