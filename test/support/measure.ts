// Figures of repeated runs: benchmarks compare within one run and say their spread.

/** Median and extremes of some runs, in the unit of the values. */
export interface Spread {
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly runs: number;
}

/** The spread of at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, minimum: sorted[0]!, maximum: sorted.at(-1)!, runs: sorted.length };
}

/** Processor time of this process, ms: what else runs on the machine counts as little as can be. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Runs cases in turn (A B C A B C …) after one uncounted round, so that drift of the machine meets all alike; ms of `clock`. */
export async function alternate(
  cases: Readonly<Record<string, () => unknown>>,
  runs: number,
  clock: () => number = () => performance.now(),
): Promise<Record<string, Spread>> {
  const times: Record<string, number[]> = {};
  for (let round = -1; round < runs; round++) {
    for (const [name, action] of Object.entries(cases)) {
      const started = clock();
      await action();
      const elapsed = clock() - started;
      times[name] ??= [];
      if (round >= 0) times[name].push(elapsed);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, spreadOf(values)]));
}

/** Geometric mean. */
export function geomean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Rounded for reading: 3 significant digits at least. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
