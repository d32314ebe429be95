// Token transfers through the real virtual machine: a plain loop, one worker and two, over blocks whose transfers meet in
// different ways. Execution is timed from the laid-out arena to the last outcome in it; beside it stands what a whole block
// costs from decoded bytes to receipts, by stage; then a real chain, from signed bytes to fsynced blocks, and growth.
import { createParallelExecutor, type ParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import type { BlockInput, BlockStats, ReadState } from '@weft/runtime/types/outcome';
import { processorMs, rounded, type Spread, spreadOf } from '../support/measure.js';
import type { Task, TaskReport } from '../support/tasks.js';
import { measureEndToEnd } from './execute/end-to-end.js';
import { measureBlocks, measurePlans } from './execute/growth.js';
import { createPlainLoop } from './execute/plain-loop.js';
import { createWorkload, type Pattern } from './execute/workload.js';

const PATTERNS: readonly Pattern[] = ['uniform', 'zipf', 'hotReceiver', 'hotPayer', 'serialChain'];
const WORKERS = [1, 2];
const SEED = 20_261_125;
/**
 * Uncounted rounds of a pattern. A node runs block after block, so the steady state counts; until about the tenth block the
 * engine still compiles, collects for the first times and throws away code it compiled too early.
 */
const WARM_ROUNDS = 10;
/** Most rounds of what takes seconds a round: growth and the chains. */
const LONG_RUNS_MAX = 11;

export const task: Task = {
  summary: 'token transfers: plain loop, one and two workers; what a whole block costs by stage',
  configure: (command) =>
    command
      .option('--transactions <count>', 'transfers a block', '10000')
      .option('--accounts <count>', 'holders of the token', '2000')
      .option(
        '--runs <count>',
        `counted rounds, after ${WARM_ROUNDS} others; forms take turns within a round`,
        '31',
      )
      .option('--large <count>', 'accounts of the large chain and of the largest growth row', '100000'),
  async run(options): Promise<TaskReport> {
    const transactions = Number(options['transactions']);
    const accounts = Number(options['accounts']);
    const runs = Number(options['runs']);
    const longRuns = Math.min(runs, LONG_RUNS_MAX);
    const workload = await createWorkload(accounts);
    const executors = WORKERS.map((workers) => createParallelExecutor({ workers }));
    const large = Number(options['large']);
    const measured: Measured[] = [];
    for (const pattern of PATTERNS) {
      const block = workload.block(pattern, transactions, SEED);
      measured.push(await measure(pattern, block, workload.read, executors, runs));
    }
    const blocks = [
      [1000, 10_000],
      [10_000, 10_000],
      [100_000, 10_000],
      [10_000, large],
    ] as const;
    const growth = [
      ...(await measureBlocks(executors[1]!, blocks, Math.min(runs, 3), SEED)),
      ...measurePlans(transactions, longRuns),
    ];
    await Promise.all(executors.map((executor) => executor.close()));
    const chain = { transactions, runs: longRuns, workers: 2, seed: SEED };
    const small = await measureEndToEnd({ ...chain, accounts });
    const big = await measureEndToEnd({ ...chain, accounts: large });
    const uniform = measured[0]!;
    return {
      unit: 'us a transfer, wall time of the ordered part; whole block: processor time of all threads',
      workload: `${transactions} transfers by ${accounts} accounts, seed ${SEED}, node ${process.version}`,
      ratios: Object.fromEntries(
        measured.map(({ pattern, plain, run }) => [pattern, rounded(plain.median / run[1]!.median)]),
      ),
      oneWorkerRatio: rounded(uniform.run[0]!.median / uniform.plain.median),
      plainLoopUs: rounded(uniform.plain.median),
      transfersPerSecond: Math.round(1e6 / uniform.run[1]!.median),
      executeUs: rounded(uniform.whole[1]!.median),
      usWithoutSignatures: small.usWithoutSignatures,
      signatureOverSodium: small.signatureOverSodium,
      endToEndOverSignatures: small.endToEndOverSignatures,
      large: {
        accounts: large,
        usWithoutSignatures: big.usWithoutSignatures,
        endToEndOverSignatures: big.endToEndOverSignatures,
      },
      rows: [...measured.flatMap(rowsOf), ...small.rows, ...big.rows, ...growth],
    };
  },
};

/** The counted rounds, and how long the very first one of the pattern took. */
interface Timed extends Spread {
  readonly first: number;
}

/** Times of one pattern, us a transfer; by worker count where there are several. */
interface Measured {
  readonly pattern: Pattern;
  readonly plain: Timed;
  readonly run: readonly Timed[];
  readonly whole: readonly Timed[];
  /** Of the last whole block on two workers. */
  readonly stages: BlockStats['stages'];
  readonly transactions: number;
}

/** Plain loop, one worker, two workers in turn. */
async function measure(
  pattern: Pattern,
  block: BlockInput,
  read: ReadState,
  executors: readonly ParallelExecutor[],
  runs: number,
): Promise<Measured> {
  const count = block.transactions.length;
  const us = (ms: number): number => (1000 * ms) / count;
  const loop = createPlainLoop(block, read);
  const plain: number[] = [];
  const run: number[][] = executors.map(() => []);
  const whole: number[][] = executors.map(() => []);
  let stages: BlockStats['stages'];
  for (let round = 0; round < WARM_ROUNDS + runs; round++) {
    plain.push(us(loop()));
    for (const [index, executor] of executors.entries()) {
      const started = processorMs();
      const { receipts, stats } = await executor.execute(block, read);
      const elapsed = processorMs() - started;
      const failed = receipts.find(({ status, phase }) => status !== 'OK' || phase !== 'ordered');
      if (failed !== undefined) throw new RangeError(`a transfer ended ${failed.status}/${failed.phase}`);
      stages = stats.stages;
      run[index]!.push(us(stats.stages?.run ?? Number.NaN));
      whole[index]!.push(us(elapsed));
    }
  }
  return {
    pattern,
    plain: timed(plain),
    run: run.map(timed),
    whole: whole.map(timed),
    stages,
    transactions: count,
  };
}

/** Of all rounds. */
function timed(values: readonly number[]): Timed {
  return { ...spreadOf(values.slice(WARM_ROUNDS)), first: values[0]! };
}

function rowsOf({
  pattern,
  plain,
  run,
  whole,
  stages,
  transactions,
}: Measured): TaskReport['rows'][number][] {
  const row = (form: string, { median, minimum, maximum, runs, first }: Timed) => ({
    pattern,
    form,
    median: rounded(median),
    minimum: rounded(minimum),
    maximum: rounded(maximum),
    runs,
    first: rounded(first),
  });
  return [
    row('plain loop', plain),
    ...run.map((spread, index) => row(`${WORKERS[index]} worker(s)`, spread)),
    ...whole.map((spread, index) => row(`whole block, ${WORKERS[index]} worker(s)`, spread)),
    ...Object.entries(stages ?? {}).map(([stage, ms]) => ({
      pattern,
      form: `stage ${stage}`,
      median: rounded((1000 * ms) / transactions),
      runs: 1,
    })),
  ];
}
