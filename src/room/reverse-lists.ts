/** Calls back for every row that lists a given one. */
export type ReverseLists = (row: number, visit: (by: number) => void) => void;

/** Of rows that each list others: by which rows each is listed, in two flat arrays. */
export function reverseLists(rows: readonly number[], listOf: (row: number) => readonly number[]): ReverseLists {
  const ends = new Int32Array(rows.length + 1);
  for (const row of rows) for (const listed of listOf(row)) ends[listed + 1] = (ends[listed + 1] ?? 0) + 1;
  for (let row = 0; row < rows.length; row++) ends[row + 1] = (ends[row + 1] ?? 0) + (ends[row] ?? 0);

  const lists = new Int32Array(ends[rows.length] ?? 0);
  const next = ends.slice();
  for (const row of rows) {
    for (const listed of listOf(row)) {
      const at = next[listed] ?? 0;
      lists[at] = row;
      next[listed] = at + 1;
    }
  }
  return (row, visit) => {
    for (let at = ends[row] ?? 0; at < (ends[row + 1] ?? 0); at++) visit(lists[at] ?? 0);
  };
}
