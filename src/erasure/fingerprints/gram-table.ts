import type { Gram } from './grams.ts';

/** An excerpt and where it belongs: which text, and which of its excerpts. */
export type GramEntry = Gram & { readonly text: number; readonly gram: number };

/** Excerpts by their rolling hash. */
export type GramTable = {
  /** Whether there may be any: rarely wrong, and fast. */
  readonly mayHave: (rolling: number) => boolean;
  readonly find: (rolling: number) => readonly GramEntry[];
};

const FEWEST_BITS = 16;
const BITS_PER_ENTRY = 32;
/** The bit of a hash is chosen by its upper bits, which depend on all units: multiplied by an odd number without a pattern (2^32 divided by the golden ratio). */
const SPREAD = 0x9e3779b1;

/** A table of excerpts. */
export function createGramTable(entries: readonly GramEntry[]): GramTable {
  const bits = Math.max(FEWEST_BITS, Math.ceil(Math.log2(entries.length * BITS_PER_ENTRY + 1)));
  const shift = 32 - Math.min(bits, 30);
  const set = new Uint32Array(1 << (32 - shift - 5));
  const byHash = new Map<number, GramEntry[]>();
  for (const entry of entries) {
    const rolling = entry.rolling | 0;
    const bit = Math.imul(rolling, SPREAD) >>> shift;
    set[bit >>> 5] = (set[bit >>> 5] ?? 0) | (1 << (bit & 31));
    const same = byHash.get(rolling);
    if (same === undefined) byHash.set(rolling, [entry]);
    else same.push(entry);
  }
  return {
    mayHave: (rolling) => {
      const bit = Math.imul(rolling, SPREAD) >>> shift;
      return ((set[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
    },
    find: (rolling) => byHash.get(rolling | 0) ?? [],
  };
}
