// How long a block would take on so many workers: measured costs of its stages on one worker, and its recorded plan for
// what the workers do. Cores are as many as workers; what two lose to each other, several are taken to lose too.
import type { ExplainRecord } from '@weft/runtime/types/explain-record';
import { orderGraph, placeOnWorkers } from '@weft/sdk/client/profile/model';
import { type BlockTimes, STAGE_NAMES, STAGES, type StageName, totalMs } from './stages.js';

/** Costs measured on one worker, microseconds a transaction; `run`: a unit of gas, in nanoseconds. */
export interface StageCosts {
  readonly perTransactionUs: Readonly<Record<StageName, number>>;
  readonly runNsPerGas: number;
  /** The workers' part on two, measured over what the plan alone would let it be: what they lose to each other. At least 1. */
  readonly contention: number;
}

/** A block's plan, and its stages measured on one worker and on two. */
export interface MeasuredBlock {
  readonly record: ExplainRecord;
  readonly one: BlockTimes;
  readonly two: BlockTimes;
}

export interface Prediction {
  readonly workers: number;
  readonly times: BlockTimes;
  readonly totalMs: number;
  /** The stage that takes longest. */
  readonly binding: string;
}

/** Medians over the blocks, so that one interrupted block does not count. */
export function costsOf(blocks: readonly MeasuredBlock[]): StageCosts {
  const per = (pick: (block: MeasuredBlock) => number): number => median(blocks.map(pick));
  const perTransactionUs = Object.fromEntries(
    STAGE_NAMES.map((name) => [
      name,
      per(({ record, one }) => (1000 * one[name]) / record.transactions.length),
    ]),
  ) as Record<StageName, number>;
  const runNsPerGas = per(({ record, one }) => (1e6 * one.run) / orderedGas(record));
  const lost = per(({ record, two }) => two.run / Math.max(1e-9, runMs(record, runNsPerGas, 2).ms));
  return { perTransactionUs, runNsPerGas, contention: Math.max(1, lost) };
}

/** One block on so many workers. `spread`: stages that are taken as shared out among them, for what-if questions. */
export function predict(
  record: ExplainRecord,
  costs: StageCosts,
  workers: number,
  spread: ReadonlySet<StageName> = new Set(),
): Prediction {
  const count = record.transactions.length;
  const run = runMs(record, costs.runNsPerGas * (workers > 1 ? costs.contention : 1), workers);
  const times = Object.fromEntries(
    STAGE_NAMES.map((name) => {
      if (STAGES[name] === 'workers') return [name, run.ms];
      const alone = (costs.perTransactionUs[name] * count) / 1000;
      return [name, spread.has(name) ? alone / workers : alone];
    }),
  ) as BlockTimes as Record<StageName, number>;
  const binding = STAGE_NAMES.reduce((longest, name) => (times[name] > times[longest] ? name : longest));
  const boundByChain = binding === 'run' && run.ms < 1.05 * run.pathMs;
  return { workers, times, totalMs: totalMs(times), binding: boundByChain ? 'run (critical path)' : binding };
}

/** The workers' part: its plan played through, a transaction as long as its gas. And its longest chain, by the same measure. */
function runMs(record: ExplainRecord, nsPerGas: number, workers: number): { ms: number; pathMs: number } {
  const graph = orderGraph(record);
  const ms = (t: number): number => {
    const one = record.transactions[t];
    return one?.phase === 'ordered' ? (one.gasUsed * nsPerGas) / 1e6 : 0;
  };
  const end = (count: number): number =>
    placeOnWorkers(graph, count, ms).reduce((last, placement) => Math.max(last, placement.end), 0);
  return { ms: end(workers), pathMs: end(Math.max(1, record.transactions.length)) };
}

function orderedGas({ transactions }: ExplainRecord): number {
  const ordered = transactions.filter(({ phase }) => phase === 'ordered');
  return Math.max(
    1,
    ordered.reduce((sum, { gasUsed }) => sum + gasUsed, 0),
  );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] ?? 0;
  return ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
