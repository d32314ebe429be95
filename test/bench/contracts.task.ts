// What of a block of each ready contract can run at once: a realistic mix of 10,000 transactions through the real planner.
// `parallelism` is gas over (critical path + tail), by gas that was used: what time could be won. Beside it the same by the gas
// limits the planner weighs before anything ran (the header's, one a method here); what 1 to 64 workers make of the gas
// used, modelled, and what one and two take, timed.
import { explainBlock } from '@weft/runtime/chain/explain';
import { createParallelExecutor, type ParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import type { Block } from '@weft/runtime/types/block';
import type { ExplainRecord } from '@weft/runtime/types/explain-record';
import { orderGraph, placeOnWorkers } from '@weft/sdk/client/profile/model';
import { rounded } from '../support/measure.js';
import type { Task, TaskReport } from '../support/tasks.js';
import { MIXES, type Mix, type Mixed } from './contracts/mixes.js';

const SEED = 20_261_130;
const MODELLED = [1, 2, 4, 8, 16, 32, 64];

export const task: Task = {
  summary: 'the ready contracts: parallelism of realistic blocks, modelled for 1 to 64 workers, timed on two',
  configure: (command) =>
    command
      .option('--transactions <count>', 'of a block', '10000')
      .option('--runs <count>', 'timed runs on one worker and on two', '3')
      .option('--only <name>', 'one mix'),
  async run(options): Promise<TaskReport> {
    const transactions = Number(options['transactions']);
    const runs = Number(options['runs']);
    const only = options['only'];
    const oracle = createSequentialExecutor();
    const executors = [1, 2].map((workers) => createParallelExecutor({ workers }));
    const rows: TaskReport['rows'][number][] = [];
    const parallelism: Record<string, number> = {};
    const byGasLimits: Record<string, number> = {};
    try {
      for (const [name, mix] of Object.entries(MIXES)) {
        if (only !== undefined && only !== name) continue;
        const row = await measureMix(name, mix, { transactions, runs, oracle, executors });
        parallelism[name] = row.parallelism;
        byGasLimits[name] = row.byGasLimits;
        rows.push(row);
        process.stderr.write(`${name}: ${row.parallelism}\n`);
      }
    } finally {
      await Promise.all([oracle, ...executors].map((executor) => executor.close()));
    }
    return {
      parallelism,
      byGasLimits,
      note: 'larger events of TraceLedger use more gas and meet more goods, so its longest chain holds more gas than its count, or its limits, say',
      machine: `node ${process.version}`,
      rows,
    };
  },
};

interface Bench {
  readonly transactions: number;
  readonly runs: number;
  readonly oracle: BlockExecutor;
  readonly executors: readonly ParallelExecutor[];
}

async function measureMix(name: string, mix: Mix, { transactions, runs, oracle, executors }: Bench) {
  const mixed = await mix({ executor: oracle, transactions, seed: SEED });
  const record = await explain(mixed, oracle);
  const graph = orderGraph(record);
  const total = record.transactions.reduce((sum, { gasUsed }) => sum + gasUsed, 0);
  const tail = record.transactions.reduce((sum, one) => sum + (one.phase === 'tail' ? one.gasUsed : 0), 0);
  /** Of the ordered part on so many workers. */
  const longest = (workers: number, weight: (transaction: number) => number): number =>
    placeOnWorkers(graph, workers, weight).reduce((latest, { end }) => Math.max(latest, end), 0);
  const gas = (index: number): number => {
    const one = record.transactions[index]!;
    return one.phase === 'tail' ? 0 : one.gasUsed;
  };
  const modelled = MODELLED.map((workers) => [
    `model${workers}`,
    rounded(total / (longest(workers, gas) + tail)),
  ]);
  const critical = longest(transactions, gas);
  const { wallMs, same } = await timed(mixed, executors, runs);
  return {
    mix: name,
    n: transactions,
    accounts: mixed.accounts,
    skew: mixed.skew,
    seed: SEED,
    parallelism: rounded(total / (critical + tail)),
    byGasLimits: rounded(record.parallelism),
    byCount: rounded(transactions / longest(transactions, () => 1)),
    gasUsed: total,
    criticalGasUsed: critical,
    tailGas: tail,
    ...Object.fromEntries(modelled),
    oneWorkerMs: rounded(wallMs[0]!),
    twoWorkersMs: rounded(wallMs[1]!),
    measured2: rounded(wallMs[0]! / wallMs[1]!),
    equalToSequential: same,
  };
}

/** The block run by the oracle, with what its transactions wait for. @throws RangeError where one failed */
async function explain({ input, read }: Mixed, oracle: BlockExecutor): Promise<ExplainRecord> {
  const outcome = await oracle.explain({ ...input, notes: true }, read);
  const failed = outcome.receipts.find(({ status }) => status !== 'OK');
  if (failed !== undefined) throw new RangeError(`a transaction of the mix ended ${failed.status}`);
  const { height } = input;
  const header = { height, criticalPathGas: outcome.criticalPathGas, tailGas: outcome.tailGas };
  const block = {
    header,
    hash: new Uint8Array(32),
    transactions: input.transactions,
    receipts: outcome.receipts,
  };
  return explainBlock(block as unknown as Block, outcome);
}

/** Best of some runs of the ordered part, by worker count; whether all gave the sequential gas. */
async function timed({ input, read, gasUsed }: Mixed, executors: readonly ParallelExecutor[], runs: number) {
  const wallMs = executors.map(() => Number.POSITIVE_INFINITY);
  let same = true;
  for (let run = -1; run < runs; run++) {
    for (const [index, executor] of executors.entries()) {
      const { stats, gasUsed: got } = await executor.execute(input, read);
      same &&= got === gasUsed;
      if (run >= 0) wallMs[index] = Math.min(wallMs[index]!, stats.stages?.run ?? stats.orderedMs);
    }
  }
  return { wallMs, same };
}
