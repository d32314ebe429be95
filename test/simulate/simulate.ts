// Recorded plans on more workers than there are: stage costs are measured in the same run, and what the model says for one
// worker and two is held against what was measured there, on blocks its costs do not come from.
import { rounded } from '../support/measure.js';
import type { TaskReport } from '../support/tasks.js';
import { type MeasureOptions, measureBlocks, SHARE } from './measure-blocks.js';
import { costsOf, type MeasuredBlock, median, predict, type StageCosts } from './model.js';
import { STAGE_NAMES, type StageName, totalMs } from './stages.js';

export interface SimulateOptions {
  readonly workers: readonly number[];
  readonly accounts: number;
  readonly blocks: number;
  readonly size: number;
  /** Stages taken as shared out among the workers: what if. */
  readonly spread: ReadonlySet<StageName>;
}

/** Most that model and measurement may differ by, of the measurement. */
export const TOLERANCE = 0.15;

/** Payments as most are, and payments of which each waits for the one before. */
export const CASES: Readonly<Record<string, (accounts: number, size: number) => MeasureOptions['transfer']>> =
  {
    uniform: (accounts) => (index) => [index % accounts, (index * 7 + 1 + (index % 5)) % accounts, 1 + index],
    // Twice what the second and the third have goes between them, from the first and back to it: who pays must have been paid.
    serialChain: (_, size) => (index) => {
      const from = index === 0 ? 0 : 2 - (index % 2);
      return [from, index === size - 1 ? 0 : 1 + (index % 2), 2n * SHARE];
    },
  };

interface Check {
  readonly case: string;
  readonly workers: number;
  readonly modelMs: number;
  readonly measuredMs: number;
  /** Of the model from the measurement, as a fraction. */
  readonly off: number;
  readonly within: boolean;
  /** The same of the workers' part alone, for information. */
  readonly runModelMs: number;
  readonly runMeasuredMs: number;
}

export async function simulate(options: SimulateOptions): Promise<TaskReport> {
  const rows: TaskReport['rows'][number][] = [];
  const checks: Check[] = [];
  const costs: Record<string, unknown> = {};
  for (const [name, transfersOf] of Object.entries(CASES)) {
    const measured = await measureBlocks({
      ...options,
      transfer: transfersOf(options.accounts, options.size),
    });
    const learned = costsOf(measured.filter((_, at) => at % 2 === 0));
    const held = measured.filter((_, at) => at % 2 === 1);
    costs[name] = costText(learned);
    checks.push(...[1, 2].map((workers) => check(name, workers as 1 | 2, learned, held)));
    rows.push(...rowsOf(name, learned, held, options));
  }
  return {
    rows,
    checks,
    agrees: checks.every(({ within }) => within),
    tolerance: TOLERANCE,
    costs,
    spread: [...options.spread],
    workload: `${options.blocks} blocks of ${options.size} token transfers, ${options.accounts} accounts, from signed bytes to a fsynced record`,
  };
}

/** The model on blocks its costs do not come from. */
function check(name: string, workers: 1 | 2, costs: StageCosts, held: readonly MeasuredBlock[]): Check {
  const model = median(held.map(({ record }) => predict(record, costs, workers).totalMs));
  const measured = median(held.map(({ one, two }) => totalMs(workers === 1 ? one : two)));
  const off = model / measured - 1;
  return {
    case: name,
    workers,
    modelMs: rounded(model),
    measuredMs: rounded(measured),
    off: Math.round(off * 1000) / 1000,
    within: Math.abs(off) <= TOLERANCE,
    runModelMs: rounded(median(held.map(({ record }) => predict(record, costs, workers).times.run))),
    runMeasuredMs: rounded(median(held.map(({ one, two }) => (workers === 1 ? one : two).run))),
  };
}

/** One row a worker count: the first held block stands for all, they are alike. */
function rowsOf(
  name: string,
  costs: StageCosts,
  held: readonly MeasuredBlock[],
  { workers, spread }: SimulateOptions,
): TaskReport['rows'][number][] {
  const record = held[0]?.record;
  if (record === undefined) return [];
  const alone = predict(record, costs, 1);
  return workers.map((count) => {
    const { times, totalMs: ms, binding } = predict(record, costs, count, spread);
    return {
      case: name,
      workers: count,
      ms: rounded(ms),
      speedUp: rounded(alone.totalMs / ms),
      executeSpeedUp: rounded(alone.times.run / times.run),
      transfersPerSecond: Math.round((1000 * record.transactions.length) / ms),
      binding,
      bindingShare: rounded(Math.max(...STAGE_NAMES.map((stage) => times[stage])) / ms),
    };
  });
}

function costText({ perTransactionUs, runNsPerGas, contention }: StageCosts): Record<string, number> {
  const stages = STAGE_NAMES.map((stage) => [`${stage}Us`, rounded(perTransactionUs[stage])] as const);
  return {
    ...Object.fromEntries(stages),
    runNsPerGas: rounded(runNsPerGas),
    contention: rounded(contention),
  };
}

/** `1..128`: the counts between that are worth a row; `1,2,8`: those. @throws RangeError */
export function parseWorkers(text: string): readonly number[] {
  const [, from, to] = /^(\d{1,4})\.\.(\d{1,4})$/.exec(text) ?? [];
  const counts =
    from === undefined
      ? text.split(',').map(Number)
      : [Number(from), ...STEPS.filter((n) => n > Number(from) && n < Number(to)), Number(to)];
  if (
    counts.some((one) => !Number.isInteger(one) || one < 1) ||
    counts.some((one, at) => one < (counts[at - 1] ?? 0))
  )
    throw new RangeError(`worker counts like 1..128 or 1,2,8, not ${text}`);
  return [...new Set(counts)];
}

const STEPS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1024] as const;
