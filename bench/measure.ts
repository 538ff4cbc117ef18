/** One way of doing the work: runs it once over everything, and gives how many items it did. */
export type Contestant = { readonly name: string; readonly run: () => number };

/** Work that is measured: the contestants side by side, ours as a ratio to the baseline. */
export type Task = {
  readonly name: string;
  readonly what: string;
  /** What ours must reach at least, as a multiple of the baseline. */
  readonly atLeast: number;
  readonly baseline: Contestant;
  readonly ours: Contestant;
  readonly peers: readonly Contestant[];
};

/** What was measured: operations a second, the median of the rounds. */
export type Result = { readonly name: string; readonly rate: number };

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 9);
const MIN_MS = 150;

/** Runs the contestants in turn, several rounds, so that a machine that slows down slows all of them. */
export function measure({ baseline, ours, peers }: Task): readonly Result[] {
  const contestants = [baseline, ours, ...peers];
  for (const { run } of contestants) runFor(run, MIN_MS);
  const rates = contestants.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    contestants.forEach(({ run }, index) => rates[index]?.push(runFor(run, MIN_MS)));
  }
  return contestants.map(({ name }, index) => ({ name, rate: median(rates[index] ?? []) }));
}

function runFor(run: () => number, ms: number): number {
  const start = performance.now();
  let done = 0;
  let elapsed = 0;
  while (elapsed < ms) {
    done += run();
    elapsed = performance.now() - start;
  }
  return (done * 1000) / elapsed;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Results as a table, with each rate as a multiple of the baseline's. */
export function table({ name, what, atLeast }: Task, results: readonly Result[]): string {
  const base = results[0]?.rate ?? 1;
  const rows = results.map(({ name: contestant, rate }) =>
    `  ${contestant.padEnd(44)} ${Math.round(rate).toLocaleString('en').padStart(12)} /s  ${(rate / base).toFixed(2).padStart(6)} ×`);
  return [`${name}: ${what} (at least ${atLeast} × the first)`, ...rows].join('\n');
}
