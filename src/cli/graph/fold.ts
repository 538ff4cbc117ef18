/** What may be folded with what: nothing, or events of one kind that say nothing by themselves. */
export type FoldKind = 'alone' | 'message' | 'member';

/** The events of a room by their numbers from 0: whose parents come before it, and what it may be folded with. */
export type Foldable = { readonly parents: readonly (readonly number[])[]; readonly kinds: readonly FoldKind[] };

/** Events that are drawn as one, in their order; the groups come in an order in which no line leads down. */
export type FoldGroup = { readonly shape: 'event' | 'run' | 'braid'; readonly events: readonly number[] };

/** The shortest line that is folded (events). */
export const SHORTEST_RUN = 4;
/** A line of this many events stands for itself, between braids (events). */
export const LONG_RUN = 12;
/** A stretch with this many lines that end in merges, and no long line in it, is a braid (parents of an event but the first). */
export const FEWEST_MERGES = 8;

/**
 * Folds lines without forks, and then stretches in which forks and merges are so many that each by itself says nothing. Both leave a graph without
 * circles: a line is entered at its first event alone and left at its last, and a stretch holds whatever lies between its events.
 */
export function fold({ parents, kinds }: Foldable): readonly FoldGroup[] {
  const runs = findRuns({ parents, kinds });
  const groupOf = new Int32Array(kinds.length);
  runs.forEach(({ events }, index) => events.forEach((event) => { groupOf[event] = index; }));
  const above = runs.map(({ events: [first] }) => [...new Set((parents[first ?? 0] ?? []).map((parent) => groupOf[parent] ?? 0))]);
  return joinBraids(runs, above, kinds);
}

/** Every event by itself. */
export function unfolded({ kinds }: Foldable): readonly FoldGroup[] {
  return kinds.map((_, event) => ({ shape: 'event', events: [event] }));
}

/** Lines of events each of which is the only one to follow the one before, and follows nothing else. */
function findRuns({ parents, kinds }: Foldable): readonly FoldGroup[] {
  const children = new Int32Array(kinds.length);
  for (const list of parents) for (const parent of list) children[parent] = (children[parent] ?? 0) + 1;
  const lines: number[][] = [];
  const lineOf: (number[] | undefined)[] = [];
  kinds.forEach((kind, event) => {
    const [parent, second] = parents[event] ?? [];
    const continues = parent !== undefined && second === undefined && kind !== 'alone' && kinds[parent] === kind && children[parent] === 1;
    const line = (continues ? lineOf[parent] : undefined) ?? [];
    if (line.length === 0) lines.push(line);
    line.push(event);
    lineOf[event] = line;
  });
  const groups = lines.flatMap((line): FoldGroup[] =>
    line.length < SHORTEST_RUN ? line.map((event) => ({ shape: 'event', events: [event] })) : [{ shape: 'run', events: line }]);
  return groups.sort((one, other) => firstOf(one) - firstOf(other));
}

function firstOf({ events: [first] }: FoldGroup): number {
  return first ?? 0;
}

/** Joins what hangs together within each stretch of plain events that nothing else interrupts. */
function joinBraids(groups: readonly FoldGroup[], above: readonly (readonly number[])[], kinds: readonly FoldKind[]): readonly FoldGroup[] {
  const sets = createSets(groups.length);
  let start = 0;
  groups.forEach((group, index) => {
    const joins = kinds[firstOf(group)] !== 'alone' && group.events.length < LONG_RUN;
    if (!joins) start = index + 1;
    const near = joins ? (above[index] ?? []).filter((parent) => parent >= start) : [];
    sets.join([index, ...near], Math.max(0, near.length - 1));
  });

  const braids = new Map<number, number[]>();
  const folded: FoldGroup[] = [];
  groups.forEach((group, index) => {
    const set = sets.find(index);
    if (sets.weight(set) < FEWEST_MERGES) return void folded.push(group);
    const braid = braids.get(set);
    if (braid !== undefined) return void braid.push(...group.events);
    const events = [...group.events];
    braids.set(set, events);
    folded.push({ shape: 'braid', events });
  });
  for (const events of braids.values()) events.sort((one, other) => one - other);
  return folded;
}

/** Numbers in sets that can be joined, each set known by its smallest number, and with a weight. */
type Sets = {
  readonly find: (number: number) => number;
  readonly weight: (set: number) => number;
  readonly join: (numbers: readonly number[], weight: number) => void;
};

function createSets(size: number): Sets {
  const above = Int32Array.from({ length: size }, (_, index) => index);
  const weights = new Int32Array(size);
  const up = (at: number): number => above[at] ?? at;
  const find = (start: number): number => {
    let at = start;
    while (up(at) !== at) {
      above[at] = up(up(at));
      at = up(at);
    }
    return at;
  };
  const join = (numbers: readonly number[], weight: number): void => {
    const sets = [...new Set(numbers.map(find))];
    const first = sets.reduce((least, set) => Math.min(least, set));
    weights[first] = sets.reduce((sum, set) => sum + (weights[set] ?? 0), weight);
    for (const set of sets) above[set] = first;
  };
  return { find, weight: (set) => weights[set] ?? 0, join };
}
